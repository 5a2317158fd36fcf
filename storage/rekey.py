"""Replacing the secret: every sealed value and keyed hash is made anew under the newest one, while others go on.

Each row is replaced only where it is still as it was read, so nothing that somebody else writes meanwhile is lost.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, Update, bindparam, delete, func, or_, select, update

from storage.crypto import ID, Keys
from storage.database import Database, whole
from storage.tables import (
    broadcasts,
    coordinators,
    deliveries,
    invitations,
    overlay,
    proposals,
    relay_copies,
    relays,
    subscriptions,
)

BATCH = 200
"""Rows of one transaction."""
BREATH = 0.05
"""Seconds between two transactions at least: whoever waits for the database gets it then."""
THERE = "there_"
"""Begins the names of what a row held."""

Opened = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A table with sealed columns. `row` is the number they are bound to; `hashes` makes the keyed hashes anew."""

    table: Table
    sealed: tuple[str, ...]
    hashes: Mapping[str, Callable[[Keys, Row[Any], Opened], bytes | None]]
    row: Callable[[Row[Any]], int] = lambda row: int(row.id)


def _of_chat(keys: Keys, row: Row[Any], opened: Opened) -> bytes:
    return keys.lookup(row.channel, opened["address"])


def _of_relay(keys: Keys, row: Row[Any], opened: Opened) -> bytes:
    return keys.lookup("relay", row.channel, opened["address"])


def _of_copy(keys: Keys, row: Row[Any], opened: Opened) -> bytes:
    _, chat, message = opened["copy"].split("\n")
    return keys.lookup("copy", chat, message)


def _of_code(keys: Keys, row: Row[Any], opened: Opened) -> bytes | None:
    return keys.lookup("code", opened["code"]) if "code" in opened else None


PLACES = (
    Place(coordinators, ("address",), {"lookup": _of_chat}),
    Place(proposals, ("body",), {}),
    Place(overlay, ("body",), {}),
    Place(subscriptions, ("address",), {"lookup": _of_chat}),
    Place(broadcasts, ("body", "code"), {"code_lookup": _of_code}),
    Place(deliveries, ("message",), {}, lambda row: int(row.recipient ^ row.broadcast)),
    Place(relays, ("address", "body"), {"lookup": _of_relay}),
    Place(relay_copies, ("copy",), {"lookup": _of_copy}, lambda row: int(row.relay)),
)
ENDED = invitations
"""What is known by its keyed hash alone cannot be made anew: these codes end."""


async def renew(database: Database, keys: Keys) -> int:
    """Make everything anew under the newest secret; how many rows. Asked again it finds what was left."""
    renewed = 0
    for place in PLACES:
        while some := await _renew_some(database, keys, place):
            renewed += some
            await asyncio.sleep(BREATH)
    await database.truncate_log()
    return renewed


@whole
async def end_codes(database: Database) -> int:
    """Delete the invitations that are open, since their keyed hashes cannot be made anew; how many."""
    async with database.write() as connection:
        return (await connection.execute(delete(ENDED))).rowcount


@whole
async def _renew_some(database: Database, keys: Keys, place: Place) -> int:
    """Renew a batch; how many rows were found that are sealed under an older secret.

    What is written is made ready first, so that the database is held for some milliseconds only.
    """
    table = place.table
    old = or_(*(_is_old(keys, table.c[name]) for name in place.sealed))
    async with database.read() as connection:
        rows = (await connection.execute(select(table).where(old).limit(BATCH))).all()
    if rows:
        renewed = [_renewed(keys, place, row) for row in rows]
        async with database.write() as connection:
            await connection.execute(_replacement(place), renewed)
    return len(rows)


def _is_old(keys: Keys, column: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether another secret than the newest sealed it; its name stands in the second to fifth byte."""
    return column.is_not(None) & (func.substr(column, 2, ID) != keys.newest)


def _replacement(place: Place) -> Update:
    """The statement that replaces a row where it is still as it was read."""
    table = place.table
    there = [column == bindparam(f"{THERE}{column.name}") for column in table.primary_key]
    there += [table.c[name].is_not_distinct_from(bindparam(f"{THERE}{name}")) for name in place.sealed]
    return update(table).where(*there).values({name: bindparam(name) for name in (*place.sealed, *place.hashes)})


def _renewed(keys: Keys, place: Place, row: Row[Any]) -> dict[str, Any]:
    """A row's place and what it held, and what it holds from now on."""
    table, held, number = place.table, row._mapping, place.row(row)
    opened = {name: keys.open(held[name], table.name, name, number) for name in place.sealed if held[name] is not None}
    sealed = {name: keys.seal(plain, table.name, name, number) for name, plain in opened.items()}
    before = {f"{THERE}{name}": held[name] for name in (*table.primary_key.columns.keys(), *place.sealed)}
    hashes = {name: make(keys, row, opened) for name, make in place.hashes.items()}
    return {**before, **{name: sealed.get(name) for name in place.sealed}, **hashes}
