"""Subscriptions as handlers see them, over the database; and what happens to chats by itself."""

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal
from zoneinfo import ZoneInfo

from bot.bodies import from_body
from bot.channels.base import SendError
from bot.groups import Groups, Proposed, waiting
from bot.posting import Posting
from bot.telling import Telling
from bot.tries import Tries
from handlers import codes, groups
from handlers.handed import Kept, Sent, Subscribed, Wishes
from handlers.types import Outside, Paragraph, Reply, Request
from handlers.update import message
from storage import audit, broadcasts, coordinators, latecomers, subscriptions
from storage.broadcasts import Broadcast
from storage.crypto import Keys
from storage.database import Database
from storage.subscriptions import Subscription

INVITED = 7 * 24 * 3600
"""Seconds for which a code for subscribers is good."""
REMEMBERED = 200_000
"""Readers whose tap is known, so that it is counted once; in memory, as hashes under a key that dies with us."""
WAITING = 25
"""Groups that may wait for a coordinator at once."""
SUBSCRIBER = "subscriber"
OUT: tuple[broadcasts.State, ...] = ("sending", "paused", "sent", "stopped", "recalling", "recalled")
"""The states in which something was sent under a code."""


def address_of(request: Request) -> str:
    """The chat that asks, and its topic."""
    return f"{request.chat}/{request.thread}" if request.thread else request.chat


