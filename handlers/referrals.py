"""Support for you, and legal protection: the night card for one country, after asking which."""

from content import directory
from content.model import ReferralKind
from handlers import emergency, names, night_card, places
from handlers.buttons import in_group, navigation, to
from handlers.choices import Choice
from handlers.types import Block, Button, Count, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows, Strong

KINDS: dict[str, tuple[ReferralKind, ...]] = {
    "support": ("mental-health",),
    "legal": ("legal-protection", "digital-security"),
}


async def support(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Mental-health support for volunteers."""
    return _respond(request, choice, outside)


async def legal(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Legal protection, and digital security after it."""
    return _respond(request, choice, outside)


def _respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    words = outside.words(request)
    page, letter = places.taken_apart(choice.argument)
    country = night_card.country_of(request, choice)
    if request.place == "group":
        moved = Reply((Paragraph(words.say(f"referrals.{choice.name}_private")),), (), request.session)
        return in_group(moved, words, Choice(choice.name, "", country))
    if not country or letter is not None:
        return _asked(request, outside, choice.name, letter or "")
    return _shown(request, outside, choice.name, country, int(page) if page.isdecimal() else 1)


def _asked(request: Request, outside: Outside, name: str, letter: str) -> Reply:
    """Which country? Asked once, by buttons or typed."""
    words = outside.words(request)
    blocks = (
        Heading(words.say(f"home.{name}")),
        Strong(words.say("country.title")),
        Paragraph(words.say("country.line")),
        Quiet(words.say("country.kept")),
    )
    rows = places.picker(request, outside, Choice(name), letter)
    back = f"{name}:{places.PICK}" if letter else "home"
    return Reply(blocks, (*rows, *navigation(words, back)), night_card.remembered(request, "", waits_for=name))


def _shown(request: Request, outside: Outside, name: str, country: str, number: int) -> Reply:
    """One page of the night card."""
    words = outside.words(request)
    found = [
        one
        for kind in KINDS[name]
        for one in directory.choose(outside.content, kind, country, request.language, request.now)
    ]
    start = (number - 1) * night_card.ON_A_PAGE
    shown = found[start : start + night_card.ON_A_PAGE]
    place = names.country(country, request.language)
    blocks = (
        Heading(words.say(f"referrals.{name}_title_in", country=place)),
        *(_first(request, outside, name, country, any(one.open for one in found)) if number == 1 else ()),
        *(block for one in shown for block in night_card.entry(request, outside, one, country)),
    )
    more = len(found) > start + night_card.ON_A_PAGE
    rows = _rows(request, outside, name, country, number, more)
    counts = (Count("referral", KINDS[name][0]), Count("country", country))
    return Reply(blocks, rows, night_card.remembered(request, country), counts)


def _first(request: Request, outside: Outside, name: str, country: str, any_open: bool) -> tuple[Block, ...]:
    """What stands above the first page: whether anything is open, whose lines these are, what to say on the phone."""
    words, place = outside.words(request), names.country(country, request.language)
    here = outside.content.countries[country]
    lines: list[Block] = []
    if not any_open:
        lines += [Strong(words.say("referrals.none_open")), *emergency.numbers(request, outside, country)[:2]]
    if here.international_first:
        lines.append(Quiet(words.say("referrals.international_first", country=place)))
    elif not directory.has_local(outside.content, KINDS[name][0], country):
        lines.append(Paragraph(words.say("referrals.no_local", country=place)))
    lines.append(Quiet(words.say(f"referrals.{name}_line")))
    return tuple(lines)


def _rows(request: Request, outside: Outside, name: str, country: str, number: int, more: bool) -> Rows:
    words = outside.words(request)
    next_page = ((to(words.say("buttons.more"), name, str(number + 1), country),),) if more else ()
    actions = (
        to(words.say("buttons.another_country"), name, places.PICK),
        Button(words.say("buttons.clear"), choice="clear"),
    )
    back = str(Choice(name, "" if number == 2 else str(number - 1), country)) if number > 1 else "home"
    return (*next_page, actions, *navigation(words, back))
