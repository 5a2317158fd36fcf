"""The one path every channel takes: session, Request, respond, count, Reply."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

import structlog

from bot.sessions import EMPTY, Sessions
from bot.throttle import Throttle, Verdict
from content.model import ORIGINAL
from handlers import ask, router
from handlers.types import Button, Count, Offer, Outside, Paragraph, Reply, Request, Session

log = structlog.get_logger()

LEARNING_ASKED = 80
"""Tenths of a second that typed words wait at most, at the very first start."""


class Counts(Protocol):
    """Where answers are counted."""

    def add(self, channel: str, chat: str, counts: Iterable[Count]) -> None:
        """Count one answer; must not block."""
        ...


class Observer(Protocol):
    """Where the machine's figures go."""

    def answered(self, seconds: float) -> None:
        """An answer took this long."""
        ...

    def failed(self, kind: str) -> None:
        """An answer failed with this kind of error."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class Conversation:
    """Answers Requests from the content of the moment; `outside` may be replaced while it runs."""

    def __init__(
        self, outside: Outside, counts: Counts, observed: Observer, now: Callable[[], datetime] = _now
    ) -> None:
        self.outside = outside
        self.sessions = Sessions()
        self.throttle = Throttle()
        self._counts = counts
        self._observed = observed
        self._typed = asyncio.Semaphore(1)
        self._now = now
        self.coordinator: Callable[[str, str], int] = lambda channel, chat: 0
        """The number of the coordinator in a private chat; set once the database can be asked."""

    async def answer(self, request: Request, carried: Session | None = None) -> Reply | None:
        """The Reply, or None where silence is right. Never raises: a fault becomes a sentence with a next step.

        `carried` is the session where the channel carries it; otherwise it is kept here under channel and chat.
        """
        begun = time.perf_counter()
        key = f"{request.channel} {request.chat}"
        session = carried if carried is not None else await self.sessions.load(key)
        language = self._expected(session, request)
        who = self.coordinator(request.channel, request.chat) if request.place == "private" else 0
        request = replace(request, session=session, language=language, now=self._now(), coordinator=who)
        match self.throttle.ask(key):
            case Verdict.SILENT:
                return None
            case Verdict.SAY:
                return self._said(request, "ask.slow_down")
        reply = await self._reply(request)
        if carried is None:
            await self.sessions.keep(key, reply.session)
        self._counts.add(request.channel, request.chat, self._counted(request, reply))
        self._observed.answered(time.perf_counter() - begun)
        return reply

    async def offers(self, request: Request) -> tuple[Offer, ...]:
        """Cards to pick while somebody is still typing in another chat; not counted, since every letter asks again."""
        if self.throttle.ask(f"{request.channel} offers {request.chat}") is not Verdict.ANSWER:
            return ()
        request = replace(request, language=self._expected(EMPTY, request), now=self._now())
        return ask.offers(request, self.outside)

    async def _reply(self, request: Request) -> Reply:
        try:
            if request.choice:
                return await router.respond(request, self.outside)
            async with self._typed:  # understanding words takes a hundred times as long as a tap, so taps go between
                await asyncio.sleep(0)
                await self._learnt()
                return await router.respond(request, self.outside)
        except Exception as error:  # one of the three broad catches: nobody in need may meet a silent bot
            log.error("answer.failed", kind=type(error).__name__)
            self._observed.failed(type(error).__name__)
            return self._said(request, "ask.failed")

    async def _learnt(self) -> None:
        """Wait until it is learnt what words mean, but not for ever: the urgent rules need no learning."""
        for _ in range(LEARNING_ASKED):
            if self.outside.search.learnt:
                return
            await asyncio.sleep(0.1)

    def _said(self, request: Request, key: str) -> Reply:
        """One sentence and the way to urgent help."""
        words = self.outside.words(request)
        button = Button(words.say("home.urgent"), choice="urgent", private=request.place == "group")
        return Reply((Paragraph(words.say(key)),), ((button,),), request.session)

    def _expected(self, session: Session, request: Request) -> str:
        """The language of the conversation so far, else the one the app asks for, else English."""
        tags = (session.language, *request.hint.split(","))
        return self.outside.content.language_for(*tags) or ORIGINAL

    def _counted(self, request: Request, reply: Reply) -> tuple[Count, ...]:
        """What is counted of every answer, beside what the handler counted."""
        return (
            *reply.counts,
            Count("channel", request.channel),
            Count("language", self._expected(reply.session, request)),
            Count("hour", f"{request.now.hour:02}"),
        )