class Subscribing:
    """The Subscriptions of handlers."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        posting: Posting,
        telling: Telling,
        outside: Callable[[], Outside],
        *,
        time_zone: str,
        join: Literal["open", "invite"],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.zone = ZoneInfo(time_zone)
        self.needs_code = join == "invite"
        self.groups: dict[str, Groups] = {}
        self.tries = Tries()
        self._database = database
        self._keys = keys
        self._posting = posting
        self._telling = telling
        self._outside = outside
        self._clock = clock
        self._day_key = secrets.token_bytes(32)
        self._tapped: OrderedDict[bytes, None] = OrderedDict()

    def _now(self) -> int:
        return int(self._clock())

    # what a chat asked for

    async def topics(self) -> Mapping[str, str]:
        """The organisation's own topics."""
        return await subscriptions.own_topics(self._database)

    async def find(self, request: Request) -> Subscribed | None:
        """The chat's subscription."""
        found = await self._row(request)
        if found is None:
            return None
        return Subscribed(Wishes(**asdict(found.wishes)), found.confirmed, found.address == address_of(request))

    async def _row(self, request: Request) -> Subscription | None:
        """A group has one, wherever in its topics it was asked for; the coordinators' own group has none."""
        if request.place == "private":
            return await subscriptions.find(self._database, self._keys(), request.channel, request.chat)
        found = await subscriptions.of_chat(self._database, self._keys(), request.channel, request.chat)
        return next((one for one in found if one.place == "group"), None)

    async def _may(self, request: Request) -> bool:
        """In a group only those who lead it change what it gets."""
        if request.place == "private":
            return True
        known = self.groups.get(request.channel)
        return known is not None and await known.leads(request.chat, request.person)

    async def keep(self, request: Request, wishes: Wishes, code: str = "") -> Kept:
        """Begin or change it; a new group is proposed to the coordinators."""
        if not await self._may(request):
            return "not-theirs"
        there = await self._row(request)
        if there is None and request.place == "private" and self.needs_code and not request.coordinator:
            if self.tries_in(request):
                return "wait"
            if not await self._good(code):
                if code:
                    self.tries.wrong(_key(request))
                return "no-code"
        alone = request.place == "private"
        if there is None and not alone and await self._enough():
            return "enough"
        address = there.address if there else address_of(request)
        row = await subscriptions.put(
            self._database,
            self._keys(),
            request.channel,
            address,
            subscriptions.Wishes(**asdict(wishes)),
            place="private" if alone else "group",
            proposed_at=0 if alone else self._now(),
        )
        if there:
            return "changed"
        if alone:
            return "new"
        title = request.title
        await self._telling.tell(lambda words: groups.proposal(words, row, title))
        return "proposed"

    async def _enough(self) -> bool:
        """Whether so many groups wait that coordinators would be flooded by one more."""
        return len(await subscriptions.of_place(self._database, self._keys(), "group", confirmed=False)) >= WAITING

    async def _good(self, code: str) -> bool:
        now = self._now()
        return bool(code) and await coordinators.invited(self._database, self._keys(), SUBSCRIBER, code, now)

    async def come_here(self, request: Request) -> bool:
        """Move a group's subscription to the topic this was said in."""
        there = await self._row(request)
        if there is None or not await self._may(request):
            return False
        await subscriptions.moved(self._database, self._keys(), there.id, request.channel, address_of(request))
        return True

    async def leave(self, request: Request) -> bool:
        """End it."""
        there = await self._row(request)
        if there is None or not await self._may(request):
            return False
        await subscriptions.remove(self._database, there.id)
        return True

    async def invite(self, request: Request) -> str:
        """A code for subscribers."""
        if not request.coordinator or request.place != "private":
            return ""
        code = "".join(secrets.choice(codes.ALPHABET) for _ in range(codes.LETTERS))
        await coordinators.invite(self._database, self._keys(), SUBSCRIBER, code, self._now() + INVITED)
        return code

    # groups

    async def waiting(self) -> Sequence[Proposed]:
        """The groups that wait, each by its name of this moment."""
        return await waiting(self._database, self._keys(), self.groups)

    async def decide(self, request: Request, group: int, *, yes: bool) -> bool:
        """Let a proposed group in, or delete it; the group hears of a yes."""
        who, now = request.coordinator, self._now()
        found = await subscriptions.decide(self._database, self._keys(), group, who, now, yes=yes)
        if found:
            await audit.note(self._database, "group-confirmed" if yes else "group-refused", "coordinator", now)
        if found and yes:
            words = self._outside().content.languages[found.wishes.language]
            await self._post(found, Reply((Paragraph(words.say("group.welcome")),)))
        return found is not None

    async def _post(self, to: Subscription, reply: Reply) -> None:
        try:
            await self._posting.send(to.channel, to.address, reply)
        except SendError:
            return  # the next update finds out whether the chat is gone

    # updates

    async def welcome(self, request: Request) -> bool:
        """Send the newest update that is still valid, noted as a delivery, so that a correction reaches it too."""
        there = await self._row(request)
        if there is None or not there.confirmed:
            return False
        found = await broadcasts.in_states(self._database, self._keys(), "sending", "sent")
        for broadcast in sorted(found, key=lambda one: one.send_at, reverse=True):
            if await self._meant(broadcast, there):
                await self._deliver(broadcast, there)
                return True
        return False

    async def _meant(self, broadcast: Broadcast, to: Subscription) -> bool:
        if broadcast.rehearsal or broadcast.corrects or broadcast.valid_until <= self._now():
            return False
        audience, wishes = from_body(broadcast.body).audience, to.wishes
        return (
            audience.place in ("", to.place)
            and (not audience.languages or wishes.language in audience.languages)
            and (not audience.regions or not wishes.region or wishes.region in audience.regions)
            and (not audience.topics or bool(set(wishes.topics) & set(audience.topics)))
            and not await latecomers.has(self._database, broadcast.id, to.id)
        )

    async def _deliver(self, broadcast: Broadcast, to: Subscription) -> None:
        sent, language = _sent(broadcast), to.wishes.language
        reply = message(sent.update, sent.number, sent.code, language, self._outside(), corrected=sent.version > 1)
        try:
            number = await self._posting.send(to.channel, to.address, reply, sent.update.attachment)
        except SendError:
            return
        stays = await latecomers.join(
            self._database, self._keys(), broadcast.id, to.id, language, sent.version, number, self._now()
        )
        if not stays:
            await self._posting.take_back(to.channel, to.address, number)

    async def seen(self, request: Request, number: int) -> Sent | None:
        """Count a reader once, for as long as we run."""
        found = await broadcasts.find(self._database, self._keys(), number)
        if found is None or found.rehearsal or found.state not in OUT:
            return None
        who = f"{number} {request.channel} {request.person or request.chat}".encode()
        mark = hmac.digest(self._day_key, who, hashlib.sha256)[:12]
        if mark not in self._tapped:
            if not await broadcasts.acknowledge(self._database, number, self._now()):
                return None
            self._tapped[mark] = None
            if len(self._tapped) > REMEMBERED:
                self._tapped.popitem(last=False)
        return _sent(found)

    async def sent_under(self, request: Request, code: str) -> Sent | None:
        """What was sent under a code."""
        found = await broadcasts.by_code(self._database, self._keys(), code) if code else None
        if found is None or found.state not in OUT or found.corrects:
            self.tries.wrong(_key(request))
            return None
        return _sent(found)

    def tries_in(self, request: Request) -> float:
        """Seconds until another code may be tried."""
        return self.tries.wait(_key(request))

    # what happens by itself

    async def gone(self, channel: str, chat: str) -> None:
        """A chat has blocked or removed us: its subscriptions end, and so does a desk there."""
        for one in await subscriptions.of_chat(self._database, self._keys(), channel, chat):
            await subscriptions.remove(self._database, one.id)

    async def moved(self, channel: str, chat: str, to: str) -> None:
        """A group has become a supergroup: its subscriptions follow it."""
        for one in await subscriptions.of_chat(self._database, self._keys(), channel, chat):
            _, slash, thread = one.address.partition("/")
            await subscriptions.moved(self._database, self._keys(), one.id, channel, f"{to}{slash}{thread}")


def _key(request: Request) -> str:
    return f"{request.channel} {request.person or request.chat}"


def _sent(broadcast: Broadcast) -> Sent:
    update = from_body(broadcast.body)
    spelled = codes.spelled(broadcast.code)
    return Sent(update, broadcast.id, spelled, broadcast.state, broadcast.version, broadcast.valid_until)
