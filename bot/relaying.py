"""Questions to coordinators as handlers see them, over the database and the channels: copied, never forwarded."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from bot.channels.base import GoneError, SendError
from bot.copying import WORD, Copies, body_of, question_of, said_of, with_said
from bot.holding import Holding
from bot.posting import Posting
from bot.roles import Roles
from bot.telling import Telling
from bot.tries import Tries
from handlers import codes, person
from handlers.buttons import navigation
from handlers.handed import Answered, Asked, Question, Said
from handlers.types import Outside, Paragraph, Reply, Request
from storage import audit, relays, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.relays import Relay
from storage.subscriptions import Wishes

log = structlog.get_logger()

WEB = "web"
FROM_WEB = 20
"""Questions in an hour from all web pages together: a page has no account, so nothing else holds back a flood."""
HOUR = 3600.0


class Relaying:
    """The Relays of handlers."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        posting: Posting,
        telling: Telling,
        roles: Roles,
        outside: Callable[[], Outside],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.holding = Holding()
        self.tries = Tries()
        self._database = database
        self._keys = keys
        self._posting = posting
        self._telling = telling
        self._copies = Copies(database, keys, posting, outside, clock)
        self._roles = roles
        self._clock = clock
        self._from_web: deque[float] = deque(maxlen=FROM_WEB)
        self._news: set[str] = set()
        self._talking = asyncio.Lock()

    def _now(self) -> int:
        return int(self._clock())

    # words that wait to be sent

    def hold(self, request: Request, purpose: str, words: str) -> None:
        """Keep words for some minutes."""
        self.holding.put(request.channel, request.chat, purpose, words)

    def held(self, request: Request, purpose: str) -> str:
        """The words that are held."""
        return self.holding.get(request.channel, request.chat, purpose)

    def drop(self, request: Request, purpose: str) -> None:
        """Forget them."""
        self.holding.drop(request.channel, request.chat, purpose)

    # asking

    async def reachable(self) -> bool:
        """Whether anybody would read a question."""
        return bool(await self._copies.readers())

    async def ask(self, request: Request, words: str) -> tuple[Asked, int, str]:
        """Open a question."""
        web, now = request.channel == WEB, self._clock()
        if web and len(self._from_web) == FROM_WEB and now - self._from_web[0] < HOUR:
            return "many", 0, ""
        body = body_of((Said("volunteer", words),))
        relay = await relays.open_new(
            self._database, self._keys(), request.channel, request.chat, request.language, body, self._now()
        )
        if relay is None:
            return "many", 0, ""
        if not await self._copies.show(relay):
            await self._end(relay.id)
            return "nobody", 0, ""
        if not web:
            return "sent", relay.number, ""
        self._from_web.append(now)
        word = "".join(secrets.choice(codes.ALPHABET) for _ in range(codes.LETTERS))
        await relays.add_copy(self._database, self._keys(), relay.id, WEB, WORD, word)
        return "sent", relay.number, word

    async def add(self, request: Request, question: int, words: str) -> Asked:
        """Say more in one's own question."""
        if await self._own(request, question) is None:
            return "closed"
        relay = await self._say(question, Said("volunteer", words))
        if relay is None:
            return "closed"
        await self._copies.renew(relay)
        return "sent"

    async def _say(self, question: int, said: Said, *, coordinator: int | None = None) -> Relay | None:
        """Add to an exchange, one after the other; None where it is closed, or the coordinator may not."""
        async with self._talking:
            relay = await relays.find(self._database, self._keys(), question)
            if relay is None:
                return None
            after = with_said(relay, (*said_of(relay), said))
            kept = await relays.rewrite(
                self._database, self._keys(), question, after.body, coordinator=coordinator, now=self._now()
            )
            return after if kept else None

    async def _unsay(self, question: int, said: Said) -> None:
        """Take out what could not be passed on."""
        async with self._talking:
            relay = await relays.find(self._database, self._keys(), question)
            if relay is not None:
                left = tuple(one for one in said_of(relay) if one != said)
                await relays.rewrite(self._database, self._keys(), question, with_said(relay, left).body)

    async def _own(self, request: Request, question: int) -> Relay | None:
        found = await relays.of_chat(self._database, self._keys(), request.channel, request.chat)
        return next((one for one in found if one.id == question), None)

    async def mine(self, request: Request) -> Sequence[Question]:
        """The open questions of a chat."""
        found = await relays.of_chat(self._database, self._keys(), request.channel, request.chat)
        return [question_of(one) for one in found]

    async def by_word(self, request: Request, word: str) -> Question | None:
        """The question under a one-time word; with an answer it is shown once, and gone."""
        key = f"{request.channel} {request.chat}"
        if self.tries.wait(key):
            return None
        relay = await relays.by_copy(self._database, self._keys(), WORD, word)
        if relay is None:
            self.tries.wrong(key)
            return None
        question = question_of(relay)
        if question.answered:
            await self._end(relay.id)
        return question

    async def news(self, chat: str) -> Reply | None:
        """For a page that is open: answers to its questions that it has not shown; None where there is none."""
        if chat not in self._news:
            return None
        self._news.discard(chat)
        found = await relays.of_chat(self._database, self._keys(), WEB, chat)
        fresh = [one for one in found if said_of(one)[-1].by == "coordinator"]
        if not fresh:
            return None
        words = self._copies.words(fresh[0].language)
        shown = [person.answer(question_of(one), words) for one in fresh]
        rows = tuple(row for one in shown for row in one.buttons)
        return Reply(tuple(block for one in shown for block in one.blocks), (*rows, *navigation(words)))

    # coordinators

    def _coordinates(self, request: Request) -> int:
        """Which coordinator speaks, 0 for anybody else: in a group it is the person who counts, not the chat."""
        return self._roles.of(request.channel, request.person or request.chat)

    async def answer(self, request: Request) -> tuple[Answered, int] | None:
        """Pass a coordinator's reply on."""
        relay = await relays.by_copy(self._database, self._keys(), request.chat, request.answers)
        if relay is None:
            return None
        coordinator = self._coordinates(request)
        if not coordinator:
            return "not-theirs", relay.number
        if request.unreadable or request.attachment or not request.text.strip():
            return "only-words", relay.number
        if len(request.text) > person.LONGEST:
            return "too-long", relay.number
        said = Said("coordinator", request.text)
        after = await self._say(relay.id, said, coordinator=coordinator)
        if after is None:
            return "not-theirs", relay.number
        outcome = await self._passed_on(after)
        if outcome == "sent":
            await self._copies.change(after)
        elif outcome == "gone":
            await self._end(relay.id)
        else:
            await self._unsay(relay.id, said)
        return outcome, relay.number

    async def _passed_on(self, relay: Relay) -> Answered:
        """Show an answer to whoever asked; a page asks for it by itself."""
        if relay.channel == WEB:
            self._news.add(relay.address)
            return "sent"
        try:
            reply = person.answer(question_of(relay), self._copies.words(relay.language))
            await self._posting.send(relay.channel, relay.address, reply)
        except GoneError:
            return "gone"
        except SendError:
            return "late"
        return "sent"

    async def close(self, request: Request, question: int) -> bool:
        """Close a question and delete its copies."""
        own = request.place == "private" and await self._own(request, question)
        if not own and not self._coordinates(request):
            return False
        if await relays.find(self._database, self._keys(), question) is None:
            return False
        await self._end(question)
        return True

    async def _end(self, relay: int) -> None:
        await self._copies.delete(await relays.close(self._database, self._keys(), relay))

    async def share(self, request: Request, words: str) -> bool:
        """Show a sentence, and nothing else."""
        reached = False
        for channel, address, language in await self._copies.readers():
            try:
                await self._posting.send(channel, address, person.shared(words, self._copies.words(language)))
                reached = True
            except SendError as error:
                log.warning("share.unsent", channel=channel, kind=type(error).__name__)
        return reached

    async def make_desk(self, request: Request) -> bool:
        """The group this was said in is the desk from now on; there is one."""
        if request.place != "group" or not self._coordinates(request):
            return False
        keys, channel = self._keys(), request.channel
        before = await subscriptions.of_place(self._database, keys, "desk")
        here = await subscriptions.of_chat(self._database, keys, channel, request.chat)
        for one in (*before, *here):
            await subscriptions.remove(self._database, one.id)
        address = f"{request.chat}/{request.thread}" if request.thread else request.chat
        wishes = Wishes(request.language, ())
        await subscriptions.put(self._database, keys, channel, address, wishes, place="desk")
        await audit.note(self._database, "desk-set", "coordinator", self._now())
        await self._telling.tell(person.told_of_desk)
        return True

    # what happens by itself

    async def expire(self) -> None:
        """Delete what has been open for too long, and say so to whoever had no answer."""
        for number in await relays.overdue(self._database, self._now()):
            relay = await relays.find(self._database, self._keys(), number)
            await self._end(number)
            self._news.discard(relay.address if relay else "")
            if relay and relay.channel != WEB and not question_of(relay).answered:
                words = self._copies.words(relay.language)
                text = Paragraph(words.say("person.ended", number=relay.number))
                try:
                    await self._posting.send(relay.channel, relay.address, Reply((text,)))
                except SendError:
                    continue

    async def gone(self, channel: str, chat: str) -> None:
        """Whoever asked has blocked us: nothing of it is kept."""
        for one in await relays.of_chat(self._database, self._keys(), channel, chat):
            await self._end(one.id)
