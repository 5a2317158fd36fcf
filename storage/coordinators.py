"""Coordinators, the invitations that make them, and what takes two of them."""

from dataclasses import dataclass

from sqlalchemy import Exists, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.crypto import Keys, new_row
from storage.database import Database, insert_new, whole
from storage.tables import broadcasts, coordinators, invitations, modes, proposals

TABLE = "coordinators"
FIRST_DAY = 24 * 3600
"""Seconds for which a new coordinator may not approve; the first two may at once."""
SUSPENDED = 24 * 3600
SERVER = 0
"""Stands for whoever has the server itself, where a coordinator's number would stand."""
WHO = coordinators.alias("who")
"""Whoever asks, in statements that may be about another coordinator."""


@dataclass(frozen=True, slots=True)
class Coordinator:
    """A person who may broadcast and review. Times are seconds since 1970; `suspended_until` is 0 for nobody."""

    id: int
    channel: str
    address: str
    language: str
    may_approve_at: int
    suspended_until: int
    digest: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that needs a second coordinator."""

    id: int
    kind: str
    subject: str
    body: str
    author: int


@whole
async def everyone(database: Database, keys: Keys) -> list[Coordinator]:
    """All coordinators."""
    async with database.read() as connection:
        rows = await connection.execute(select(coordinators).order_by(coordinators.c.id))
        return [
            Coordinator(
                row.id,
                row.channel,
                keys.open(row.address, TABLE, "address", row.id),
                row.language,
                row.may_approve_at,
                row.suspended_until,
                row.digest,
            )
            for row in rows
        ]


@whole
async def add(database: Database, keys: Keys, channel: str, address: str, language: str, now: int) -> int | None:
    """Make somebody a coordinator; their number, or None when they are one already."""
    async with database.write() as connection:
        return await _add(connection, keys, channel, address, language, now)


@whole
async def join(
    database: Database, keys: Keys, code: str, channel: str, address: str, language: str, now: int
) -> int | None:
    """Make somebody a coordinator by an invitation's code, which is used up; None where it is not good."""
    async with database.write() as connection:
        if not await _redeem(connection, keys, "coordinator", code, now):
            return None
        return await _add(connection, keys, channel, address, language, now)


async def _add(
    connection: AsyncConnection, keys: Keys, channel: str, address: str, language: str, now: int
) -> int | None:
    known = coordinators.c.lookup.in_(keys.lookups(channel, address))
    if (await connection.execute(select(coordinators.c.id).where(known))).first():
        return None
    number = (await connection.execute(select(func.count()).select_from(coordinators))).scalar_one()
    row = new_row()
    values = {
        "id": row,
        "channel": channel,
        "address": keys.seal(address, TABLE, "address", row),
        "lookup": keys.lookup(channel, address),
        "language": language,
        "may_approve_at": now if number < 2 else now + FIRST_DAY,
        "suspended_until": 0,
        "digest": False,
    }
    await connection.execute(insert(coordinators).values(**values))
    return row


@whole
async def remove(database: Database, coordinator: int) -> bool:
    """End somebody's rights, and what they had begun: their drafts and proposals. Whether they had any."""
    async with database.write() as connection:
        gone = await connection.execute(delete(coordinators).where(coordinators.c.id == coordinator))
        await connection.execute(delete(proposals).where(proposals.c.author == coordinator))
        drafts = broadcasts.c.state.in_(("draft", "waiting")) & (broadcasts.c.author == coordinator)
        await connection.execute(delete(broadcasts).where(drafts))
    await database.tidy_log()
    return bool(gone.rowcount)


@whole
async def suspend(database: Database, coordinator: int, until: int, by: int, now: int) -> bool:
    """Take another's rights until a time, 0 gives them back; whether `by` may do that, and it changed anything."""
    changes = (coordinators.c.suspended_until <= now) if until else (coordinators.c.suspended_until > now)
    other = (coordinators.c.id == coordinator) & (coordinators.c.id != by) & changes & active(by, now)
    statement = update(coordinators).where(other).values(suspended_until=until)
    async with database.write() as connection:
        return bool((await connection.execute(statement)).rowcount)


@whole
async def change(
    database: Database, coordinator: int, *, language: str | None = None, digest: bool | None = None
) -> None:
    """Change a coordinator's own choices; None leaves one as it is."""
    values = {name: value for name, value in (("language", language), ("digest", digest)) if value is not None}
    async with database.write() as connection:
        await connection.execute(update(coordinators).where(coordinators.c.id == coordinator).values(**values))


@whole
async def language_of(database: Database, coordinator: int, now: int) -> str | None:
    """The language of a coordinator who has rights now; None for everybody else."""
    statement = select(coordinators.c.language).where(
        coordinators.c.id == coordinator, coordinators.c.suspended_until <= now
    )
    async with database.read() as connection:
        return (await connection.execute(statement)).scalar()


