"""The words of a conversation: a Request comes in, a Reply goes out, in no channel's own terms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from content.model import Content, Language
from content.search import Search

if TYPE_CHECKING:  # what is handed over speaks of requests and replies itself
    from handlers.dashboard import Door
    from handlers.desk import Desk
    from handlers.follow import Following
    from handlers.handed import Relays, Subscriptions
    from handlers.stats import Statistics

ChannelName = Literal["telegram", "signal", "web", "terminal"]
Place = Literal["private", "group"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Session:
    """What is remembered of a conversation, in memory for hours or carried by the page; never written.

    `country` is an ISO 3166-1 alpha-2 code. An empty string means "not known" throughout. `step` names the choice that
    the next typed words belong to (`ask`, or a choice that waits for a country). `language` was spoken by the person,
    or `chosen` in a tap: then it stays, whatever they write in.
    """

    language: str = ""
    country: str = ""
    step: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file as its channel names it (`ref`), so that it can be sent on without being read."""

    kind: Literal["photo", "document"]
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person said or tapped.

    `chat` tells conversations of one channel apart; it lives in memory only and handlers do not read it. Exactly one of
    `text`, `choice` and `unreadable` (a photo, a voice message, a sticker…) says what came. `hint` holds the
    languages that the person's app asks for, best first, with commas; `language` is the one to answer in.
    `coordinator` is the number of the coordinator who asks, 0 for everybody else. `answers` is the number of the
    message that was replied to, in the channel's own words. In a group, `person` tells who of them it was, `thread` in
    which topic, and `title` is what the group is called; like `chat`, handlers do not read them.
    """

    channel: ChannelName
    chat: str
    text: str = ""
    choice: str = ""
    unreadable: bool = False
    place: Place = "private"
    hint: str = ""
    language: str = "en"
    session: Session = field(default_factory=Session)
    now: datetime = EPOCH
    coordinator: int = 0
    answers: str = ""
    attachment: Attachment | None = None
    person: str = ""
    thread: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A plain paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """The one line that must be read first."""

    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Things to do, in order; numbered."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to call. With `+` it can be dialled from anywhere; without, only inside its country."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web (or `mailto:`) and the words to show for it."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """A line that may be read last: hours, cost, source, the check mark."""

    text: str


Block = Heading | Paragraph | Strong | Steps | Phone | Link | Quiet


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: a `choice` that comes back in a Request, or a `url` to open; exactly one of them.

    `private` marks a choice that a group continues in a private chat; `inside` a page that the channel's own app opens
    inside itself.
    """

    label: str
    choice: str = ""
    url: str = ""
    private: bool = False
    inside: bool = False


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a Reply."""

    name: str
    media_type: str
    data: bytes


class Count(NamedTuple):
    """One answer to be counted: a declared metric and one of its declared labels."""

    metric: str
    label: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot shows. `blocks` and `buttons` are hashable, so a channel may keep what it rendered of them.

    `session` is what is remembered from here on. `clear` asks the channel to delete what its platform lets us delete of
    this chat before the Reply is shown; `refused` stands in place of `blocks` where nothing could be deleted.
    """

    blocks: tuple[Block, ...]
    buttons: Rows = ()
    session: Session = field(default_factory=Session)
    counts: tuple[Count, ...] = ()
    clear: bool = False
    refused: tuple[Block, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A card that can be picked and sent somewhere else: its id, title and line, and what is then shown."""

    id: str
    title: str
    line: str
    reply: Reply


Packer = Callable[[Content, str, tuple[str, ...], datetime], File]


@dataclass(frozen=True, slots=True)
class Outside:
    """What handlers are handed of the world: content, and what the organisation chose.

    `pack` makes the file for the road (content, language, countries, now). `countries` are shown first when a country
    is asked; `organisation` and `contact` may be empty. `desk` is there where coordinators can be reached,
    `door` where they have pages.
    """

    content: Content
    search: Search
    pack: Packer
    countries: tuple[str, ...] = ()
    organisation: str = ""
    contact: str = ""
    following: "Following | None" = None
    statistics: "Statistics | None" = None
    desk: "Desk | None" = None
    subscriptions: "Subscriptions | None" = None
    relays: "Relays | None" = None
    door: "Door | None" = None

    def words(self, request: Request) -> Language:
        """The texts in the request's language."""
        return self.content.languages[request.language]


Handler = Callable[[Request, Outside], Awaitable[Reply]]
