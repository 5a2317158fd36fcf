"""Saving what a page shows: as CSV for a spreadsheet, as JSON for a program."""

import csv
import json
from collections.abc import Callable, Mapping
from io import StringIO

from bot.dashboard.parts import Page, Table, address

FORMULA = ("=", "@", "-", "+", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


def to_csv(page: Page) -> str:
    """The sentences, then each table under its title."""
    written = StringIO()
    out = csv.writer(written)
    out.writerow((page.title,))
    out.writerows((_cell(line),) for line in page.lines)
    for table in (*page.own, *page.tables):
        out.writerow(())
        out.writerow((_cell(table.title),))
        out.writerows((table.head,) if table.rows else ())
        out.writerows(tuple(map(_cell, row)) for row in _rows(table))
        out.writerows((_cell(note),) for note in (table.note,) if note)
    return written.getvalue()


def to_json(page: Page) -> str:
    """The same, each row by its columns."""
    tables = [
        {
            "title": table.title,
            "columns": table.head,
            "rows": [dict(zip(table.head, row, strict=True)) for row in table.rows],
            "notes": [said for said in ("" if table.rows else table.empty, table.note) if said],
        }
        for table in (*page.own, *page.tables)
    ]
    return json.dumps({"title": page.title, "lines": page.lines, "tables": tables}, ensure_ascii=False, indent=1)


def _rows(table: Table) -> tuple[tuple[str, ...], ...]:
    return table.rows or (((table.empty,),) if table.empty else ())


def _cell(words: str) -> str:
    """Words that a spreadsheet takes for words; a telephone number stays one."""
    number = words[1:].replace(" ", "").isdecimal()
    return f"'{words}" if words.startswith(FORMULA) and not number else words


def addresses(name: str, asked: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(form, address) of what a page can be saved as, with what it was asked."""
    kept = {key: value for key, value in asked.items() if key != "said"}
    forms = (*FORMS, PDF) if name in PRINTED else FORMS
    return tuple((form, address(f"{name or OVERVIEW}.{form}", **kept)) for form in forms)


OVERVIEW = "overview"
PDF = "pdf"
PRINTED = ("report",)
"""Pages that are a sheet of paper too."""
FORMS: Mapping[str, tuple[str, Callable[[Page], str]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "json": ("application/json", to_json),
}
"""Form → its media type, and how it is made."""
