"""Choosing from the referral directory: who answers at this hour, in this country, in this language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # the error is missing from its stubs
    OpeningHours,
    UnknownCountryError,
)

from content.model import Content, Referral, ReferralKind

REGION = 10
"""From so many countries on, a referral is a region's and not one country's own."""

ROUND_THE_CLOCK = "24/7"

DAYS_AHEAD = 366
"""How far to look for the next opening: without an end, hours of a year gone by take half a second."""

HOLIDAYS_UNSURE = frozenset(("*", "AL", "AZ", "BA", "GB", "KG", "KZ", "ME", "MK", "MN", "TJ", "TM", "TR", "UZ", "XK"))
"""Where the calendar lacks public holidays: they follow the moon, or each part of the country has its own.

Hours that end on holidays (`PH off`) are then never "open now", only "not known", for today may be one. Elsewhere a
region's holidays are spelt out in the hours, as for the Swiss cantons.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A referral, and whether it answers now. `open` is None where its hours are not known."""

    referral: Referral
    open: bool | None
    opens_at: datetime | None = None


def emergency(content: Content, country: str) -> tuple[Referral, ...]:
    """The emergency numbers of a country, its own before those it shares; empty where none may be shown."""
    found = [one for one in _shown(content, "emergency") if country in one.countries]
    return tuple(sorted(found, key=lambda one: len(one.countries)))


def at_sea(content: Content, now: datetime) -> tuple[Found, ...]:
    """Who listens for boats in distress anywhere; never instead of the coast guard."""
    return tuple(_found(one, now) for one in _shown(content, "emergency") if one.international)


def has_local(content: Content, kind: ReferralKind, country: str) -> bool:
    """Whether a country has a referral of its own that may be shown."""
    return any(country in one.countries and _local(one) for one in _shown(content, kind))


def choose(content: Content, kind: ReferralKind, country: str, language: str, now: datetime) -> tuple[Found, ...]:
    """The referrals of a kind for somebody in `country` who reads `language`, the best to try first.

    What can be called from there comes first, what answers now before what sleeps, since neither a website nor a closed
    line is of use in a police car; then the country's own before a region's and international ones. Where helpers are
    watched themselves, a country's own come after the others until a coordinator has verified them. Only then follows
    how sure we are: verified, high, medium; newest first. `country` may be empty: then only international ones. `now`
    is an aware time.
    """
    found = [
        _found(one, now) for one in _shown(content, kind) if one.international or (country and country in one.countries)
    ]
    known = content.countries.get(country)
    watched = known is not None and known.international_first
    return _each_number_once(sorted(found, key=lambda each: _rank(each, kind, country, language, watched)))


def _each_number_once(found: list[Found]) -> tuple[Found, ...]:
    """A second organisation behind the same number comes last: it is no second line to try."""
    seen: set[str] = set()
    first, again = list[Found](), list[Found]()
    for one in found:
        numbers = {phone.number for phone in one.referral.phones}
        (again if numbers and numbers <= seen else first).append(one)
        seen |= numbers
    return (*first, *again)


def _rank(found: Found, kind: ReferralKind, country: str, language: str, watched: bool) -> tuple[int | str, ...]:
    """Smaller comes first. Each line is one question, the most important on top."""
    one = found.referral
    answers = callable_from(one, country)
    return (
        one.organisations_only,
        not (answers or (watched and one.fallback)),
        _trust(one) if watched else 0,
        answers and found.open is False,
        _distance(one),
        not (answers or one.chats or one.email),
        found.open is False,
        not one.verified,
        one.kind[0] != kind,
        ("high", "medium", "low").index(one.confidence),
        found.open is not True,
        language not in one.languages,
        len(one.countries),
        -_as_number(one.verified.isoformat() if one.verified else one.source_date),
        one.id,
    )


def _trust(referral: Referral) -> int:
    """Where helpers are watched: those a coordinator has verified, those from outside, the country's others."""
    if _local(referral):
        return 0 if referral.verified else 2
    return 1


def _distance(referral: Referral) -> int:
    """The country's own, then a region's, then directories that lead to a line there, then other international ones."""
    if referral.international:
        return 2 if referral.fallback else 3
    return 0 if _local(referral) else 1


def _local(referral: Referral) -> bool:
    """Whether it is a country's own, and not a region's or everybody's."""
    return not referral.international and len(referral.countries) < REGION


def callable_from(referral: Referral, country: str) -> bool:
    """Whether one of its numbers can be dialled by somebody in `country` (anywhere, when that is empty)."""
    return any(
        phone.country in (None, country) and (phone.works_abroad or country in referral.countries)
        for phone in referral.phones
    )


def _as_number(day: str | None) -> int:
    """A date for sorting: newer is larger, undated is nothing."""
    return int((day or "0").replace("-", "").ljust(8, "0")[:8])


def _shown(content: Content, kind: ReferralKind) -> Iterable[Referral]:
    """What may be shown of a kind: nothing of low confidence that no coordinator has verified."""
    return (one for one in content.referrals.values() if kind in one.kind and (one.confidence != "low" or one.verified))


def _found(referral: Referral, now: datetime) -> Found:
    """Whether it answers now, and when it will: only ever from stated hours."""
    if referral.hours is None:
        return Found(referral, None)
    if referral.hours == ROUND_THE_CLOCK:
        return Found(referral, True)
    home = referral.countries[0]
    hours = parsed(referral.hours, referral.time_zone, home)
    local = now.astimezone(ZoneInfo(referral.time_zone))
    if hours.is_closed(local):
        return Found(referral, False, hours.next_change(local))
    holiday = "PH" in referral.hours and home in HOLIDAYS_UNSURE
    return Found(referral, True if hours.is_open(local) and not holiday else None)


@lru_cache(maxsize=256)
def parsed(hours: str, time_zone: str, country: str) -> OpeningHours:
    """Opening hours, read once, with the public holidays of their country as far as the calendar has them."""
    read = partial(OpeningHours, hours, timezone=ZoneInfo(time_zone), max_interval_days=DAYS_AHEAD)
    try:
        return read(country=country)
    except UnknownCountryError:
        return read()
