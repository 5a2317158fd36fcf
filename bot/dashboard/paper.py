"""The report as one sheet of A4: its words, tables and bars laid out for a drawing that becomes a PDF.

A drawing wraps no lines, so it is done here, with letters measured by their kind and a little room to spare. What does
not fit the sheet is set smaller until it does.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader

from bot.dashboard.parts import Page, Table

TEMPLATES = Path(__file__).parents[1] / "templates" / "dashboard"
ACROSS, DOWN, EDGE, GAP = 595.0, 842.0, 44.0, 22.0
"""Points of an A4 sheet, its margin, and the space between its two columns."""
COLUMN = (ACROSS - 2 * EDGE - GAP) / 2
SHARES = (0.42, 0.24, 0.1, 0.24)
"""What the four columns of a table take of its width."""
SMALLER = 0.95
"""By how much it is set smaller, again and again, until it fits."""
LEADING = 1.25
NARROW, WIDE = frozenset("iljtfrI.,:;'|()[]!/- "), frozenset("mwMW%@—±")
TO_RIGHT, ISOLATED_END = "\u2067", "\u2069"
"""Around a line that is read from the right, whatever letters it begins or ends with."""


@dataclass(frozen=True, slots=True)
class Words:
    """A line; `x` is counted from the side that reading begins at; with `end` it ends there instead of beginning."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    soft: bool = False
    end: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure as a bar."""

    x: float
    y: float
    width: float


Mark = Words | Bar


def sheet(page: Page, direction: Literal["ltr", "rtl"]) -> str:
    """The sheet as SVG."""
    unit = 1.0
    while not _fits(marks := tuple(_laid_out(page, unit))):
        unit *= SMALLER
    drawing = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("report.svg")
    turned = [_turned(mark) for mark in marks] if direction == "rtl" else list(marks)
    return drawing.render(
        words=[mark for mark in turned if isinstance(mark, Words)],
        bars=[mark for mark in turned if isinstance(mark, Bar)],
        rtl=direction == "rtl",
        across=ACROSS,
        down=DOWN,
    )


def _fits(marks: Iterable[Mark]) -> bool:
    return all(mark.y <= DOWN - EDGE for mark in marks)


def _turned(mark: Mark) -> Mark:
    """The same for reading from the right."""
    if isinstance(mark, Bar):
        return replace(mark, x=ACROSS - mark.x - mark.width)
    return replace(mark, x=ACROSS - mark.x, text=f"{TO_RIGHT}{mark.text}{ISOLATED_END}")


def _laid_out(page: Page, unit: float) -> Iterator[Mark]:
    """Everything, in one size: the title, the sentences, the tables in two columns, the method."""
    y, whole = EDGE, ACROSS - 2 * EDGE
    for text, size, bold in (
        (str(page.more.get("organisation", "")), 11.0, True),
        (page.title, 19.0, True),
        *((line, 10.0, False) for line in page.lines),
    ):
        for words in _set(text, EDGE, y, whole, size * unit, bold=bold):
            yield words
            y = words.y
        y += 4 * unit
    feet = [y + 10 * unit, y + 10 * unit]
    for table in page.tables:
        side = feet.index(min(feet))
        for mark in _table(table, EDGE + side * (COLUMN + GAP), feet[side], unit):
            yield mark
            feet[side] = max(feet[side], mark.y)
        feet[side] += 12 * unit
    yield from _set(str(page.more.get("method", "")), EDGE, max(feet), whole, 8 * unit, soft=True)


def _table(table: Table, x: float, y: float, unit: float) -> Iterator[Mark]:
    """A table: its title, its head, a row with its bar each, its note."""
    for words in _set(table.title, x, y, COLUMN, 11.5 * unit, bold=True):
        yield words
        y = words.y
    largest = max((_number(row[1]) for row in table.rows), default=0)
    for row in (table.head, *table.rows) if table.rows else ():
        head, foot = row is table.head, y
        for words in _row(row, x, y + 2 * unit, (7.5 if head else 9) * unit, soft=head):
            yield words
            foot = max(foot, words.y)
        y = foot + 3.5 * unit
        if not head and largest:
            yield Bar(x, y, COLUMN * SHARES[0] * _number(row[1]) / largest)
            y += 2 * unit
    for said in ("" if table.rows else table.empty, table.note):
        for words in _set(said, x, y, COLUMN, 8.5 * unit, soft=True):
            yield words
            y = words.y


def _row(cells: tuple[str, ...], x: float, y: float, size: float, *, soft: bool) -> Iterator[Words]:
    """The cells of a row: the first begins at its place, the figures end at theirs."""
    for place, (cell, share) in enumerate(zip(cells, SHARES, strict=True)):
        width = share * COLUMN
        if place:
            lines = _set(cell, x, y, width - 3, size, soft=soft)
            yield from (replace(words, x=x + width, end=True) for words in lines)
        else:
            yield from _set(cell, x, y, width - 3, size, soft=soft)
        x += width


def _number(cell: str) -> int:
    """A figure in a cell; "fewer than" is no bar."""
    return int(cell) if cell.isdecimal() else 0


def _set(
    text: str, x: float, y: float, width: float, size: float, *, bold: bool = False, soft: bool = False
) -> Iterator[Words]:
    """A text in lines below `y`."""
    for line in wrapped(text, width / size):
        y += size * LEADING
        yield Words(line, x, y, size, bold, soft)


def wrapped(text: str, width: float) -> Iterator[str]:
    """A text in lines of at most so many times its size; a word that is longer than a line is broken."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if measured(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while measured(line) > width and len(line) > 1:
            fits = next(many for many in range(len(line) - 1, 0, -1) if many == 1 or measured(line[:many]) <= width)
            yield line[:fits]
            line = line[fits:]
    if line:
        yield line


def measured(text: str) -> float:
    """About how wide a text is, in its size: rather too wide than too narrow."""
    return sum(_wide(letter) for letter in text)


def _wide(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if letter in NARROW:
        return 0.36
    if letter in WIDE or unicodedata.east_asian_width(letter) == "W":
        return 0.95
    if letter.isupper():
        return 0.74
    return 0.58 if letter.isascii() else 0.66
