"""The referral directory: what is written in it, and who is chosen at an hour, in a country, in a language."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from content import directory
from content.directory import HOLIDAYS_UNSURE, Found, choose
from content.loader import load
from content.model import Content, PhoneNumber, Referral, ReferralKind

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
"""A Tuesday; most offices are closed."""

KINDS: tuple[ReferralKind, ...] = get_args(ReferralKind)
ASKED_FOR: tuple[ReferralKind, ...] = ("mental-health", "legal-protection", "digital-security")
EUROPE = ("AT", "BE", "CZ", "DE", "ES", "FR", "GR", "HU", "IT", "PL")
WATCHED = ("AZ", "GE", "TR")
SHARED = load()


def names(found: tuple[Found, ...]) -> list[str]:
    return [one.referral.id for one in found]


def everywhere(content: Content) -> Iterator[tuple[ReferralKind, str, tuple[Found, ...]]]:
    """Every kind in every country and in none, at night."""
    for kind, country in product(KINDS, ("", *content.countries)):
        yield kind, country, choose(content, kind, country, "en", NIGHT)


def line(name: str, **changed: object) -> Referral:
    """A listening line in Poland that can be called, changed as a test needs it."""
    pattern = {
        "id": name,
        "kind": ("mental-health",),
        "countries": ("PL",),
        "phones": (PhoneNumber(number=f"+48{sum(map(ord, name))}"),),
        "chats": (),
        "website": None,
        "email": None,
        "hours": None,
        "time_zone": "Europe/Warsaw",
        "languages": (),
        "organisations_only": False,
        "fallback": False,
        "source_date": None,
        "confidence": "medium",
        "verified": None,
    }
    return SHARED.referrals["pl-116-123"].model_copy(update=pattern | changed)


def holding(content: Content, *referrals: Referral) -> Content:
    """The content with these referrals and no others."""
    return content.model_copy(update={"referrals": {one.id: one for one in referrals}})


def order(content: Content, *referrals: Referral, country: str = "PL", now: datetime = NIGHT) -> list[str]:
    """The order in which lines are given; it must not depend on the order of the file."""
    chosen = names(choose(holding(content, *referrals), "mental-health", country, "en", now))
    assert chosen == names(choose(holding(content, *reversed(referrals)), "mental-health", country, "en", now))
    return chosen


# what is written in it


def test_every_stated_hour_can_be_read_and_every_time_zone_exists(content: Content) -> None:
    for one in content.referrals.values():
        ZoneInfo(one.time_zone)
        assert one.hours is None or OpeningHours(one.hours)


def test_numbers_are_digits_and_belong_to_their_country(content: Content) -> None:
    for one in content.referrals.values():
        assert all(phone.number.lstrip("+").isdecimal() for phone in one.phones)
        assert all(phone.country in (None, *one.countries) for phone in one.phones)


def test_every_referral_is_told_in_words_that_fit_a_line(content: Content) -> None:
    for text in content.languages["en"].referrals.values():
        assert len(text.for_whom) <= 120
        assert len(text.name or "") <= 60
        assert all(len(label) <= 60 for label in text.labels.values())


def test_office_hours_are_also_said_in_words(content: Content) -> None:
    for one in content.referrals.values():
        if one.hours and "off" in one.hours:
            assert content.languages["en"].referrals[one.id].hours


def test_doubtful_hours_stay_words(content: Content) -> None:
    for name in ("gb-green-black-cross", "it-telefono-amico", "cz-linka-116123", "cy-samaritans", "pl-szpila-warsaw"):
        assert content.referrals[name].hours is None
        assert content.languages["en"].referrals[name].hours


def test_all_participating_states_and_kosovo_can_be_chosen(content: Content) -> None:
    assert len(content.countries) == 58
    assert {"AD", "AL", "BY", "MC", "MN", "RU", "SM", "TJ", "TM", "UZ", "VA", "XK"} <= set(content.countries)
    for country in content.countries.values():
        ZoneInfo(country.time_zone)
        assert all(country.code in content.countries[code].neighbours for code in country.neighbours)


def test_two_countries_are_marked_where_112_does_not_answer(content: Content) -> None:
    assert {country.code for country in content.countries.values() if country.no_112} == {"BA", "RS"}
    assert {country.code for country in content.countries.values() if country.international_first} == set(WATCHED)


# emergency numbers


def test_emergency_numbers_are_the_countrys_own_before_shared_ones(content: Content) -> None:
    for country in content.countries:
        found = directory.emergency(content, country)
        assert all(country in one.countries and one.confidence != "low" for one in found)
        assert [len(one.countries) for one in found] == sorted(len(one.countries) for one in found)


def test_without_a_country_or_with_a_doubtful_number_there_is_no_emergency_entry(content: Content) -> None:
    assert directory.emergency(content, "") == ()
    assert directory.emergency(content, "KG") == ()


def test_112_is_not_given_where_it_does_not_answer(content: Content) -> None:
    for country in ("BA", "RS"):
        numbers = {phone.number for one in directory.emergency(content, country) for phone in one.phones}
        assert numbers
        assert "112" not in numbers


def test_the_line_for_boats_is_no_countrys_emergency_number(content: Content) -> None:
    (at_sea,) = directory.at_sea(content, NIGHT)
    assert at_sea.referral.id == "alarm-phone-sea"
    assert at_sea.open
    assert all(at_sea.referral not in directory.emergency(content, country) for country in content.countries)


# what holds everywhere


def test_nothing_of_low_confidence_is_shown_until_somebody_has_checked_it(content: Content) -> None:
    assert all(one.referral.confidence != "low" for _, _, found in everywhere(content) for one in found)
    low = line("checked", confidence="low", verified=date(2026, 11, 1))
    assert order(content, low) == ["checked"]


def test_what_is_shown_serves_the_country_and_the_kind(content: Content) -> None:
    for kind, country, found in everywhere(content):
        assert all(one.referral.international or country in one.referral.countries for one in found)
        assert all(kind in one.referral.kind for one in found)
        assert len(set(names(found))) == len(found)


def test_there_are_always_two_behind_different_numbers(content: Content) -> None:
    for kind, country, found in everywhere(content):
        if kind in ASKED_FOR:
            one, two = (
                {each.number for each in first.referral.phones} or {first.referral.website or ""} for first in found[:2]
            )
            assert not one & two, (kind, country)


def test_organisations_that_serve_organisations_come_last(content: Content) -> None:
    for _, _, found in everywhere(content):
        first_of_a_number = [one.referral for one in found if one.referral.id != "front-line-defenders-emergency"]
        assert [one.organisations_only for one in first_of_a_number] == sorted(
            one.organisations_only for one in first_of_a_number
        )


def test_legal_help_that_can_be_called_comes_before_websites(content: Content) -> None:
    for country in content.countries:
        found = choose(content, "legal-protection", country, "en", NIGHT)
        assert directory.callable_from(found[0].referral, country), country


def test_a_line_that_is_closed_never_stands_before_one_that_answers(content: Content) -> None:
    for country in set(content.countries) - set(WATCHED):
        found = choose(content, "legal-protection", country, "en", NIGHT)
        for earlier, later in combinations([one for one in found if one.referral.phones], 2):
            same = later.referral.id == "front-line-defenders-emergency"
            assert same or not (earlier.open is False and later.open), (country, names((earlier, later)))


def test_a_country_without_a_line_of_its_own_gets_directories_that_lead_to_one(content: Content) -> None:
    for country in ("", "KG", "XK"):
        found = choose(content, "mental-health", country, "en", NIGHT)
        assert set(names(found)[:2]) == {"befrienders-worldwide", "find-a-helpline"}


@pytest.mark.parametrize(("country", "kind"), [*product(WATCHED, ("mental-health", "legal-protection"))])
def test_where_helpers_are_watched_lines_from_outside_come_first(
    content: Content, country: str, kind: ReferralKind
) -> None:
    found = choose(content, kind, country, "en", NIGHT)
    local = [position for position, one in enumerate(found) if country in one.referral.countries]
    reached = [one for one in found if one.referral.fallback or directory.callable_from(one.referral, country)]
    outside = [one for one in reached if one.referral.international and one is not found[-1]]
    assert outside
    assert outside == list(found[: len(outside)])
    assert not local or local[0] >= len(outside)


def test_a_number_for_one_country_counts_only_there(content: Content) -> None:
    line_for_ukrainians = content.referrals["ua-npa-psychological-line"]
    assert directory.callable_from(line_for_ukrainians, "PL")
    assert not directory.callable_from(line_for_ukrainians, "DE")
    assert not directory.callable_from(line_for_ukrainians, "")


# one question after the other


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"verified": date(2026, 5, 3), "confidence": "medium"}, {"confidence": "high"}),
        ({"confidence": "high"}, {"confidence": "medium", "source_date": "2026-01"}),
        ({"source_date": "2025"}, {"source_date": "2024-12-31"}),
        ({"source_date": "2016"}, {"source_date": None}),
        ({"hours": "24/7", "source_date": None}, {"hours": None, "source_date": "2026"}),
        ({"hours": None}, {"hours": "10:00-20:00", "verified": date(2026, 5, 3)}),
        ({"languages": ("en",), "source_date": None}, {"languages": ("pl",), "source_date": "2026"}),
        ({"confidence": "medium"}, {"confidence": "high", "phones": (), "website": "https://example.org"}),
        ({"phones": (), "email": "a@example.org"}, {"phones": (), "website": "https://example.org"}),
        ({"confidence": "medium"}, {"confidence": "high", "countries": ("*",)}),
        ({"hours": "24/7", "countries": ("*",)}, {"hours": "10:00-20:00"}),
        ({"hours": "24/7", "phones": (PhoneNumber(number="116"),)}, {"hours": "10:00-20:00"}),
        ({"kind": ("mental-health", "legal-protection")}, {"kind": ("legal-protection", "mental-health")}),
        ({"phones": ()}, {"phones": (), "hours": "10:00-20:00", "confidence": "high"}),
        ({}, {"countries": ("PL", "CZ"), "source_date": "2026"}),
        ({"phones": ()}, {"phones": (), "countries": EUROPE, "email": "a@example.org"}),
        ({}, {"organisations_only": True, "verified": date(2026, 5, 3), "hours": "24/7"}),
        ({"countries": ("*",), "phones": (), "fallback": True}, {"countries": ("*",), "phones": ()}),
    ],
)
def test_of_two_the_better_one_comes_first(
    content: Content, first: dict[str, object], second: dict[str, object]
) -> None:
    assert order(content, line("z-first", **first), line("a-second", **second)) == ["z-first", "a-second"]


def test_a_second_organisation_behind_one_number_comes_after_all_others(content: Content) -> None:
    number = (PhoneNumber(number="+4811"),)
    lines = (
        line("one", phones=number, confidence="high", source_date="2026"),
        line("same", phones=number, confidence="high", source_date="2025"),
        line("other", confidence="medium"),
    )
    assert order(content, *lines) == ["one", "other", "same"]


def test_a_verified_line_leads_even_where_helpers_are_watched(content: Content) -> None:
    outside = line("outside", countries=("*",), hours="24/7", confidence="high")
    local = line("local", countries=("GE",), confidence="high")
    checked = line("checked", countries=("GE",), verified=date(2026, 5, 3))
    assert order(content, outside, local, checked, country="GE") == ["checked", "outside", "local"]


# open now


def status(
    content: Content, hours: str, zone: str, at: str, country: str = "PL"
) -> tuple[bool | None, datetime | None]:
    """Whether a line is open at an instant, and when it opens."""
    only = holding(content, line("only", hours=hours, time_zone=zone, countries=(country,)))
    (found,) = choose(only, "mental-health", country, "en", datetime.fromisoformat(at))
    return found.open, found.opens_at


@pytest.mark.parametrize(
    ("hours", "zone", "at", "opens"),
    [
        ("19:00-07:00", "Europe/Ljubljana", "2026-11-24T05:59+00:00", None),
        ("19:00-07:00", "Europe/Ljubljana", "2026-11-24T06:00+00:00", "2026-11-24T18:00+00:00"),
        ("15:30-00:30", "Europe/Lisbon", "2026-11-24T00:29+00:00", None),
        ("15:30-00:30", "Europe/Lisbon", "2026-11-24T00:30+00:00", "2026-11-24T15:30+00:00"),
        ("10:00-24:00", "Europe/Tallinn", "2026-11-24T21:59+00:00", None),
        ("10:00-24:00", "Europe/Tallinn", "2026-11-24T22:00+00:00", "2026-11-25T08:00+00:00"),
        ("Mo-Fr 09:00-18:00", "Asia/Almaty", "2026-11-24T04:00+00:00", None),
        ("Mo-Fr 09:00-18:00", "America/New_York", "2026-11-24T04:00+00:00", "2026-11-24T14:00+00:00"),
        ("Mo-Fr 09:00-18:00", "Europe/Kyiv", "2026-11-27T16:00+00:00", "2026-11-30T07:00+00:00"),
        ("10:00-20:00", "Europe/Berlin", "2026-03-28T08:30+00:00", "2026-03-28T09:00+00:00"),
        ("10:00-20:00", "Europe/Berlin", "2026-03-29T08:30+00:00", None),
        ("10:00-20:00", "Europe/Berlin", "2026-10-25T08:30+00:00", "2026-10-25T09:00+00:00"),
    ],
)
def test_a_line_opens_by_the_clock_on_its_own_wall(
    content: Content, hours: str, zone: str, at: str, opens: str | None
) -> None:
    expected = datetime.fromisoformat(opens) if opens else None
    assert status(content, hours, zone, at) == (expected is None, expected)


def test_hours_that_never_come_again_are_closed_without_a_promise(content: Content) -> None:
    assert status(content, "2020 Mo-Fr 09:00-18:00", "Europe/Warsaw", "2026-11-24T12:00+00:00") == (False, None)


def test_hours_the_source_itself_calls_unsure_are_not_known(content: Content) -> None:
    assert status(content, "Mo-Fr 09:00-18:00 unknown", "Europe/Warsaw", "2026-11-24T12:00+00:00") == (None, None)


def test_a_public_holiday_is_not_shown_as_open(content: Content) -> None:
    office = "Mo-Fr 09:00-18:00; PH off"
    opens = datetime.fromisoformat("2026-11-12T08:00+00:00")
    assert status(content, office, "Europe/Warsaw", "2026-11-11T12:00+00:00") == (False, opens)
    assert status(content, office, "Europe/Warsaw", "2026-11-12T12:00+00:00") == (True, None)


@pytest.mark.parametrize("country", sorted(HOLIDAYS_UNSURE))
def test_where_holidays_are_not_known_office_hours_never_say_open(content: Content, country: str) -> None:
    zone, code = ("UTC", "") if country == "*" else (content.countries[country].time_zone, country)
    only = holding(content, line("only", hours="Mo-Fr 00:00-24:00; PH off", time_zone=zone, countries=(country,)))
    days = [NIGHT.replace(hour=12) + timedelta(days=day) for day in range(7)]
    found = [choose(only, "mental-health", code, "en", day)[0].open for day in days]
    assert True not in found
    assert {None, False} <= set(found)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ch-pikett-administrativhaft", "2026-04-03"),
        ("ch-pikett-administrativhaft", "2026-05-25"),
        ("ch-humanrights-prison-advice", "2025-12-25"),
        ("ch-humanrights-prison-advice", "2024-12-26"),
        ("hu-tasz", "2026-12-24"),
        ("nl-meldpunt-vreemdelingendetentie", "2026-04-27"),
    ],
)
def test_shipped_office_hours_know_their_holidays(content: Content, name: str, day: str) -> None:
    one = content.referrals[name]
    hours = directory.parsed(one.hours or "", one.time_zone, one.countries[0])
    zone = ZoneInfo(one.time_zone)
    assert not any(hours.is_open(datetime.fromisoformat(day).replace(hour=hour, tzinfo=zone)) for hour in range(8, 18))


@settings(max_examples=200, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    country=st.sampled_from(["", *SHARED.countries, "ZZ"]),
    language=st.sampled_from(["", "en", "uk", "ar"]),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.timezones()),
)
def test_at_any_hour_in_any_country_the_choice_is_made_and_is_the_same_again(
    kind: ReferralKind, country: str, language: str, now: datetime
) -> None:
    found = choose(SHARED, kind, country, language, now)
    turned = holding(SHARED, *reversed(list(SHARED.referrals.values())))
    assert found == choose(turned, kind, country, language, now)
    for one in found:
        assert one.opens_at is None or (one.open is False and one.opens_at > now)
