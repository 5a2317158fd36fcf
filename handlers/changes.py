"""What a tap or typed words change in a draft; what they cannot mean is said, and the draft stays as it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content.model import Content
from handlers import names, when
from handlers.types import Attachment
from handlers.update import Audience, Update, Urgency

LONGEST_TEXT = 3000
"""UTF-16 units of a text: what a message takes, less what is written around it."""
LONGEST_CAPTION = 800
"""The same below a picture or file."""
LATEST = 90
"""Days within which an update has to begin and end."""
HOUR = 3600
URGENCIES: Mapping[str, Urgency] = {"silent": "silent", "normal": "normal", "alert": "alert"}


class ProblemError(Exception):
    """What was typed or tapped cannot be; `key` names the sentence, with what stands in its places."""

    def __init__(self, key: str, **places: object) -> None:
        super().__init__(key)
        self.key = key
        self.places = places


@dataclass(frozen=True, slots=True)
class World:
    """What a change is held against."""

    content: Content
    now: datetime
    zone: ZoneInfo
    topics: Mapping[str, str]


def length(text: str) -> int:
    """How long a text is, as messages are measured."""
    return len(text.encode("utf-16-le")) // 2


def with_text(update: Update, language: str, text: str) -> Update:
    """The update with a text in one language."""
    text = text.strip()
    most = LONGEST_CAPTION if update.attachment else LONGEST_TEXT
    if not text:
        raise ProblemError("problem.empty")
    if length(text) > most:
        key = "problem.too_long_below" if update.attachment else "problem.too_long"
        raise ProblemError(key, length=length(text), most=most)
    return replace(update, texts={**update.texts, language: text})


def with_attachment(update: Update, attachment: Attachment) -> Update:
    """The update with a picture or file."""
    longest = max((length(text) for text in update.texts.values()), default=0)
    if longest > LONGEST_CAPTION:
        raise ProblemError("problem.too_long_below", length=longest, most=LONGEST_CAPTION)
    return replace(update, attachment=attachment)


def tapped(update: Update, step: str, value: str, world: World) -> Update:
    """The update with what a button says; ProblemError for a button that no longer fits."""
    match step:
        case "file" if value == "none":
            return replace(update, attachment=None)
        case "languages":
            return _without(update, world.content.language_for(value.removesuffix("-drop")) or "")
        case "topic":
            return with_topic(update, "" if value == "everyone" else value, world.topics)
        case "audience":
            return replace(update, audience=_toggled(update.audience, value, world.content))
        case "urgency" if value in URGENCIES:
            return replace(update, urgency=URGENCIES[value])
        case "valid" if value.isdecimal() and len(value) < 5:
            return with_end(update, max(int(world.now.timestamp()), update.send_at) + int(value) * HOUR, world)
        case "time" if value == "now":
            return replace(update, send_at=0)
        case "seen" if value in ("yes", "no"):
            return replace(update, acknowledge=value == "yes")
    raise ProblemError("problem.old_button")


def typed(update: Update, step: str, text: str, world: World) -> Update:
    """The update with what was typed in a step other than its texts."""
    match step:
        case "topic":
            folded = names.fold(text)
            found = [one for one, title in world.topics.items() if folded in (one, names.fold(title))]
            if not found:
                raise ProblemError("problem.unknown_topic", typed=text[:40])
            return with_topic(update, found[0], world.topics)
        case "audience":
            return replace(update, audience=_named(update.audience, text, world.content))
        case "valid":
            return with_end(update, _read(text, world), world)
        case "time":
            return with_begin(update, _read(text, world), world)
    raise ProblemError("problem.tap")


def with_topic(update: Update, topic: str, known: Mapping[str, str]) -> Update:
    """The update about a topic, for those who asked for it; empty for everyone."""
    if topic and topic not in known:
        raise ProblemError("problem.unknown_topic", typed=topic)
    return replace(update, topic=topic, audience=replace(update.audience, topics=(topic,) if topic else ()))


def with_end(update: Update, until: int, world: World) -> Update:
    """The update, valid until a time."""
    if until <= update.send_at:
        raise ProblemError("problem.ends_first")
    _near(until, world)
    return replace(update, valid_until=until)


def with_begin(update: Update, at: int, world: World) -> Update:
    """The update, to be sent at a time."""
    _near(at, world)
    if update.valid_until and at >= update.valid_until:
        raise ProblemError("problem.ends_first")
    return replace(update, send_at=at)


def _near(moment: int, world: World) -> None:
    if moment > (world.now + timedelta(days=LATEST)).timestamp():
        raise ProblemError("problem.too_far", days=LATEST)


def missing(update: Update, now: int) -> str:
    """The key of what is missing or no longer true before it can go out; empty when nothing is."""
    if not update.texts:
        return "problem.no_text"
    if not update.valid_until:
        return "problem.no_end"
    if update.valid_until <= max(now, update.send_at):
        return "problem.over"
    return ""


def _read(text: str, world: World) -> int:
    try:
        return when.read(text, world.now, world.zone)
    except when.WhenError as error:
        example = (world.now + timedelta(days=1)).astimezone(world.zone)
        raise ProblemError(f"problem.{error.key}", example=f"{example.day}.{example.month}. 18:30") from None


def _without(update: Update, language: str) -> Update:
    texts = {code: text for code, text in update.texts.items() if code != language}
    if not texts:
        raise ProblemError("problem.last_text")
    return replace(update, texts=texts)


def _toggled(meant: Audience, value: str, content: Content) -> Audience:
    kind, _, one = value.partition("-")
    match kind:
        case "place" if one in ("both", "private", "group"):
            return replace(meant, place="" if one == "both" else one)
        case "region" if one.upper() in content.countries:
            return replace(meant, regions=_flipped(meant.regions, one.upper()))
        case "language" if code := content.language_for(one):
            return replace(meant, languages=_flipped(meant.languages, code))
    raise ProblemError("problem.old_button")


def _named(meant: Audience, text: str, content: Content) -> Audience:
    """A country or language that somebody typed, switched on or off."""
    spoken = tuple(content.languages)
    if country := names.country_by_name(spoken, tuple(content.countries)).get(names.fold(text)):
        return replace(meant, regions=_flipped(meant.regions, country))
    folded = names.fold(text)
    for code in spoken:
        if folded in (code.lower(), *(names.fold(names.language(code, shown_in)) for shown_in in spoken)):
            return replace(meant, languages=_flipped(meant.languages, code))
    raise ProblemError("problem.unknown_audience", typed=text[:40])


def _flipped(chosen: Collection[str], one: str) -> tuple[str, ...]:
    return tuple(code for code in chosen if code != one) if one in chosen else (*chosen, one)
