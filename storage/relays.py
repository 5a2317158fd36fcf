"""Questions relayed to coordinators: sealed, under a number instead of a person, gone when closed or after 47 hours."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from storage.crypto import Keys, new_row
from storage.database import Database, insert_new, whole
from storage.tables import RELAY_HOURS, coordinators, relay_copies, relays

TABLE = "relays"
MOST_OPEN = 3
"""Open questions of one chat."""
HIGHEST = 999
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Relay:
    """A question that is open. `address` is a chat, or the one-time word under which the web page finds the answer."""

    id: int
    number: int
    channel: str
    address: str
    language: str
    body: str
    opened_at: int


@whole
async def open_new(
    database: Database, keys: Keys, channel: str, address: str, language: str, body: str, now: int
) -> Relay | None:
    """Open a question under the lowest free number; None when the chat has too many open."""
    mine = relays.c.lookup.in_(keys.lookups("relay", channel, address))
    async with database.write() as connection:
        open_now = (await connection.execute(select(func.count()).select_from(relays).where(mine))).scalar_one()
        if open_now >= MOST_OPEN:
            return None
        taken = set((await connection.execute(select(relays.c.number))).scalars())
        number = next(number for number in range(1, HIGHEST + len(taken) + 1) if number not in taken)
        row = new_row()
        values = {
            "id": row,
            "number": number,
            "channel": channel,
            "address": keys.seal(address, TABLE, "address", row),
            "lookup": keys.lookup("relay", channel, address),
            "language": language,
            "body": keys.seal(body, TABLE, "body", row),
            "opened_at": now,
        }
        await connection.execute(insert(relays).values(**values))
    return Relay(row, number, channel, address, language, body, now)


@whole
async def rewrite(
    database: Database, keys: Keys, relay: int, body: str, *, coordinator: int | None = None, now: int = 0
) -> bool:
    """Replace what was said so far; whether it is still open, and the coordinator, where one is named, may."""
    there = relays.c.id == relay
    if coordinator is not None:
        active = (coordinators.c.id == coordinator) & (coordinators.c.suspended_until <= now)
        there &= select(coordinators.c.id).where(active).exists()
    statement = update(relays).where(there).values(body=keys.seal(body, TABLE, "body", relay))
    async with database.write() as connection:
        return bool((await connection.execute(statement)).rowcount)


@whole
async def find(database: Database, keys: Keys, relay: int) -> Relay | None:
    """One question."""
    found = await _found(database, keys, relays.c.id == relay)
    return found[0] if found else None


@whole
async def of_chat(database: Database, keys: Keys, channel: str, address: str) -> list[Relay]:
    """The open questions of a chat, or under a one-time word."""
    return await _found(database, keys, relays.c.lookup.in_(keys.lookups("relay", channel, address)))


@whole
async def by_copy(database: Database, keys: Keys, chat: str, message: str) -> Relay | None:
    """The question that a copy in the coordinators' chat belongs to."""
    lookups = keys.lookups("copy", chat, message)
    of_it = select(relay_copies.c.relay).where(relay_copies.c.lookup.in_(lookups))
    found = await _found(database, keys, relays.c.id.in_(of_it))
    return found[0] if found else None


@whole
async def add_copy(database: Database, keys: Keys, relay: int, channel: str, chat: str, message: str) -> None:
    """A copy was shown to coordinators: to be found by their reply, and deleted in the end."""
    values = {
        "relay": relay,
        "lookup": keys.lookup("copy", chat, message),
        "copy": keys.seal("\n".join((channel, chat, message)), "relay_copies", "copy", relay),
    }
    async with database.write() as connection:
        await connection.execute(insert_new(relay_copies).values(**values))


@whole
async def copies(database: Database, keys: Keys, relay: int) -> list[tuple[str, str, str]]:
    """The copies of a question as (channel, chat, message)."""
    statement = select(relay_copies.c.copy).where(relay_copies.c.relay == relay)
    async with database.read() as connection:
        return [_copy(keys, sealed, relay) for sealed in (await connection.execute(statement)).scalars()]


def _copy(keys: Keys, sealed: bytes, relay: int) -> tuple[str, str, str]:
    channel, chat, message = keys.open(sealed, "relay_copies", "copy", relay).split("\n")
    return channel, chat, message


@whole
async def forget_copies(database: Database, keys: Keys, relay: int, gone: Iterable[tuple[str, str, str]]) -> None:
    """Forget some copies of a question, which newer ones have replaced."""
    hashes = [lookup for _, chat, message in gone for lookup in keys.lookups("copy", chat, message)]
    mine = (relay_copies.c.relay == relay) & relay_copies.c.lookup.in_(hashes)
    async with database.write() as connection:
        await connection.execute(delete(relay_copies).where(mine))


@whole
async def close(database: Database, keys: Keys, relay: int) -> list[tuple[str, str, str]]:
    """Close a question; its copies as (channel, chat, message), to be deleted where they were shown."""
    async with database.write() as connection:
        mine = relay_copies.c.relay == relay
        rows = (await connection.execute(delete(relay_copies).where(mine).returning(relay_copies.c.copy))).scalars()
        shown = [_copy(keys, sealed, relay) for sealed in rows]
        await connection.execute(delete(relays).where(relays.c.id == relay))
    await database.tidy_log()
    return shown


@whole
async def overdue(database: Database, now: int) -> list[int]:
    """The questions that have been open for too long."""
    statement = select(relays.c.id).where(relays.c.opened_at <= now - RELAY_HOURS * HOUR)
    async with database.read() as connection:
        return list((await connection.execute(statement)).scalars())


async def _found(database: Database, keys: Keys, there: ColumnElement[bool]) -> list[Relay]:
    statement = select(relays).where(there).order_by(relays.c.opened_at)
    async with database.read() as connection:
        return [
            Relay(
                row.id,
                row.number,
                row.channel,
                keys.open(row.address, TABLE, "address", row.id),
                row.language,
                keys.open(row.body, TABLE, "body", row.id),
                row.opened_at,
            )
            for row in await connection.execute(statement)
        ]
