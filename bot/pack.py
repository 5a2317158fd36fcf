"""The pack: one HTML file with every card and the numbers around one country, read anywhere in aeroplane mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from content.directory import REGION
from content.model import Content, Language, Referral
from handlers import names
from handlers.types import File

HERE = Path(__file__).parent
KINDS = ("emergency", "mental-health", "legal-protection")


@dataclass(frozen=True, slots=True)
class Place:
    """A country's numbers, or those that work anywhere (`code` is empty)."""

    code: str
    name: str
    referrals: tuple[Referral, ...]


@cache
def _template() -> Template:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    ).get_template("pack.html")


def pack(content: Content, language: str, countries: Iterable[str], now: datetime) -> File:
    """The file, for these countries in this order and the lines that work from anywhere."""
    words = content.languages[language]
    codes = tuple(countries)
    places = [Place(code, names.country(code, language), _local(content, code)) for code in codes]
    places.append(Place("", words.say("pack.anywhere"), _international(content)))
    page = _template().render(
        words=words,
        say=words.say,
        language=language,
        title=words.say("pack.title"),
        made=now.isoformat(timespec="minutes"),
        made_on=names.day(now.date().isoformat(), language),
        themes=[(words.themes[theme.id], _cards(content, words, theme.id)) for theme in content.themes],
        practice=[words.cards[card.id] for card in content.practice],
        places=[place for place in places if place.referrals],
        style=Markup(_oneline("pack.css")),
        entry=lambda referral, place: _entry(words, language, referral, place.code),
    )
    name = f"beside-{language}-{codes[0].lower() if len(codes) < len(content.countries) else 'all'}.html"
    return File(name, "text/html", page.encode())


def _oneline(name: str) -> str:
    return "".join(line.strip() for line in (HERE / "static" / name).read_text(encoding="utf-8").splitlines())


def _cards(content: Content, words: Language, theme: str) -> list[object]:
    return [words.cards[card.id] for card in content.cards.values() if card.theme == theme]


def _shown(content: Content) -> Iterable[Referral]:
    return (one for one in content.referrals.values() if one.confidence != "low" or one.verified)


def _local(content: Content, country: str) -> tuple[Referral, ...]:
    """A country's own, emergency numbers first, those with a number before those without."""
    own = [one for one in _shown(content) if country in one.countries and not _regional(one)]
    shared = [one for one in _shown(content) if country in one.countries and one.kind[0] == "emergency"]
    return tuple(dict.fromkeys(sorted([*shared, *own], key=_order)))


def _international(content: Content) -> tuple[Referral, ...]:
    return tuple(sorted((one for one in _shown(content) if one.international or _regional(one)), key=_order))


def _regional(referral: Referral) -> bool:
    return len(referral.countries) >= REGION and referral.kind[0] != "emergency"


def _order(referral: Referral) -> tuple[int, bool, str]:
    kind = KINDS.index(referral.kind[0]) if referral.kind[0] in KINDS else len(KINDS)
    return kind, not referral.phones, referral.id


def _entry(words: Language, language: str, referral: Referral, country: str) -> Mapping[str, object]:
    """What the template shows of a referral: of its numbers, those for callers in this country."""
    text = words.referrals[referral.id]
    mark = words.say("referrals.not_checked_undated")
    if referral.verified:
        mark = words.say("referrals.checked", date=names.day(referral.verified.isoformat(), language))
    elif referral.source_date:
        mark = words.say("referrals.not_checked", date=names.day(referral.source_date, language))
    return {
        "name": text.name or referral.name,
        "phones": [
            (phone.number, text.labels.get(phone.label or "", ""))
            for phone in referral.phones
            if phone.country in (None, country)
        ],
        "site": referral.website or referral.email or "",
        "for_whom": text.for_whom,
        "note": " · ".join(part for part in (text.hours or referral.hours or "", mark) if part),
    }
