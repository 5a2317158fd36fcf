"""Names of countries and languages, dates and hours, in the reader's language (CLDR, through Babel)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list

TOGETHER = {"sr-Latn": ("sr", "hr", "bs")}
"""One text for several languages. CLDR has no name for Montenegrin."""


@lru_cache(maxsize=32)
def locale(language: str) -> Locale:
    """Babel's locale for one of our language codes. English is written the European way: 3 May 2026, 19:00."""
    return Locale.parse("en-GB" if language == "en" else language, sep="-")


@lru_cache(maxsize=2048)
def country(code: str, language: str) -> str:
    """A country's name."""
    return str(locale(language).territories.get(code, code))


@lru_cache(maxsize=1024)
def language(code: str, shown_in: str) -> str:
    """A language's name in another language; of one text for several, all their names."""
    known = locale(shown_in).languages
    return "/".join(str(known.get(spoken, spoken)) for spoken in TOGETHER.get(code, (code,)))


def listed(things: Iterable[str], shown_in: str) -> str:
    """Several things in a row, as the language lists them."""
    return str(format_list(list(things), locale=locale(shown_in)))


def own_language(code: str) -> str:
    """A language's name for itself, as its speakers look for it in a list; of one text for several, all their names."""
    names = (language(spoken, code) for spoken in TOGETHER.get(code, (code,)))
    return " · ".join(name[:1].upper() + name[1:] for name in names)


@lru_cache(maxsize=1024)
def day(words: str, shown_in: str) -> str:
    """`2020`, `2020-02` or `2020-02-03` as a person writes it."""
    if len(words) == 4:
        return words
    where = locale(shown_in)
    if len(words) == 7:
        return str(format_skeleton("yMMM", date.fromisoformat(f"{words}-01"), locale=where))
    return str(format_skeleton("yMMMd", date.fromisoformat(words), locale=where))


def day_of_year(when: date, shown_in: str) -> str:
    """A day without its year."""
    return str(format_skeleton("MMMd", when, locale=locale(shown_in)))


def weekday(when: datetime, time_zone: str, shown_in: str) -> str:
    """The name of the day of the week in a time zone."""
    return format_date(when.astimezone(ZoneInfo(time_zone)).date(), format="EEEE", locale=locale(shown_in))


def same_day(one: datetime, other: datetime, time_zone: str) -> bool:
    """Whether two moments fall on the same day in a time zone."""
    zone = ZoneInfo(time_zone)
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def hour(when: datetime, time_zone: str, shown_in: str) -> str:
    """The time of day in a time zone."""
    return format_time(when.astimezone(ZoneInfo(time_zone)), format="short", locale=locale(shown_in))


@lru_cache(maxsize=64)
def country_by_name(languages: tuple[str, ...], codes: tuple[str, ...]) -> dict[str, str]:
    """Country names in every language, folded for comparison → code."""
    named = {fold(country(code, spoken)): code for spoken in languages for code in codes}
    return named | {code.lower(): code for code in codes}


def fold(words: str) -> str:
    """Words made comparable: case and outer blanks do not matter."""
    return words.strip(" .!?").casefold()