@whole
async def moved(database: Database, keys: Keys, coordinator: int, channel: str, address: str) -> None:
    """A coordinator's chat has a new address."""
    values = {"address": keys.seal(address, TABLE, "address", coordinator), "lookup": keys.lookup(channel, address)}
    async with database.write() as connection:
        await connection.execute(update(coordinators).where(coordinators.c.id == coordinator).values(**values))


@whole
async def invite(database: Database, keys: Keys, kind: str, code: str, valid_until: int) -> None:
    """Let a code be used once, until a time, to become a coordinator or a subscriber."""
    values = {"lookup": keys.lookup("invitation", kind, code), "kind": kind, "valid_until": valid_until}
    async with database.write() as connection:
        await connection.execute(insert_new(invitations).values(**values))


@whole
async def invited(database: Database, keys: Keys, kind: str, code: str, now: int) -> bool:
    """Whether a code is good, for as many as have it."""
    known = invitations.c.lookup.in_(keys.lookups("invitation", kind, code))
    statement = select(invitations.c.kind).where(known, invitations.c.valid_until >= now)
    async with database.read() as connection:
        return (await connection.execute(statement)).first() is not None


@whole
async def redeem(database: Database, keys: Keys, kind: str, code: str, now: int) -> bool:
    """Use a code up; whether it was good."""
    async with database.write() as connection:
        return await _redeem(connection, keys, kind, code, now)


async def _redeem(connection: AsyncConnection, keys: Keys, kind: str, code: str, now: int) -> bool:
    known = invitations.c.lookup.in_(keys.lookups("invitation", kind, code))
    used = await connection.execute(delete(invitations).where(known, invitations.c.valid_until >= now))
    return bool(used.rowcount)


@whole
async def propose(
    database: Database, keys: Keys, kind: str, subject: str, body: str, author: int, valid_until: int
) -> int:
    """Ask for a second coordinator's agreement; an earlier proposal about the same is replaced."""
    row = new_row()
    values = {
        "id": row,
        "kind": kind,
        "subject": subject,
        "body": keys.seal(body, "proposals", "body", row),
        "author": author,
        "valid_until": valid_until,
    }
    same = (proposals.c.kind == kind) & (proposals.c.subject == subject)
    async with database.write() as connection:
        await connection.execute(delete(proposals).where(same))
        await connection.execute(insert(proposals).values(**values))
    return row


@whole
async def proposed(database: Database, keys: Keys, now: int) -> list[Proposal]:
    """What waits for a second coordinator."""
    statement = select(proposals).where(proposals.c.valid_until >= now).order_by(proposals.c.valid_until)
    async with database.read() as connection:
        return [
            Proposal(row.id, row.kind, row.subject, keys.open(row.body, "proposals", "body", row.id), row.author)
            for row in await connection.execute(statement)
        ]


@whole
async def second(database: Database, keys: Keys, proposal: int, coordinator: int, now: int) -> Proposal | None:
    """Agree to a proposal as another than its author, and take it off the list; None where that cannot be."""
    there = (
        (proposals.c.id == proposal)
        & (proposals.c.author != coordinator)
        & (proposals.c.valid_until >= now)
        & may_approve(coordinator, now)
    )
    async with database.write() as connection:
        row = (await connection.execute(delete(proposals).where(there).returning(proposals))).first()
    if row is None:
        return None
    return Proposal(row.id, row.kind, row.subject, keys.open(row.body, "proposals", "body", row.id), row.author)


def active(coordinator: int, now: int) -> Exists:
    """Whether somebody is a coordinator now and is not suspended, as part of a statement."""
    return _there(coordinator, now).exists()


def may_approve(coordinator: int, now: int) -> Exists:
    """Whether this coordinator may approve now, as part of a statement."""
    return _there(coordinator, now).where(WHO.c.may_approve_at <= now).exists()


def _there(coordinator: int, now: int) -> Select[tuple[int]]:
    return select(WHO.c.id).where(WHO.c.id == coordinator, WHO.c.suspended_until <= now)


@whole
async def mode(database: Database, name: str) -> str:
    """A mode's value; empty where it was never set."""
    async with database.read() as connection:
        return str((await connection.execute(select(modes.c.value).where(modes.c.name == name))).scalar() or "")


@whole
async def set_mode(database: Database, name: str, value: str) -> None:
    """Set a mode."""
    async with database.write() as connection:
        await connection.execute(delete(modes).where(modes.c.name == name))
        await connection.execute(insert(modes).values(name=name, value=value))


@whole
async def purge(database: Database, now: int) -> None:
    """Delete invitations and proposals that are over."""
    async with database.write() as connection:
        await connection.execute(delete(invitations).where(invitations.c.valid_until < now))
        await connection.execute(delete(proposals).where(proposals.c.valid_until < now))
    await database.tidy_log()
