"""The counts: noise first, answers added to it, exact figures never."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from storage.database import Database, insert_new, whole
from storage.tables import YEARS, counts, days

__all__ = ["YEARS", "Total", "add", "begin_day", "closed_days", "daily", "drawn", "purge", "restarts", "totals"]


@whole
async def drawn(database: Database, day: date) -> set[tuple[str, str]]:
    """The (metric, label) of a day that have their noise."""
    statement = select(counts.c.metric, counts.c.label).where(counts.c.day == day)
    async with database.read() as connection:
        return {(row.metric, row.label) for row in await connection.execute(statement)}


@whole
async def begin_day(database: Database, day: date, noise: Mapping[tuple[str, str], int], scale: float) -> None:
    """Write a day's noise, one row for each (metric, label). A row that is there keeps its first draw."""
    rows = [{"day": day, "metric": m, "label": label, "figure": figure} for (m, label), figure in noise.items()]
    async with database.write() as connection:
        await connection.execute(insert_new(days).values(day=day, scale=scale, starts=0))
        await connection.execute(insert_new(counts), rows)


@whole
async def add(database: Database, day: date, answers: Mapping[tuple[str, str], int], starts: int = 0) -> None:
    """Add answers to a day's figures, and how often the day's cap began anew.

    What has no noise is not counted: this never makes a row.
    """
    statement = (
        update(counts)
        .where(counts.c.day == day, counts.c.metric == bindparam("m"), counts.c.label == bindparam("l"))
        .values(figure=counts.c.figure + bindparam("n"))
    )
    rows = [{"m": metric, "l": label, "n": number} for (metric, label), number in answers.items()]
    async with database.write() as connection:
        if starts:
            await connection.execute(update(days).where(days.c.day == day).values(starts=days.c.starts + starts))
        if rows:
            await connection.execute(statement, rows)


@whole
async def closed_days(database: Database, first: date, today: date) -> list[tuple[date, str, str, int]]:
    """(day, metric, label, figure) from `first` on; the day that is still open is left out."""
    statement = (
        select(counts.c.day, counts.c.metric, counts.c.label, counts.c.figure)
        .where(counts.c.day >= first, counts.c.day < today)
        .order_by(counts.c.day, counts.c.metric, counts.c.label)
    )
    async with database.read() as connection:
        return [(row.day, row.metric, row.label, row.figure) for row in await connection.execute(statement)]


class Total(NamedTuple):
    """The sum of a label's figures, and how many days, each with noise of its own, are in it."""

    figure: int
    days: int


@whole
async def totals(database: Database, metric: str, first: date, until: date) -> dict[str, Total]:
    """A metric's labels summed from `first` to the day before `until`, which must not be later than today."""
    statement = (
        select(counts.c.label, func.sum(counts.c.figure), func.count())
        .where(counts.c.metric == metric, counts.c.day >= first, counts.c.day < until)
        .group_by(counts.c.label)
    )
    async with database.read() as connection:
        return {row[0]: Total(row[1], row[2]) for row in await connection.execute(statement)}


@whole
async def daily(database: Database, metric: str, first: date, until: date) -> list[tuple[date, str, int]]:
    """(day, label, figure) of a metric from `first` to the day before `until`."""
    statement = (
        select(counts.c.day, counts.c.label, counts.c.figure)
        .where(counts.c.metric == metric, counts.c.day >= first, counts.c.day < until)
        .order_by(counts.c.day, counts.c.label)
    )
    async with database.read() as connection:
        return [(row.day, row.label, row.figure) for row in await connection.execute(statement)]


@whole
async def restarts(database: Database, first: date, until: date) -> int:
    """On how many of these days the cap began anew: for each of them the stated loss holds more than once."""
    again = select(func.count()).select_from(days).where(days.c.day >= first, days.c.day < until, days.c.starts > 1)
    async with database.read() as connection:
        return int((await connection.execute(again)).scalar_one())


@whole
async def purge(database: Database, before: date) -> None:
    """Delete the days before a date, from the log too."""
    async with database.write() as connection:
        await connection.execute(delete(counts).where(counts.c.day < before))
        await connection.execute(delete(days).where(days.c.day < before))
    await database.truncate_log()
