"""The audit list: what was done with rights, when to the hour, and in which role; never who, and never a text.

What was done on the server is told to coordinators by the process that serves: it remembers how far it has told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, whole
from storage.tables import AUDIT_DAYS, audit, modes

HOUR = 3600
DAY = 24 * HOUR
TOLD = "told"
"""The mode under which it is kept how far the list was told."""

Role = Literal["coordinator", "server"]


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of the audit list."""

    hour: int
    what: str
    role: str


@whole
async def note(database: Database, what: str, role: Role, now: int) -> None:
    """Add a line."""
    async with database.write() as connection:
        await connection.execute(insert(audit).values(hour=now // HOUR * HOUR, what=what, role=role))


@whole
async def noted(database: Database, most: int = 100) -> Sequence[Noted]:
    """The newest lines."""
    async with database.read() as connection:
        rows = await connection.execute(select(audit).order_by(audit.c.id.desc()).limit(most))
        return [Noted(row.hour, row.what, row.role) for row in rows]


@whole
async def untold(database: Database) -> list[str]:
    """What was done on the server and has not been told to coordinators; from here on it counts as told."""
    async with database.read() as connection:
        newest, told = await _told(connection)
    if told == newest:
        return []
    new = (
        select(audit.c.what)
        .where(audit.c.id > min(told, newest), audit.c.id <= newest, audit.c.role == "server")
        .order_by(audit.c.id)
    )
    async with database.write() as connection:
        found = list((await connection.execute(new)).scalars())
        await connection.execute(delete(modes).where(modes.c.name == TOLD))
        await connection.execute(insert(modes).values(name=TOLD, value=str(newest)))
    return found


async def _told(connection: AsyncConnection) -> tuple[int, int]:
    """The newest line, and up to which line it was told."""
    newest = (await connection.execute(select(func.max(audit.c.id)))).scalar()
    told = (await connection.execute(select(modes.c.value).where(modes.c.name == TOLD))).scalar()
    return int(newest or 0), int(told or 0)


@whole
async def purge(database: Database, now: int) -> None:
    """Delete old lines."""
    async with database.write() as connection:
        await connection.execute(delete(audit).where(audit.c.hour < now - AUDIT_DAYS * DAY))
