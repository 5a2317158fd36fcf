"""What is kept: every column with its reason, how many rows there are now, every metric, how wrong figures can be."""

import re

from bot.dashboard.parts import Page, Parts, Table, Visit
from bot.figures import wrong
from content.model import Language
from handlers.metrics import register
from handlers.stats import FEW, SMALLEST_WEEK
from storage import kept
from storage.tables import metadata

WORD = re.compile(r"[a-z0-9]+")
LONGEST_KEY = 50
"""Letters of a key under which a sentence is translated."""


async def show(visit: Visit, parts: Parts) -> Page:
    """Every table and column with its reason, how many rows there are now, and every metric."""
    words = visit.words
    many = await kept.rows(parts.database)
    now = Table(
        words.say("dashboard.kept_now"),
        tuple(words.say(f"dashboard.{key}") for key in ("table", "rows", "how_long")),
        tuple(
            (name, str(rows), said(words, "keep", metadata.tables[name].info["keep"])) for name, rows in many.items()
        ),
    )
    columns = Table(
        words.say("dashboard.kept_columns"),
        tuple(words.say(f"dashboard.{key}") for key in ("column", "what", "why")),
        tuple(
            (f"{table.name}.{column.name}", *(said(words, name, column.info[name]) for name in ("what", "why")))
            for table in metadata.tables.values()
            for column in table.columns
        ),
    )
    metrics = Table(
        words.say("dashboard.metrics"),
        tuple(words.say(f"dashboard.{key}") for key in ("metric", "shows", "labels_number")),
        tuple(
            (one.name, said(words, "metric", one.purpose), str(len(one.labels)))
            for one in register(parts.outside().content)
        ),
    )
    lines = (words.say("dashboard.privacy_line"), words.say("dashboard.privacy_session"))
    tables = now, metrics, _wrong(visit, parts), columns
    return Page(words.say("dashboard.pages.privacy"), lines, tables, save=True)


def _wrong(visit: Visit, parts: Parts) -> Table:
    """How wrong a figure can be."""
    words = visit.words
    head = tuple(words.say(f"dashboard.wrong.{key}") for key in ("days", "one", "together", "detail"))
    rows = tuple(tuple(map(str, one)) for one in wrong(len(parts.outside().content.themes)))
    note = words.say("dashboard.wrong.note", few=FEW, least=SMALLEST_WEEK)
    return Table(words.say("dashboard.wrong.title"), head, rows, note, numbers=True)


def said(words: Language, kind: str, english: str) -> str:
    """What the schema or the register says in English, in the reader's language where it has been translated."""
    key = "-".join(WORD.findall(english.casefold()))[:LONGEST_KEY].strip("-")
    return words.interface.get(f"kept.{kind}.{key}", english)
