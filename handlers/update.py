"""An update: what a coordinator writes, and what a subscriber is shown of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from content.model import ORIGINAL, Language
from handlers import names
from handlers.buttons import to
from handlers.types import Attachment, Block, Outside, Paragraph, Quiet, Reply, Rows

Urgency = Literal["silent", "normal", "alert"]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an update is meant for; an empty list means everyone. `place` is private, group, or empty for both."""

    languages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """What is sent: a text for each language, perhaps a picture or file, to whom, and how.

    `send_at` and `valid_until` are seconds since 1970; 0 means "at once" and "not said yet". `earlier` holds the texts
    of the versions before each correction, the oldest first.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    attachment: Attachment | None = None
    topic: str = ""
    audience: Audience = Audience()
    urgency: Urgency = "normal"
    send_at: int = 0
    valid_until: int = 0
    acknowledge: bool = False
    earlier: tuple[Mapping[str, str], ...] = ()


def language_of(update: Update, wanted: str) -> str:
    """The language that somebody who reads `wanted` gets: theirs, else the original, else the first there is."""
    return next((code for code in (wanted, ORIGINAL, *update.texts) if code in update.texts), wanted)


def message(
    update: Update,
    number: int,
    code: str,
    wanted: str,
    outside: Outside,
    *,
    corrected: bool = False,
    rehearsal: bool = False,
) -> Reply:
    """An update as one recipient sees it. `number` tells broadcasts apart, for the "seen" button."""
    words = outside.content.languages.get(wanted) or outside.content.languages[ORIGINAL]
    language = language_of(update, words.code)
    blocks: tuple[Block, ...] = (
        *((Quiet(words.say("updates.rehearsal")),) if rehearsal else ()),
        *((Quiet(words.say("updates.corrected")),) if corrected else ()),
        *((Quiet(_only_in(language, words)),) if language != words.code else ()),
        Paragraph(update.texts.get(language, "")),
        Quiet(words.say("updates.code", code=code)),
    )
    rows: Rows = ((to(words.say("updates.seen"), "seen", str(number)),),) if update.acknowledge else ()
    return Reply(blocks, rows)


def _only_in(language: str, words: Language) -> str:
    return words.say("updates.only_in", language=names.language(language, words.code))
