"""What the pages are made of, and what they are made from."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from bot.dashboard.forms import Upload
from bot.dashboard.talk import Talk
from bot.figures import Figures
from bot.overlay import Overlay
from bot.posting import Posting
from bot.subscribing import Subscribing
from bot.telling import Telling
from content.model import Content, Language
from handlers.desk import Desk
from handlers.types import Outside
from storage.audit import Role
from storage.coordinators import SERVER
from storage.crypto import Keys
from storage.database import Database

PATH = "/dashboard"


def address(page: str = "", **asked: object) -> str:
    """The address of a page."""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{PATH}{'/' if page else ''}{page}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody opens a page. `who` is a coordinator's number, or the server; `now` is in the deployment's time zone.

    `talk` is what the desk has shown in this session, `file` what was sent along.
    """

    who: int
    words: Language
    asked: Mapping[str, str]
    now: datetime
    talk: Talk = field(default_factory=Talk)
    file: Upload | None = None

    @property
    def seconds(self) -> int:
        """The moment in seconds since 1970."""
        return int(self.now.timestamp())

    @property
    def role(self) -> Role:
        """What the audit list says of who did something."""
        return "server" if self.who == SERVER else "coordinator"


@dataclass(frozen=True, slots=True)
class Table:
    """Figures or facts as rows. `links` are the rows' pages, `chart` is the picture that shows the same.

    `numbers` says whether all columns but the first are numbers; `empty` is said where there is no row.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    chart: str = ""
    links: tuple[str, ...] = ()
    empty: str = ""
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """Another view of the same page."""

    label: str
    address: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What one page shows.

    `more` is for templates of its own, `own` holds as tables what they show in another form; `save` says whether all of
    it can be saved. After `soon` seconds the page looks again by itself, 0 for never.
    """

    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    tabs: tuple[tuple[Tab, ...], ...] = ()
    template: str = "tables.html"
    save: bool = False
    own: tuple[Table, ...] = ()
    soon: int = 0
    more: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of something that was sent: the page to go on with, and perhaps a sentence under `dashboard.said`."""

    said: str
    page: str
    asked: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pages read and change.

    `shipped` is the content without the overlay. `take_over` makes what was changed live; `learning` says whether new
    phrases are still being learnt.
    """

    database: Database
    keys: Callable[[], Keys]
    figures: Figures
    overlay: Overlay
    outside: Callable[[], Outside]
    shipped: Callable[[], Content]
    desk: Desk
    telling: Telling
    subscribing: Subscribing
    posting: Posting
    take_over: Callable[[], Awaitable[None]]
    learning: Callable[[], bool]


Show = Callable[[Visit, Parts], Awaitable[Page]]
Act = Callable[[Visit, Parts, Mapping[str, str]], Awaitable[Done | Page | None]]
"""What is done with a form: where to go on, the form again with what is wrong in it, None where it is not ours."""
