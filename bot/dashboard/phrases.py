"""Example phrases: what a sentence is understood as, and teaching one that was not understood."""

import secrets
from collections.abc import Mapping

from pydantic import ValidationError

from bot.dashboard.parts import Done, Page, Parts, Table, Visit
from bot.overlay import PHRASE
from content.model import Language
from content.overlay import LONGEST_PHRASE, Taught
from content.search import NO_CARD, REFERRALS
from handlers.types import Outside
from storage import audit, overlay

MOST = 300
"""Phrases that one organisation can teach."""
NEAR = 3
LOOKS_AGAIN = 3
"""Seconds after which the page looks whether a phrase is learnt."""


async def show(visit: Visit, parts: Parts) -> Page:
    """A sentence to try, a form to teach it, and what was taught."""
    words, outside, tried = visit.words, parts.outside(), visit.asked.get("try", "")[:LONGEST_PHRASE]
    taught = [
        (one, named(one.label, words, outside), parts.overlay.change(PHRASE, subject))
        for subject, one in parts.overlay.taught.items()
    ]
    learning = parts.learning()
    understood = _understood(tried, visit, outside) if tried else ()
    more: dict[str, object] = {
        "tried": tried,
        "understood": understood,
        "learning": learning,
        "labels": [(name, named(name, words, outside)) for name in teachable(outside)],
        "languages": list(outside.content.languages),
        "in_language": language_of(visit, outside),
        "taught": taught,
        "longest": LONGEST_PHRASE,
    }
    soon, lines = LOOKS_AGAIN if learning else 0, (words.say("dashboard.phrases_line"),)
    known = tuple((one.phrase, one.language, means) for one, means, _ in taught)
    own = (*_tried(tried, understood, words), _taught(known, words))
    title = words.say("dashboard.pages.phrases")
    return Page(title, lines, template="phrases.html", save=True, soon=soon, own=own, more=more)


def _tried(tried: str, understood: tuple[str, ...], words: Language) -> tuple[Table, ...]:
    """What a sentence was taken for, to be saved."""
    rows = tuple((one,) for one in understood)
    return (Table(words.say("dashboard.taken_for"), (tried,), rows),) if tried else ()


def _taught(known: tuple[tuple[str, str, str], ...], words: Language) -> Table:
    """What was taught, to be saved."""
    head = tuple(words.say(f"dashboard.{key}") for key in ("phrase", "language", "means"))
    return Table(words.say("dashboard.taught_title"), head, known, empty=words.say("dashboard.taught_none"))


def language_of(visit: Visit, outside: Outside) -> str:
    """The language that was chosen, else the visitor's own."""
    asked = visit.asked.get("language", "")
    return asked if asked in outside.content.languages else visit.words.code


def teachable(outside: Outside) -> tuple[str, ...]:
    """What a phrase may be taught to mean; what is urgent is found by rules that only the files hold."""
    return (*outside.content.cards, *REFERRALS, *NO_CARD)


def named(label: str, words: Language, outside: Outside) -> str:
    """What a label is called."""
    if label in outside.content.cards:
        return words.cards[label].title
    return words.interface.get(f"dashboard.labels.{label}", label)


def _understood(tried: str, visit: Visit, outside: Outside) -> tuple[str, ...]:
    """What a sentence is taken for, the likeliest first."""
    found = outside.search.understand(tried, language_of(visit, outside))
    if found.kind == "answer":
        likely = (*(one.card for one in found.cards[:NEAR]), *found.referrals)
    else:
        likely = found.urgent or found.labels[:1]
    return tuple(dict.fromkeys(named(label, visit.words, outside) for label in likely))


async def teach(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done:
    """From now on a phrase means this; it is learnt within seconds, and can be tried."""
    outside, phrase = parts.outside(), " ".join(form.get("phrase", "").split())
    back = {"try": phrase, "language": form.get("language", "")}
    try:
        one = Taught(language=form.get("language", ""), label=form.get("label", ""), phrase=phrase)
    except ValidationError:
        return Done("no_phrase", "phrases", back)
    if one.language not in outside.content.languages or one.label not in teachable(outside):
        return Done("no_phrase", "phrases", back)
    if one in parts.overlay.taught.values():
        return Done("unchanged", "phrases", back)
    if len(parts.overlay.taught) >= MOST:
        return Done("full", "phrases", back)
    subject, body = secrets.token_hex(8), one.model_dump_json()
    kept = await overlay.put(parts.database, parts.keys(), PHRASE, subject, body, visit.who, visit.seconds)
    return await _done(visit, parts, kept, "phrase-taught", "taught", back)


async def undo(visit: Visit, parts: Parts, form: Mapping[str, str]) -> Done:
    """Forget a phrase."""
    number = form.get("change", "")
    gone = number.isdecimal() and await overlay.undo(parts.database, int(number), visit.who, visit.seconds)
    return await _done(visit, parts, gone, "phrase-forgotten", "forgotten", {})


async def _done(visit: Visit, parts: Parts, done: bool, noted: str, said: str, asked: Mapping[str, object]) -> Done:
    if not done:
        return Done("unchanged", "phrases", asked)
    await audit.note(parts.database, noted, visit.role, visit.seconds)
    await parts.take_over()
    return Done(said, "phrases", asked)
