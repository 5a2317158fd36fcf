"""Questions to coordinators as handlers see them, over the database and the channels: copied, never forwarded."""

import asyncio
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import structlog

from bot.channels.base import GoneError, SendError
from bot.holding import Holding
from bot.posting import Posting
from bot.roles import Roles
from bot.tries import Tries
from content.model import ORIGINAL, Language
from handlers import codes, person
from handlers.buttons import navigation
from handlers.handed import Answered, Asked, Question, Said
from handlers.types import Outside, Paragraph, Reply, Request
from storage import coordinators, relays, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.relays import Relay
from storage.subscriptions import Wishes

log = structlog.get_logger()

WEB = "web"
WORD = "word"
"""Stands where a copy's chat stands, for the one-time word by which the web page finds a question again."""
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
        roles: Roles,
        outside: Callable[[], Outside],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.holding = Holding()
        self.tries = Tries()
        self._database = database
        self._keys = keys
        self._posting = posting
        self._roles = roles
        self._outside = outside
        self._clock = clock
        self._from_web: deque[float] = deque(maxlen=FROM_WEB)
        self._news: set[str] = set()

    def _now(self) -> int:
        return int(self._clock())

    def _words(self, language: str) -> Language:
        languages = self._outside().content.languages
        return languages.get(language) or languages[ORIGINAL]

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

    # who reads

    async def _readers(self) -> list[tuple[str, str, str]]:
        """Where copies go, as (channel, address, language): the desk, else each coordinator's own chat."""
        if desks := await subscriptions.of_place(self._database, self._keys(), "desk"):
            return [(one.channel, one.address, one.wishes.language) for one in desks]
        return await self._alone()

    async def _alone(self) -> list[tuple[str, str, str]]:
        people, now = await coordinators.everyone(self._database, self._keys()), self._now()
        return [(one.channel, one.address, one.language) for one in people if one.suspended_until <= now]

    async def reachable(self) -> bool:
        """Whether anybody would read a question."""
        return bool(await self._readers())

    async def _shown(self, relay: Relay, *, readers: list[tuple[str, str, str]] | None = None) -> bool:
        """Show a question to whoever reads; whether it reached anybody. Where the desk fails, to each coordinator."""
        shown = False
        for channel, address, language in readers if readers is not None else await self._readers():
            reply = person.copy(_question(relay), relay.language, self._words(language))
            try:
                number = await self._posting.send(channel, address, reply)
            except SendError as error:
                log.warning("relay.unsent", channel=channel, kind=type(error).__name__)
                continue
            chat = address.partition("/")[0]
            await relays.add_copy(self._database, self._keys(), relay.id, channel, chat, number)
            shown = True
        if not shown and readers is None:
            return await self._shown(relay, readers=await self._alone())
        return shown

    async def _changed(self, relay: Relay, *, anew: bool = False) -> None:
        """Bring the copies up to date; what a volunteer adds is shown anew, so that it is noticed."""
        before = [one for one in await relays.copies(self._database, self._keys(), relay.id) if one[1] != WORD]
        if anew:
            if await self._shown(relay):
                await relays.forget_copies(self._database, self._keys(), relay.id, before)
                await self._delete(before)
            return
        spoken = {address.partition("/")[0]: language for _, address, language in await self._readers()}
        for channel, chat, number in before:
            reply = person.copy(_question(relay), relay.language, self._words(spoken.get(chat, ORIGINAL)))
            after = await self._posting.change(channel, chat, number, reply)
            if after != number:
                await relays.add_copy(self._database, self._keys(), relay.id, channel, chat, after)

    async def _delete(self, copies: Iterable[tuple[str, str, str]]) -> None:
        shown = [one for one in copies if one[1] != WORD]
        await asyncio.gather(*(self._posting.take_back(*one) for one in shown))

    # asking

    async def ask(self, request: Request, words: str) -> tuple[Asked, int, str]:
        """Open a question."""
        web, now = request.channel == WEB, self._clock()
        if web and len(self._from_web) == FROM_WEB and now - self._from_web[0] < HOUR:
            return "many", 0, ""
        body = _body((Said("volunteer", words),))
        relay = await relays.open_new(
            self._database, self._keys(), request.channel, request.chat, request.language, body, self._now()
        )
        if relay is None:
            return "many", 0, ""
        if not await self._shown(relay):
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
        relay = await self._own(request, question)
        if relay is None:
            return "closed"
        said = (*_said(relay), Said("volunteer", words))
        if not await self._rewritten(relay, said):
            return "closed"
        await self._changed(_with(relay, said), anew=True)
        return "sent"

    async def _own(self, request: Request, question: int) -> Relay | None:
        found = await relays.of_chat(self._database, self._keys(), request.channel, request.chat)
        return next((one for one in found if one.id == question), None)

    async def _rewritten(self, relay: Relay, said: Sequence[Said], *, coordinator: int | None = None) -> bool:
        now = self._now()
        return await relays.rewrite(
            self._database, self._keys(), relay.id, _body(said), coordinator=coordinator, now=now
        )

    async def mine(self, request: Request) -> Sequence[Question]:
        """The open questions of a chat."""
        found = await relays.of_chat(self._database, self._keys(), request.channel, request.chat)
        return [_question(one) for one in found]

    async def by_word(self, request: Request, word: str) -> Question | None:
        """The question under a one-time word; with an answer it is shown once, and gone."""
        key = f"{request.channel} {request.chat}"
        if self.tries.wait(key):
            return None
        relay = await relays.by_copy(self._database, self._keys(), WORD, word)
        if relay is None:
            self.tries.wrong(key)
            return None
        question = _question(relay)
        if question.answered:
            await self._end(relay.id)
        return question

    async def news(self, chat: str) -> Reply | None:
        """For a page that is open: answers to its questions that it has not shown; None where there is none."""
        if chat not in self._news:
            return None
        self._news.discard(chat)
        found = await relays.of_chat(self._database, self._keys(), WEB, chat)
        fresh = [one for one in found if _said(one)[-1].by == "coordinator"]
        if not fresh:
            return None
        words = self._words(fresh[0].language)
        shown = [person.answer(_question(one), words) for one in fresh]
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
        said = (*_said(relay), Said("coordinator", request.text))
        if not await self._rewritten(relay, said, coordinator=coordinator):
            return "not-theirs", relay.number
        outcome = await self._passed_on(_with(relay, said))
        if outcome == "sent":
            await self._changed(_with(relay, said))
        elif outcome == "gone":
            await self._end(relay.id)
        else:
            await self._rewritten(relay, _said(relay))
        return outcome, relay.number

    async def _passed_on(self, relay: Relay) -> Answered:
        """Show an answer to whoever asked; a page asks for it by itself."""
        if relay.channel == WEB:
            self._news.add(relay.address)
            return "sent"
        try:
            reply = person.answer(_question(relay), self._words(relay.language))
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
        await self._delete(await relays.close(self._database, self._keys(), relay))

    async def share(self, request: Request, words: str) -> bool:
        """Show a sentence, and nothing else."""
        reached = False
        for channel, address, language in await self._readers():
            try:
                await self._posting.send(channel, address, person.shared(words, self._words(language)))
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
        return True

    # what happens by itself

    async def expire(self) -> None:
        """Delete what has been open for too long, and say so to whoever had no answer."""
        for number in await relays.overdue(self._database, self._now()):
            relay = await relays.find(self._database, self._keys(), number)
            await self._end(number)
            self._news.discard(relay.address if relay else "")
            if relay and relay.channel != WEB and not _question(relay).answered:
                words = self._words(relay.language)
                text = Paragraph(words.say("person.ended", number=relay.number))
                try:
                    await self._posting.send(relay.channel, relay.address, Reply((text,)))
                except SendError:
                    continue

    async def gone(self, channel: str, chat: str) -> None:
        """Whoever asked has blocked us: nothing of it is kept."""
        for one in await relays.of_chat(self._database, self._keys(), channel, chat):
            await self._end(one.id)


def _body(said: Sequence[Said]) -> str:
    return json.dumps([[one.by, one.text] for one in said], ensure_ascii=False)


def _said(relay: Relay) -> tuple[Said, ...]:
    return tuple(Said(by, text) for by, text in json.loads(relay.body))


def _with(relay: Relay, said: Sequence[Said]) -> Relay:
    return Relay(relay.id, relay.number, relay.channel, relay.address, relay.language, _body(said), relay.opened_at)


def _question(relay: Relay) -> Question:
    return Question(relay.id, relay.number, _said(relay))
