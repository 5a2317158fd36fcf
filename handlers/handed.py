"""What volunteers' handlers are handed of the outside: subscriptions and codes, and a way to ask a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from handlers.types import Request
from handlers.update import Update

Kept = Literal["new", "changed", "proposed", "enough", "no-code", "wait", "not-theirs"]
"""What became of a wish for updates.

"no-code" where a code is needed and this is none; "wait" after too many wrong ones; "proposed" while a group waits for
a coordinator, "enough" when too many do; "not-theirs" where somebody asked who does not lead the group.
"""
Asked = Literal["sent", "many", "nobody", "closed"]
"""What became of a question: "many" when too many are open, "nobody" when it could reach no coordinator."""
Answered = Literal["sent", "not-theirs", "gone", "late", "only-words", "too-long"]
"""What became of a coordinator's reply."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a chat asked for. Hours are local, in the deployment's time zone; equal hours mean no quiet time."""

    language: str
    topics: tuple[str, ...]
    region: str = ""
    quiet_from: int = 22
    quiet_to: int = 7
    alerts: bool = True


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A chat's subscription. `here` is false for a group that gets its updates in another topic than this one."""

    wishes: Wishes
    confirmed: bool = True
    here: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """An update that went out. `valid_until` is in seconds since 1970; `state` as the engine has it."""

    update: Update
    number: int
    code: str
    state: str
    version: int
    valid_until: int


class Subscriptions(Protocol):
    """Who gets updates, and what was sent under which code."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that hours and dates are meant in."""
        ...

    @property
    def needs_code(self) -> bool:
        """Whether updates are for those with a code only."""
        ...

    async def topics(self) -> Mapping[str, str]:
        """The organisation's own topics: id → title."""
        ...

    async def find(self, request: Request) -> Subscribed | None:
        """The subscription of the chat that asks."""
        ...

    async def keep(self, request: Request, wishes: Wishes, code: str = "") -> Kept:
        """Begin or change it."""
        ...

    async def come_here(self, request: Request) -> bool:
        """Send a group's updates into the topic that this was said in; whether that may be."""
        ...

    async def leave(self, request: Request) -> bool:
        """End it; whether that may be."""
        ...

    async def welcome(self, request: Request) -> bool:
        """Send a new subscriber the newest update that is still valid; whether there was one."""
        ...

    async def decide(self, request: Request, group: int, *, yes: bool) -> bool:
        """Let a proposed group in, or not; whether it was waiting and the coordinator may."""
        ...

    async def invite(self, request: Request) -> str:
        """A code for subscribers, good for days and for as many as have it; empty where none may be made."""
        ...

    async def seen(self, request: Request, number: int) -> Sent | None:
        """Count that a reader has seen an update, once; the update, None where it no longer counts."""
        ...

    async def sent_under(self, request: Request, code: str) -> Sent | None:
        """What was sent under a code; a wrong one uses up a try."""
        ...

    def tries_in(self, request: Request) -> float:
        """Seconds until this chat may try another code; 0 when it may now."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """Words in an exchange with a coordinator."""

    by: Literal["volunteer", "coordinator"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that is open: its short number, and what was said."""

    id: int
    number: int
    said: Sequence[Said] = field(default_factory=tuple)

    @property
    def answered(self) -> bool:
        """Whether a coordinator has said something."""
        return any(one.by == "coordinator" for one in self.said)


class Relays(Protocol):
    """A way to ask a person. Nothing of it names anyone; all of it is gone when a question is closed."""

    async def reachable(self) -> bool:
        """Whether there is anybody who would read a question."""
        ...

    def hold(self, request: Request, purpose: str, words: str) -> None:
        """Keep words for some minutes, in memory only, so that they can be shown before they are sent."""
        ...

    def held(self, request: Request, purpose: str) -> str:
        """The words that are held; empty when they are no longer."""
        ...

    def drop(self, request: Request, purpose: str) -> None:
        """Forget the words that are held."""
        ...

    async def ask(self, request: Request, words: str) -> tuple[Asked, int, str]:
        """Open a question: what became of it, its number, and the one-time word to find the answer by (web only)."""
        ...

    async def add(self, request: Request, question: int, words: str) -> Asked:
        """Say more in one's own open question."""
        ...

    async def mine(self, request: Request) -> Sequence[Question]:
        """The open questions of the chat that asks."""
        ...

    async def by_word(self, request: Request, word: str) -> Question | None:
        """The question under a one-time word. Once it shows an answer the word, and the question, are gone."""
        ...

    async def answer(self, request: Request) -> tuple[Answered, int] | None:
        """Pass on a coordinator's reply to a copy, with the question's number; None when it is a reply to no copy."""
        ...

    async def close(self, request: Request, question: int) -> bool:
        """Close a question, as the one who asked it or as a coordinator; whether that may be."""
        ...

    async def share(self, request: Request, words: str) -> bool:
        """Show a sentence to coordinators, with nothing about who wrote it; whether it reached any."""
        ...

    async def make_desk(self, request: Request) -> bool:
        """Let questions come into the group that this was said in; whether a coordinator said it."""
        ...
