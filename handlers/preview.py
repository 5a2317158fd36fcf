"""What an update will look like to whoever gets it, how many that is, how long it takes and what it costs."""

from collections.abc import Iterable

from content.model import ORIGINAL, Language
from handlers import names, topics, when
from handlers.desk import Desk, Item, Reach
from handlers.types import Block, Outside, Paragraph, Quiet, Reply, Request
from handlers.update import language_of, message

NO_CODE = "····-····"
SHORT = 28
"""Letters of a text that stand for an update in a list."""


async def blocks(request: Request, item: Item, desk: Desk, outside: Outside, language: str = "") -> tuple[Block, ...]:
    """The update as its recipients see it, and the figures, below whatever is being asked."""
    words = outside.words(request)
    if not item.update.texts:
        return ()
    seen = arriving(item, language or request.language, outside)
    extras = (
        *((words.say(f"preview.{item.update.attachment.kind}"),) if item.update.attachment else ()),
        *((words.say("preview.seen_button"),) if item.update.acknowledge else ()),
    )
    return (
        Quiet(words.say("preview.title")),
        *seen.blocks,
        *(Quiet(extra) for extra in extras),
        *(Paragraph(line) for line in [" ".join(figures(item, await desk.updates.reach(item), words))]),
    )


def arriving(item: Item, language: str, outside: Outside) -> Reply:
    """The message itself."""
    corrected = bool(item.corrects) or item.version > 1
    code = item.code or NO_CODE
    return message(item.update, item.id, code, language, outside, corrected=corrected, rehearsal=item.rehearsal)


def figures(item: Item, reach: Reach, words: Language) -> Iterable[str]:
    """How many, how long, how much, and who gets it in a language that is not theirs."""
    if item.rehearsal:
        yield words.say("preview.rehearsal", number=reach.number)
    else:
        listed = ", ".join(
            f"{names.language(code, words.code)} {number}"
            for code, number in sorted(reach.languages.items(), key=lambda one: -one[1])
        )
        yield words.say("preview.reach", number=reach.number, languages=listed) if listed else words.say("preview.none")
    yield words.say("preview.time", time=duration(reach.seconds, words))
    yield words.say("preview.stars", number=reach.stars) if reach.stars else words.say("preview.free")
    for code, number in reach.languages.items():
        if number and code not in item.update.texts:
            other = names.language(language_of(item.update, code), words.code)
            yield words.say("preview.missing", number=number, language=names.language(code, words.code), other=other)


def duration(seconds: float, words: Language) -> str:
    """How long something takes."""
    if seconds < 90:
        return words.say("preview.seconds", number=max(1, round(seconds)))
    return words.say("preview.minutes", number=when.minutes(seconds))


def name(item: Item, language: str = ORIGINAL) -> str:
    """A few words that stand for an update in a list."""
    text = " ".join(item.update.texts.get(language_of(item.update, language), "").split())
    return f"{text[:SHORT]}…" if len(text) > SHORT else text


def settings(item: Item, request: Request, outside: Outside, desk: Desk, own: dict[str, str]) -> tuple[str, ...]:
    """To whom, how and until when, one line each."""
    update, words, language = item.update, outside.words(request), request.language
    everyone = words.say("check.everyone")
    called = topics.titles(words, own)
    meant = update.audience
    whom = [
        *([words.say(f"audience.{meant.place}")] if meant.place else []),
        *(names.country(code, language) for code in meant.regions),
        *(names.language(code, language) for code in meant.languages),
    ]
    until = when.said(update.valid_until, language, desk.zone) if update.valid_until else words.say("check.not_said")
    begins = when.said(update.send_at, language, desk.zone) if update.send_at else words.say("check.at_once")
    return (
        words.say("check.topic", topic=called.get(update.topic, update.topic) if update.topic else everyone),
        words.say("check.audience", whom=", ".join(whom) or everyone),
        words.say("check.urgency", urgency=words.say(f"urgency.{update.urgency}")),
        words.say("check.valid", until=until),
        words.say("check.time", time=begins),
    )
