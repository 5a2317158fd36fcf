"""Urgent help: the number first, then a line that answers, then what to do. Asks nothing before it helps."""

from typing import get_args

from content import directory
from content.model import UrgentKind
from handlers import emergency, night_card, places, review
from handlers.buttons import in_group, navigation, to
from handlers.choices import Choice
from handlers.types import (
    Block,
    Button,
    Count,
    Heading,
    Outside,
    Paragraph,
    Phone,
    Quiet,
    Reply,
    Request,
    Rows,
    Steps,
    Strong,
)

KINDS: tuple[UrgentKind, ...] = get_args(UrgentKind)


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The urgent screen, or one urgent card when the choice names it."""
    named, letter = places.taken_apart(choice.argument)
    kind = next((kind for kind in KINDS if kind == named), None)
    country = night_card.country_of(request, choice)
    if request.place == "group":
        return _in_group(request, outside, kind, country)
    return _card(request, outside, kind, country, letter) if kind else _screen(request, outside, country, letter)


def _in_group(request: Request, outside: Outside, kind: UrgentKind | None, country: str) -> Reply:
    """The number and one line, at once and quoting nothing; the rest in private."""
    words = outside.words(request)
    first = words.urgent[kind].first if kind else words.say("urgent.call")
    blocks = (Strong(first), *emergency.numbers(request, outside, country))
    reply = Reply(blocks, (), request.session, _counts(kind, country))
    return in_group(reply, words, Choice("urgent", kind or "", country))


def _screen(request: Request, outside: Outside, country: str, letter: str | None) -> Reply:
    """The number, and which of the three it is."""
    words = outside.words(request)
    blocks = (
        Heading(words.say("urgent.title")),
        Strong(words.say("urgent.call")),
        *emergency.numbers(request, outside, country),
        Paragraph(words.say("urgent.kind")),
    )
    kinds = tuple((to(words.urgent[kind].title, "urgent", kind, country),) for kind in KINDS)
    rows = (*kinds, (Button(words.say("buttons.clear"), choice="clear"),))
    return _with_picker(request, outside, blocks, Choice("urgent", "", country), letter, rows)


def _card(request: Request, outside: Outside, kind: UrgentKind, country: str, letter: str | None) -> Reply:
    """One urgent card."""
    words = outside.words(request)
    text = words.urgent[kind]
    draft, original = review.notice(request, f"urgent.{kind}", Choice("urgent", kind, country), outside)
    blocks = (
        Heading(text.title),
        Strong(text.first),
        *_lines(request, outside, kind, country),
        Steps(text.steps),
        Paragraph(text.after),
        Quiet(words.say("urgent.bot")),
        *draft,
    )
    rows = (
        *original,
        (to(words.say("home.support"), "support", "", country), Button(words.say("buttons.clear"), choice="clear")),
    )
    return _with_picker(request, outside, blocks, Choice("urgent", kind, country), letter, rows)


def _lines(request: Request, outside: Outside, kind: UrgentKind, country: str) -> tuple[Block, ...]:
    """What to call, in the order that fits: for somebody held the legal line, otherwise the emergency number."""
    numbers = emergency.numbers(request, outside, country)
    if kind == "detained":
        return (*night_card.first_lines(request, outside, "legal-protection", country), *numbers)
    if kind == "self-harm":
        return (*numbers, *night_card.first_lines(request, outside, "mental-health", country))
    return (*numbers, *_at_sea(request, outside))


def _at_sea(request: Request, outside: Outside) -> tuple[Block, ...]:
    """Who listens for boats in distress; never a rescue service, so it says whom to call first."""
    label = outside.words(request).say("urgent.at_sea")
    found = directory.at_sea(outside.content, request.now)
    return tuple(Phone(one.referral.phones[0].number, label) for one in found if one.referral.phones)


def _with_picker(
    request: Request, outside: Outside, blocks: tuple[Block, ...], choice: Choice, letter: str | None, rows: Rows
) -> Reply:
    """The answer with its country buttons: all of them while no country is known, one to change it afterwards."""
    words = outside.words(request)
    again = Choice(choice.name, choice.argument)
    picker: Rows
    if choice.country and letter is None:
        picker = ((to(words.say("buttons.another_country"), "urgent", f"{choice.argument}{places.PICK}"),),)
    else:
        picker = places.picker(request, outside, again, letter or "")
        blocks = (*blocks, Quiet(words.say("urgent.choose")))
    back = "urgent" if choice.argument else "home"
    kind = next((kind for kind in KINDS if kind == choice.argument), None)
    session = night_card.remembered(request, choice.country, waits_for=str(again) if not choice.country else "")
    return Reply(blocks, (*rows, *picker, *navigation(words, back)), session, _counts(kind, choice.country))


def _counts(kind: UrgentKind | None, country: str) -> tuple[Count, ...]:
    counts = (Count("urgent", kind),) if kind else ()
    return (*counts, Count("country", country or "none"))
