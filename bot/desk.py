"""The desk as handlers see it, over the database: updates in every state, and telling the coordinators."""

import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.bodies import from_body, to_body
from bot.broadcasting import Broadcasting
from bot.team import Members, new_code
from bot.telling import Telling
from content.model import Language
from handlers import codes
from handlers.desk import UNDO, Item, Reach
from handlers.types import Attachment, Reply, Request
from handlers.update import Update
from storage import audit, broadcasts, coordinators, ledger, subscriptions
from storage.broadcasts import Broadcast
from storage.crypto import Keys
from storage.database import Database
from storage.subscriptions import Audience

STARS = 0.1
"""What Telegram takes for each message at its paid rate."""
LISTED: tuple[broadcasts.State, ...] = ("waiting", "approved", "sending", "paused", "recalling")


class AllUpdates:
    """The Updates of handlers, over the database."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        broadcasting: Broadcasting,
        *,
        paid: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._keys = keys
        self._broadcasting = broadcasting
        self._paid = paid
        self._clock = clock

    def _now(self) -> int:
        return int(self._clock())

    # writing

    async def begin(self, request: Request, update: Update, *, rehearsal: bool = False, corrects: int = 0) -> int:
        """Begin a draft, or a correction: that one is valid for as long as what it corrects can be corrected."""
        who, now, body = request.coordinator, self._now(), to_body(update)
        number = await broadcasts.begin_draft(
            self._database, self._keys(), who, body, now, rehearsal=rehearsal, corrects=corrects or None
        )
        if corrects:
            await self.save(request, number, update)
        return number

    async def save(self, request: Request, number: int, update: Update) -> bool:
        """Keep what was changed."""
        found = await broadcasts.find(self._database, self._keys(), number)
        if found is None:
            return False
        send_at, valid_until = update.send_at, update.valid_until
        if found.corrects:
            corrected = await broadcasts.find(self._database, self._keys(), found.corrects)
            send_at, valid_until = 0, corrected.window_until if corrected else 0
        return await broadcasts.write(
            self._database,
            self._keys(),
            number,
            request.coordinator,
            to_body(update),
            self._now(),
            urgency=update.urgency,
            send_at=send_at,
            valid_until=valid_until,
        )

    async def discard(self, request: Request, number: int) -> bool:
        """Throw a draft away."""
        return await broadcasts.discard(self._database, number, request.coordinator)

    # deciding

    async def submit(self, request: Request, item: Item) -> bool:
        """Ask the others."""
        asked = broadcasts.submit(self._database, item.id, request.coordinator, item.revision, self._now())
        return await self._done(asked, "update-submitted")

    async def approve(self, request: Request, number: int, revision: int) -> bool:
        """Approve what another wrote."""
        approved = broadcasts.approve(
            self._database, self._keys(), number, request.coordinator, revision, new_code(), self._now()
        )
        return await self._done(approved, "update-approved")

    async def approve_alone(self, request: Request, number: int, revision: int) -> bool:
        """Approve one's own; a rehearsal needs no time to be undone."""
        found = await broadcasts.find(self._database, self._keys(), number)
        undo = 0 if found and found.rehearsal else UNDO
        alone = broadcasts.approve_alone(
            self._database, self._keys(), number, request.coordinator, revision, new_code(), self._now(), undo
        )
        return await self._done(alone, "update-sent-alone")

    async def take_up(self, request: Request, number: int) -> bool:
        """Make it a draft again."""
        back = broadcasts.take_up(self._database, number, self._now(), request.coordinator)
        return await self._done(back, "update-sent-back")

    async def recall(self, request: Request, number: int) -> bool:
        """Take back what was delivered."""
        taken = broadcasts.recall(self._database, number, self._now(), request.coordinator)
        return await self._done(taken, "update-recalled")

    async def _done(self, step: Awaitable[bool], what: str) -> bool:
        """Note what happened, and let the engine look."""
        if not await step:
            return False
        await audit.note(self._database, what, "coordinator", self._now())
        self._broadcasting.wake()
        return True

    # reading

    async def item(self, request: Request, number: int) -> Item | None:
        """One update; another's draft is nobody's business yet."""
        found = await broadcasts.find(self._database, self._keys(), number)
        if found is None or (found.state == "draft" and found.author != request.coordinator):
            return None
        return _item(found, request)

    async def items(self, request: Request) -> Sequence[Item]:
        """Own drafts, and what concerns everyone."""
        keys, now = self._keys(), self._now()
        drafts = await broadcasts.in_states(self._database, keys, "draft", author=request.coordinator)
        running = await broadcasts.in_states(self._database, keys, *LISTED)
        sent = await broadcasts.in_states(self._database, keys, "sent", "stopped", "recalled")
        open_still = [one for one in sent if one.window_until > now]
        return [_item(one, request) for one in (*running, *drafts, *open_still)]

    async def reach(self, item: Item) -> Reach:
        """How many it would reach; a correction reaches those who have what it corrects."""
        if item.rehearsal:
            number = len(await coordinators.everyone(self._database, self._keys()))
            reached = {next(iter(item.update.texts), ""): number}
        elif item.corrects:
            reached = await ledger.delivered(self._database, item.corrects)
        else:
            meant = item.update.audience
            audience = Audience(meant.languages, meant.regions, meant.topics, meant.place)
            reached = await subscriptions.reached(self._database, audience)
        total = sum(reached.values())
        stars = math.ceil(total * STARS) if self._paid else 0
        return Reach(reached, self._broadcasting.eta(total), stars)

    async def solo(self) -> bool:
        """One coordinator, or the mode."""
        people = await coordinators.everyone(self._database, self._keys())
        return len(people) == 1 or await coordinators.mode(self._database, "solo") == "on"

    async def regions(self) -> Sequence[str]:
        """The countries anybody asked updates for."""
        return await subscriptions.regions(self._database)

    async def topics(self) -> Mapping[str, str]:
        """The organisation's own topics."""
        return await subscriptions.own_topics(self._database)


class AtDesk:
    """The Desk of handlers."""

    def __init__(self, team: Members, updates: AllUpdates, telling: Telling, time_zone: str) -> None:
        self.zone = ZoneInfo(time_zone)
        self.team = team
        self.updates = updates
        self._telling = telling

    def tell(self, reply_for: Callable[[Language], Reply], *, but: int = 0) -> None:
        """Tell the coordinators, without waiting."""
        self._telling.begin(self._telling.tell(reply_for, but=but))

    def tell_one(self, number: int, reply_for: Callable[[Language], Reply]) -> None:
        """Tell one coordinator, without waiting."""
        self._telling.begin(self._telling.tell_one(number, reply_for))

    def show(self, request: Request, reply: Reply, attachment: Attachment | None) -> None:
        """Send to whoever asks, without waiting."""
        self._telling.begin(self._telling.show(request.channel, request.chat, reply, attachment))


def _item(found: Broadcast, request: Request) -> Item:
    return Item(
        found.id,
        found.state,
        from_body(found.body),
        found.revision,
        found.version,
        found.rehearsal,
        found.corrects or 0,
        found.author == request.coordinator,
        found.waiting_since,
        found.send_at,
        found.window_until,
        codes.spelled(found.code) if found.code else "",
    )
