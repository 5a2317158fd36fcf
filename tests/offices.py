"""Coordinators at a desk over a real database, without a channel's HTTP: what they write is answered at once."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.broadcasting import Broadcasting
from bot.conversation import Conversation
from bot.desk import AllUpdates, AtDesk
from bot.observe import Observed
from bot.offline import offline_conversation
from bot.roles import Roles
from bot.settings import read
from bot.team import Members
from bot.telling import Telling
from bot.throttle import Throttle
from bot.watching import Watching
from handlers.types import Attachment, Count, Outside, Reply, Request
from storage import broadcasts, coordinators, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.subscriptions import Wishes
from tests.conftest import NIGHT

KEYS = Keys(b"k" * 32)
OUTSIDE = offline_conversation(read()).outside


@dataclass
class Post:
    """A channel that keeps what it is given."""

    sent: list[tuple[str, Reply, Attachment | None]] = field(default_factory=list)

    async def deliver(self, address: str, reply: Reply, attachment: Attachment | None, *, silent: bool) -> str:
        self.sent.append((address, reply, attachment))
        return str(len(self.sent))

    async def correct(self, address: str, message: str, reply: Reply, attachment: Attachment | None) -> str:
        return message

    async def take_back(self, address: str, message: str) -> None:
        return None


class Uncounted:
    """Counts nothing."""

    def add(self, channel: str, chat: str, counts: Iterable[Count], *, asked: bool = True) -> None:
        """Forget it."""


@dataclass
class Seen:
    """An answer: all its words, and its buttons' choices by label."""

    text: str
    choices: dict[str, str]

    def choice(self, label: str) -> str:
        """The choice of the button with these words."""
        return next(choice for shown, choice in self.choices.items() if label in shown)


class Office:
    """A deployment with a clock that a test moves; seven coordinators' chats are called A to G."""

    def __init__(self, database: Database, outside: Outside, *, paid: bool = False) -> None:
        self.database = database
        self.at = NIGHT
        self.post = Post()
        channels = {"telegram": self.post}
        keys = self._keys
        self.telling = Telling(database, keys, channels, lambda: self.conversation.outside, self._clock)
        broadcasting = Broadcasting(database, keys, channels, lambda: outside, self.telling, Uncounted(), per_second=29)
        self.roles = Roles(database, keys, self._clock)
        team = Members(database, keys, self.roles, channels, lambda payload: "", self._clock)
        updates = AllUpdates(database, keys, broadcasting, paid=paid, clock=self._clock)
        self.desk = AtDesk(team, updates, self.telling, "Europe/Warsaw")
        self.watching = Watching(database, keys, self.roles, self.telling, self._clock)
        self.conversation = Conversation(replace(outside, desk=self.desk), Uncounted(), Observed(), lambda: self.at)
        self.conversation.coordinator = self.roles.of

    def _keys(self) -> Keys:
        return KEYS

    def _clock(self) -> float:
        return self.at.timestamp()

    async def hire(self, *chats: str) -> None:
        """Make coordinators."""
        for chat in chats:
            await coordinators.add(self.database, KEYS, "telegram", chat, "en", int(self._clock()))
        await self.roles.refresh()

    async def subscribe(self, language: str, many: int, region: str = "") -> None:
        """Some who asked for updates on safety."""
        for number in range(many):
            chat, wishes = f"{language}{number}{region}", Wishes(language, ("safety",), region)
            await subscriptions.put(self.database, KEYS, "telegram", chat, wishes, place="private")

    async def say(self, chat: str, text: str) -> Seen:
        """Write."""
        return await self.send(Request("telegram", chat, text=text))

    async def tap(self, chat: str, choice: str) -> Seen:
        """Tap."""
        return await self.send(Request("telegram", chat, choice=choice))

    async def send(self, request: Request) -> Seen:
        """Send anything; the answer."""
        self.conversation.throttle = Throttle()
        reply = await self.conversation.answer(request)
        assert reply is not None
        return seen(reply)

    async def draft(self, chat: str, text: str = "The bridge is closed.", **values: str) -> str:
        """The number of a draft with a text, valid for a day."""
        await self.tap(chat, "write:new")
        shown = await self.say(chat, text)
        number = shown.choice("Check it" if "Check it" in shown.choices else "Next").split(":")[1].split("-")[0]
        for step, value in {"valid": "24", **values}.items():
            await self.tap(chat, f"write:{number}-{step}-{value}")
        return number

    async def submitted(self, chat: str, **values: str) -> tuple[str, str]:
        """A draft that waits: its number, and what approves it."""
        number = await self.draft(chat, **values)
        ask = (await self.tap(chat, f"write:{number}-check")).choice("Ask for approval")
        await self.tap(chat, ask)
        return number, ask.replace("submit", "approve")

    async def state(self, number: str) -> str:
        """What an update is doing."""
        found = await broadcasts.find(self.database, KEYS, int(number))
        return found.state if found else "gone"

    async def told(self, chat: str) -> list[Seen]:
        """What a chat was told so far."""
        await self.telling.finish(5)
        return [seen(reply) for address, reply, _ in self.post.sent if address == chat]

    def later(self, to: datetime) -> None:
        """Move the clock."""
        self.at = to.astimezone(UTC)


def seen(reply: Reply) -> Seen:
    """A Reply as a test reads it."""
    parts = []
    for block in reply.blocks:
        items = getattr(block, "items", None)
        parts.append("\n".join(items) if items else str(getattr(block, "text", getattr(block, "label", ""))))
    return Seen("\n".join(parts), {button.label: button.choice for row in reply.buttons for button in row})


@asynccontextmanager
async def office(folder: Path, outside: Outside = OUTSIDE, *, paid: bool = False) -> AsyncIterator[Office]:
    """An office with coordinators A and B, who may approve, and C, who is new."""
    database = Database(folder / "beside.sqlite3")
    await database.migrate()
    made = Office(database, outside, paid=paid)
    await made.hire("A", "B", "C")
    try:
        yield made
    finally:
        await made.telling.finish(5)
        await database.close()
