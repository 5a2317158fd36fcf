"""Choosing from the referral directory: who answers at this hour, in this country, in this language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # the error is missing from its stubs
    OpeningHours,
    UnknownCountryError,
)

from content.model import Content, Referral, ReferralKind

REGION = 10
"""From so many countries on, a referral is a region's and not one country's own."""

ROUND_THE_CLOCK = "24/7"


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
    return any(country in one.countries and len(one.countries) < REGION for one in _shown(content, kind))


def choose(content: Content, kind: ReferralKind, country: str, language: str, now: datetime) -> tuple[Found, ...]:
    """The referrals of a kind for somebody in `country` who reads `language`, the best to try first.

    Those that can be called from there come first, since a website is of no use in a police car; among them the
    country's own, then international ones. Where a country's helpers are watched themselves, that is turned round until
    a coordinator has verified a local one. `country` may be empty: then only international ones. `now` is an aware
    time.
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
    return (
        one.organisations_only,
        not callable_from(one, country),
        _distance(one, watched),
        not one.chats,
        found.open is False,
        one.kind[0] != kind,
        one.verified is None,
        ("high", "medium", "low").index(one.confidence),
        found.open is not True,
        language not in one.languages,
        len(one.countries),
        -_as_number(one.verified.isoformat() if one.verified else one.source_date),
        one.id,
    )


def _distance(referral: Referral, watched: bool) -> int:
    """The country's own, then those of a region, then international ones; turned round where helpers are watched."""
    if referral.international:
        return 1 if watched else 3
    if watched and referral.verified:
        return 0
    return 1 + (len(referral.countries) >= REGION)


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
    hours = parsed(referral.hours, referral.time_zone, referral.countries[0])
    local = now.astimezone(ZoneInfo(referral.time_zone))
    if hours.is_open(local):
        return Found(referral, True)
    return Found(referral, False, hours.next_change(local))


@lru_cache(maxsize=256)
def parsed(hours: str, time_zone: str, country: str) -> OpeningHours:
    """Opening hours, read once, with the public holidays of their country where they are known."""
    try:
        return OpeningHours(hours, timezone=ZoneInfo(time_zone), country=country)
    except UnknownCountryError:
        return OpeningHours(hours, timezone=ZoneInfo(time_zone))
