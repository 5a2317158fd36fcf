"""What coordinators' handlers are handed: the updates of everyone, their own drafts, the team, and a way to tell it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from content.model import Language
from handlers.types import Attachment, Reply, Request
from handlers.update import Update

State = Literal[
    "draft", "waiting", "approved", "sending", "paused", "sent", "stopped", "recalling", "recalled", "applied"
]
UNDO = 30
"""Seconds in which what one coordinator sent alone can be taken back before it goes out."""
UNANSWERED = 15 * 60
"""Seconds after which an alert that nobody answered may go out alone."""


@dataclass(frozen=True, slots=True)
class Item:
    """An update at any point of its life, as one coordinator sees it. Times are seconds since 1970, 0 for never.

    `revision` tells whether it is still what somebody looked at. `corrects` names the update that this one corrects, 0
    for none. `mine` says whether the coordinator who asks wrote it.
    """

    id: int
    state: State
    update: Update
    revision: int
    version: int
    rehearsal: bool
    corrects: int
    mine: bool
    waiting_since: int
    send_at: int
    window_until: int
    code: str = ""

    @property
    def editable(self) -> bool:
        """Whether its author can still change it."""
        return self.mine and self.state in ("draft", "waiting")


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an update would reach: how many by language, how many seconds that takes, and how many Stars it costs."""

    languages: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    stars: int = 0

    @property
    def number(self) -> int:
        """How many."""
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class Member:
    """A coordinator as the others see them: no name and no number, a sign of three letters. Times are 0 when past."""

    id: int
    sign: str
    me: bool
    approves_from: int
    suspended_until: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A proposal to remove a coordinator, which another one has to agree to."""

    id: int
    subject: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the audit list: the hour (seconds since 1970), what was done, and in which role."""

    hour: int
    what: str
    role: str


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a code somebody typed.

    "new"; "known" for one who is a coordinator already; "wrong"; "wait" for `minutes`; or "not_here", where updates
    cannot be brought to.
    """

    outcome: Literal["new", "known", "wrong", "wait", "not_here"]
    minutes: int = 0
    sign: str = ""
    approves_from: int = 0


class Team(Protocol):
    """Who the coordinators are. Whatever changes is in the audit list, and rights end at once."""

    async def members(self, request: Request) -> Sequence[Member]:
        """Everyone, in a fixed order."""
        ...

    async def speaks(self, request: Request) -> None:
        """Remember the language that whoever asks is answered in, for what they are told."""
        ...

    async def join(self, request: Request, code: str) -> Joined:
        """Become a coordinator by a code."""
        ...

    async def invite(self, request: Request) -> tuple[str, str]:
        """A code for one new coordinator, and the link that carries it (empty where there is none)."""
        ...

    async def suspend(self, request: Request, member: int, *, back: bool = False) -> bool:
        """Take another's rights for a day, or give them back; whether anything changed."""
        ...

    async def propose_removal(self, request: Request, member: int) -> int:
        """Ask another coordinator to agree to a removal; the proposal's number, 0 where it cannot be."""
        ...

    async def removals(self, request: Request) -> Sequence[Removal]:
        """The removals that wait for a second coordinator."""
        ...

    async def agree(self, request: Request, proposal: int) -> str:
        """Agree to a removal: the sign of whoever was removed, empty where it cannot be."""
        ...

    async def leave(self, request: Request) -> bool:
        """Give up one's own rights; whether one had any."""
        ...

    async def audit(self) -> Sequence[Noted]:
        """The newest lines of the audit list."""
        ...


class Updates(Protocol):
    """The updates. Each call that changes something says whether it did: what a late tap finds changed stays."""

    async def begin(self, request: Request, update: Update, *, rehearsal: bool = False, corrects: int = 0) -> int:
        """Begin a draft, or a correction; its number."""
        ...

    async def item(self, request: Request, number: int) -> Item | None:
        """One update; None where there is none, or where it is somebody else's draft."""
        ...

    async def items(self, request: Request) -> Sequence[Item]:
        """Own drafts, and everything of everyone that waits, goes out, or can still be corrected; the newest first."""
        ...

    async def save(self, request: Request, number: int, update: Update) -> bool:
        """Keep what was changed in one's own draft."""
        ...

    async def discard(self, request: Request, number: int) -> bool:
        """Throw one's own draft away."""
        ...

    async def submit(self, request: Request, item: Item) -> bool:
        """Ask the others to approve."""
        ...

    async def approve(self, request: Request, number: int, revision: int) -> bool:
        """Approve what another wrote."""
        ...

    async def approve_alone(self, request: Request, number: int, revision: int) -> bool:
        """Approve one's own, where that is allowed."""
        ...

    async def take_up(self, request: Request, number: int) -> bool:
        """Make it a draft again, as long as it has not begun."""
        ...

    async def recall(self, request: Request, number: int) -> bool:
        """Take back what was delivered."""
        ...

    async def reach(self, item: Item) -> Reach:
        """Whom it would reach."""
        ...

    async def solo(self) -> bool:
        """Whether one coordinator may send alone: there is only one, or the server says so."""
        ...

    async def regions(self) -> Sequence[str]:
        """The countries that anybody asked updates for."""
        ...

    async def topics(self) -> Mapping[str, str]:
        """The organisation's own topics: id → title."""
        ...


class Desk(Protocol):
    """All of it."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that times are typed and shown in."""
        ...

    @property
    def team(self) -> Team:
        """Who the coordinators are."""
        ...

    @property
    def updates(self) -> Updates:
        """The updates."""
        ...

    def tell(self, reply_for: Callable[[Language], Reply], *, but: int = 0) -> None:
        """Tell all coordinators who are not suspended, but one, each in their own language; does not wait for it."""
        ...

    def tell_one(self, number: int, reply_for: Callable[[Language], Reply]) -> None:
        """Tell one coordinator, suspended or not."""
        ...

    def show(self, request: Request, reply: Reply, attachment: Attachment | None) -> None:
        """Send something to whoever asks, as a message of its own, exactly as it would arrive."""
        ...
