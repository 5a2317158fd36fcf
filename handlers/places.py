"""Asking for the country: once, by buttons or typed, and never guessed.

A choice that wants a country carries the picker in its argument: `legal:--` shows it, `legal:--70` shows the countries
whose name begins with U+0070, `legal@pl` is the answer.
"""

from handlers import names
from handlers.buttons import in_rows, to
from handlers.choices import Choice
from handlers.types import Outside, Request, Rows

PICK = "--"
LETTERS_IN_A_ROW = 7


def taken_apart(argument: str) -> tuple[str, str | None]:
    """An argument without its picker, and the picker's letter: None when no picker was asked for."""
    kept, mark, code = argument.partition(PICK)
    return kept, _letter(code) if mark else None


def _letter(code: str) -> str:
    try:
        return chr(int(code, 16)) if code else ""
    except (ValueError, OverflowError):
        return ""


def picker(request: Request, outside: Outside, target: Choice, letter: str = "") -> Rows:
    """Buttons for the organisation's countries and for every first letter, or for the countries of one letter."""
    spoken = request.language
    named = sorted((names.country(code, spoken), code) for code in outside.content.countries)
    if letter and (found := [(name, code) for name, code in named if name[:1].upper() == letter.upper()]):
        return in_rows([to(name, target.name, target.argument, code) for name, code in found], 2)
    first = [
        to(names.country(code, spoken), target.name, target.argument, code)
        for code in outside.countries
        if code in outside.content.countries
    ]
    initials = sorted({name[:1].upper() for name, _ in named})
    letters = [to(initial, target.name, f"{target.argument}{PICK}{ord(initial):x}") for initial in initials]
    return (*in_rows(first, 2), *in_rows(letters, LETTERS_IN_A_ROW))


def typed(words: str, outside: Outside) -> str:
    """The country that the words name, and nothing else; empty when they name none."""
    content = outside.content
    return names.country_by_name(tuple(content.languages), tuple(content.countries)).get(names.fold(words), "")
