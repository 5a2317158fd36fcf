"""The copies of a question in coordinators' chats: shown, brought up to date, and deleted in the end."""

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog

from bot.channels.base import SendError
from bot.posting import Posting
from content.model import ORIGINAL, Language
from handlers import person
from handlers.handed import Question, Said
from handlers.types import Outside
from storage import coordinators, relays, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.relays import Relay

log = structlog.get_logger()

WORD = "word"
"""Stands where a copy's chat stands, for the one-time word by which the web page finds a question again."""


class Reader(NamedTuple):
    """A chat that copies go to."""

    channel: str
    address: str
    language: str


class Copies:
    """The copies of every open question."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        posting: Posting,
        outside: Callable[[], Outside],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._keys = keys
        self._posting = posting
        self._outside = outside
        self._clock = clock

    def words(self, language: str) -> Language:
        """The texts in a language, or in the original."""
        languages = self._outside().content.languages
        return languages.get(language) or languages[ORIGINAL]

    async def readers(self) -> list[Reader]:
        """Where copies go: the desk, else each coordinator's own chat."""
        if desks := await subscriptions.of_place(self._database, self._keys(), "desk"):
            return [Reader(one.channel, one.address, one.wishes.language) for one in desks]
        return await self._alone()

    async def _alone(self) -> list[Reader]:
        people, now = await coordinators.everyone(self._database, self._keys()), int(self._clock())
        return [Reader(one.channel, one.address, one.language) for one in people if one.suspended_until <= now]

    async def show(self, relay: Relay) -> bool:
        """Show a question; whether it reached anybody. Where the desk cannot be reached, to each coordinator."""
        return await self._shown(relay, await self.readers()) or await self._shown(relay, await self._alone())

    async def _shown(self, relay: Relay, readers: Iterable[Reader]) -> bool:
        return any(await asyncio.gather(*(self._shown_to(relay, reader) for reader in readers)))

    async def _shown_to(self, relay: Relay, reader: Reader) -> bool:
        reply = person.copy(question_of(relay), relay.language, self.words(reader.language))
        try:
            number = await self._posting.send(reader.channel, reader.address, reply)
        except SendError as error:
            log.warning("relay.unsent", channel=reader.channel, kind=type(error).__name__)
            return False
        chat = reader.address.partition("/")[0]
        await relays.add_copy(self._database, self._keys(), relay.id, reader.channel, chat, number)
        return True

    async def _shown_so_far(self, relay: Relay) -> list[tuple[str, str, str]]:
        there = await relays.copies(self._database, self._keys(), relay.id)
        return [one for one in there if one[1] != WORD]

    async def renew(self, relay: Relay) -> None:
        """Show what a volunteer added as a new message, so that it is noticed, and delete the older copies."""
        before = await self._shown_so_far(relay)
        if await self.show(relay):
            await relays.forget_copies(self._database, self._keys(), relay.id, before)
            await self.delete(before)

    async def change(self, relay: Relay) -> None:
        """Let every copy say what was answered."""
        spoken = {one.address.partition("/")[0]: one.language for one in await self.readers()}
        copies = await self._shown_so_far(relay)
        await asyncio.gather(*(self._changed(relay, copy, spoken.get(copy[1], ORIGINAL)) for copy in copies))

    async def _changed(self, relay: Relay, copy: tuple[str, str, str], language: str) -> None:
        channel, chat, number = copy
        reply = person.copy(question_of(relay), relay.language, self.words(language))
        after = await self._posting.change(channel, chat, number, reply)
        if after != number:
            await relays.add_copy(self._database, self._keys(), relay.id, channel, chat, after)

    async def delete(self, copies: Iterable[tuple[str, str, str]]) -> None:
        """Delete copies where they were shown."""
        await asyncio.gather(*(self._posting.take_back(*one) for one in copies if one[1] != WORD))


def body_of(said: Sequence[Said]) -> str:
    """An exchange as it is kept, sealed."""
    return json.dumps([[one.by, one.text] for one in said], ensure_ascii=False)


def said_of(relay: Relay) -> tuple[Said, ...]:
    """What was said so far."""
    return tuple(Said(by, text) for by, text in json.loads(relay.body))


def with_said(relay: Relay, said: Sequence[Said]) -> Relay:
    """The same question after more was said."""
    return replace(relay, body=body_of(said))


def question_of(relay: Relay) -> Question:
    """A question as handlers see it."""
    return Question(relay.id, relay.number, said_of(relay))
