"""Finds what is wrong with content before a person does: missing texts, dead links, long cards, unsourced claims."""

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import validate

from content.model import ORIGINAL, URGENT_KINDS, Card, CardText, Content, Language, Referral
from content.patterns import Patterns
from content.rules import GUARDS, Guard

LONGEST_CARD = 1200
"""Letters of a card on the screen, its sources included: what fits a phone."""

NONSENSE = "xqzw"
"""A word of no language."""

LABELS = ("mental-health", "legal-protection", "urgent-self-harm", "urgent-danger", "urgent-detained")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend: where it is, and one sentence."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


def check(content: Content) -> list[Finding]:
    """Everything wrong with the content; an empty list when it may be shipped."""
    return [
        *_cards(content),
        *_referrals(content),
        *_countries(content),
        *(finding for language in content.languages.values() for finding in _language(content, language)),
    ]


def _cards(content: Content) -> Iterator[Finding]:
    known = set(content.takeaways)
    for theme in content.themes:
        if theme.id in content.cards:
            yield Finding(f"cards.{theme.id}", "has the same id as a theme")
    for card in content.cards.values():
        where = f"cards.{card.id}"
        yield from _links(where, "names an unknown takeaway", card.takeaways, known)
        yield from _links(where, "links to an unknown card", card.related, content.cards)
        yield from _links(
            where, "claims something for an unknown country", (c.country for c in card.countries), content.countries
        )
        if card.id in card.related:
            yield Finding(where, "links to itself")
        if card.theme is None and not card.sources:
            yield Finding(where, "is a practice card without a source")
        if card.theme is not None and card.theme not in {theme.id for theme in content.themes}:
            yield Finding(where, f"belongs to an unknown theme: {card.theme}")


def _links(where: str, sentence: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Finding]:
    there = set(known)
    return (Finding(where, f"{sentence}: {name}") for name in names if name not in there)


def _referrals(content: Content) -> Iterator[Finding]:
    for one in content.referrals.values():
        yield from referral(content, one)


def referral(content: Content, one: Referral) -> Iterator[Finding]:
    """What is wrong with a referral."""
    where = f"referrals.{one.id}"
    yield from _links(where, "serves an unknown country", (c for c in one.countries if c != "*"), content.countries)
    yield from _hours(where, one)
    yield from _zone(where, one.time_zone)
    if not (one.phones or one.chats or one.website or one.email):
        yield Finding(where, "gives no way to reach anyone")


def _hours(where: str, referral: Referral) -> Iterator[Finding]:
    if referral.hours and not validate(referral.hours):
        yield Finding(where, f"has opening hours that cannot be read: {referral.hours}")


def _zone(where: str, name: str) -> Iterator[Finding]:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding(where, f"has an unknown time zone: {name}")


def _countries(content: Content) -> Iterator[Finding]:
    for country in content.countries.values():
        where = f"countries.{country.code}"
        yield from _zone(where, country.time_zone)
        yield from _links(where, "has an unknown neighbour", country.neighbours, content.countries)
        for code in country.neighbours:
            if code in content.countries and country.code not in content.countries[code].neighbours:
                yield Finding(where, f"has a neighbour that does not know it: {code}")


def _language(content: Content, language: Language) -> Iterator[Finding]:
    """Whether a language says everything, nothing else, and fits."""
    where = f"texts.{language.code}"
    original = content.languages.get(ORIGINAL, language)
    yield from _same(f"{where}.interface", original.interface, language.interface)
    for key in sorted(language.borrowed):
        if key not in original.for_coordinators:
            yield Finding(f"{where}.interface", f"is missing: {key}")
    yield from _same(f"{where}.themes", (theme.id for theme in content.themes), language.themes)
    yield from _same(f"{where}.cards", content.cards, language.cards)
    yield from _same(f"{where}.urgent", URGENT_KINDS, language.urgent)
    yield from _same(f"{where}.referrals", content.referrals, language.referrals)
    yield from _same(f"{where}.examples", (*content.cards, *LABELS, "smalltalk", "out-of-scope"), language.examples)
    yield from _places(where, original, language)
    for card in content.cards.values():
        if text := language.cards.get(card.id):
            yield from _card_text(f"{where}.cards.{card.id}", card, text)
    yield from _labels(content, language)
    yield from _patterns(where, language)


def _patterns(where: str, language: Language) -> Iterator[Finding]:
    """A pattern of which nothing need be there would find danger in every message."""
    rules = language.rules
    groups: dict[str, Guard] = {name: getattr(rules, name) for name in GUARDS}
    for name, guard in (groups | {rule.id: rule for rule in rules.rule}).items():
        for pattern in guard.any:
            if Patterns((pattern,), (), rules.groups).found(NONSENSE):
                yield Finding(f"{where}.rules.{name}", f"has a pattern that fits anything: {pattern}")


def _same(where: str, wanted: Iterable[str], said: Iterable[str]) -> Iterator[Finding]:
    needed, there = set(wanted), set(said)
    yield from (Finding(where, f"is missing: {key}") for key in sorted(needed - there))
    yield from (Finding(where, f"is not used: {key}") for key in sorted(there - needed))


def _places(where: str, original: Language, language: Language) -> Iterator[Finding]:
    """A {place} to fill in must stand in every language."""
    for key, words in language.interface.items():
        if _names(words) != _names(original.interface.get(key, words)):
            yield Finding(f"{where}.interface", f"has other places to fill in than the original: {key}")


def _names(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def _card_text(where: str, card: Card, text: CardText) -> Iterator[Finding]:
    claims = {claim.country for claim in card.countries}
    yield from (
        Finding(where, f"says something of a country without a source: {c}") for c in text.countries if c not in claims
    )
    yield from (Finding(where, f"has a source but no line for {c}") for c in claims if c not in text.countries)
    sources = sum(len(source.title) + len(source.publisher) + 25 for source in card.sources) if card.sources else 190
    longest = max((len(line) for line in text.countries.values()), default=60)
    length = sum(map(len, (text.title, text.answer, *text.steps, text.turn_to))) + sources + longest
    if length > LONGEST_CARD:
        yield Finding(where, f"is {length} letters long on the screen; {LONGEST_CARD} fit")


def _labels(content: Content, language: Language) -> Iterator[Finding]:
    """Every label that a number or chat refers to is said."""
    for referral in content.referrals.values():
        said = language.referrals[referral.id].labels if referral.id in language.referrals else {}
        phones = {phone.label for phone in referral.phones if phone.label}
        wanted = phones | {chat.label for chat in referral.chats if chat.label}
        yield from _same(f"texts.{language.code}.referrals.{referral.id}.labels", wanted, said)
