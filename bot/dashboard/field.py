"""What a step of an update waits for, as a field of a page."""

from dataclasses import dataclass

from bot.dashboard import asking
from bot.dashboard.parts import Parts, Visit
from handlers import changes
from handlers.choices import Choice, from_choice
from handlers.drafts import taken_apart
from handlers.steps import Step
from handlers.types import Session

LINES, LONG = ("topic", "audience", "valid", "time"), ("text", "languages")
"""Steps that wait for a line, and for a text."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a step waits for: a `line`, a `text` or a `file`; with what stands there already."""

    kind: str
    value: str = ""
    language: str = ""
    most: int = 0


async def field_of(visit: Visit, parts: Parts, session: Session, refused: str = "") -> Field | None:
    """What the step waits for, with what is there; or with words that could not be kept, to be mended."""
    number, name, value = taken_apart((from_choice(session.step) or Choice("desk")).argument)
    request = await asking.request_of(visit, parts)
    item = await parts.desk.updates.item(request, number) if number else None
    if item is None or not item.editable or name not in (*LINES, *LONG, "file"):
        return None
    if name not in LONG:
        return Field("file" if name == "file" else "line", refused)
    if name == "languages" and not value:
        return None
    language = Step(request, item, value, parts.desk, parts.outside()).language
    most = changes.LONGEST_CAPTION if item.update.attachment else changes.LONGEST_TEXT
    return Field("text", refused or item.update.texts.get(language, ""), language, most)
