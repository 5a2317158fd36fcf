"""The overlay: the organisation's own changes to shipped content, each with what it replaced so that it can be undone.

A change has a kind and a subject; the newest of a kind and subject holds. The one before it is kept for one undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.coordinators import SERVER, Proposal, active, may_approve
from storage.crypto import Keys
from storage.database import Database, whole
from storage.tables import overlay, proposals

TABLE = "overlay"
SECONDED = ("referral",)
"""The kinds of change that take two; only who may approve undoes one."""
KEPT = 2
"""Rows of one subject: what holds, and what it replaced."""


@dataclass(frozen=True, slots=True)
class Row:
    """A change as it is stored; `body` is sealed."""

    id: int
    kind: str
    subject: str
    body: bytes


@whole
async def rows(database: Database) -> Sequence[Row]:
    """Every row, the oldest first."""
    async with database.read() as connection:
        return [
            Row(row.id, row.kind, row.subject, row.body)
            for row in await connection.execute(select(overlay).order_by(overlay.c.id))
        ]


def opened(keys: Keys, row: Row) -> str:
    """What a row says; SealError where another key made it."""
    return keys.open(row.body, TABLE, "body", row.id)


@whole
async def put(database: Database, keys: Keys, kind: str, subject: str, body: str, by: int, now: int) -> bool:
    """Change something alone; whether `by` may do that now."""
    async with database.write() as connection:
        if not (await connection.execute(select(_rights(by, now)))).scalar_one():
            return False
        await _put(connection, keys, kind, subject, body)
    await database.tidy_log()
    return True


@whole
async def agree(database: Database, keys: Keys, proposal: int, kind: str, by: int, now: int) -> Proposal | None:
    """Agree to a change that another proposed, and make it; None where that cannot be."""
    there = (
        (proposals.c.id == proposal)
        & (proposals.c.kind == kind)
        & (proposals.c.author != by)
        & (proposals.c.valid_until >= now)
        & _may_approve(by, now)
    )
    async with database.write() as connection:
        row = (await connection.execute(delete(proposals).where(there).returning(proposals))).first()
        if row is None:
            return None
        body = keys.open(row.body, "proposals", "body", row.id)
        await _put(connection, keys, row.kind, row.subject, body)
    await database.tidy_log()
    return Proposal(row.id, row.kind, row.subject, body, row.author)


@whole
async def refuse(database: Database, proposal: int, kind: str, by: int, now: int) -> bool:
    """Take a proposed change off the list, one's own or another's; whether it was there, and `by` may."""
    statement = delete(proposals).where(proposals.c.id == proposal, proposals.c.kind == kind, _rights(by, now))
    async with database.write() as connection:
        return bool((await connection.execute(statement)).rowcount)


@whole
async def undo(database: Database, change: int, by: int, now: int) -> bool:
    """Take a change back, so that what it replaced holds again; whether it was the one that holds, and `by` may."""
    newer = overlay.alias("newer")
    same = (newer.c.kind == overlay.c.kind) & (newer.c.subject == overlay.c.subject) & (newer.c.id > overlay.c.id)
    holds = ~select(newer.c.id).where(same).exists()
    alone = overlay.c.kind.not_in(SECONDED) | _may_approve(by, now)
    statement = delete(overlay).where(overlay.c.id == change, holds, _rights(by, now), alone)
    async with database.write() as connection:
        done = bool((await connection.execute(statement)).rowcount)
    await database.tidy_log()
    return done


async def _put(connection: AsyncConnection, keys: Keys, kind: str, subject: str, body: str) -> None:
    """Make a change, and forget what it replaces a second time."""
    number = ((await connection.execute(select(func.max(overlay.c.id)))).scalar() or 0) + 1
    same = (overlay.c.kind == kind) & (overlay.c.subject == subject)
    older = select(overlay.c.id).where(same).order_by(overlay.c.id.desc()).offset(KEPT - 1)
    sealed = keys.seal(body, TABLE, "body", number)
    await connection.execute(delete(overlay).where(overlay.c.id.in_(older)))
    await connection.execute(insert(overlay).values(id=number, kind=kind, subject=subject, body=sealed))


def _rights(by: int, now: int) -> ColumnElement[bool]:
    """Whether somebody may change things now, as part of a statement; whoever has the server always may."""
    return true() if by == SERVER else active(by, now)


def _may_approve(by: int, now: int) -> ColumnElement[bool]:
    """Whether somebody may be the second of two now."""
    return true() if by == SERVER else may_approve(by, now)
