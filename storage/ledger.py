"""The ledger of deliveries: a row before each message is sent, marked in flight, and what became of it afterwards.

Whoever dies in the middle leaves rows in flight; at the next start these go out again. So nobody is missed, and at
most those in flight get it twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, LargeBinary, bindparam, case, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.broadcasts import window
from storage.crypto import Keys
from storage.database import Database, insert_or_add, whole
from storage.subscriptions import Audience, meant, remove_rows
from storage.tables import broadcasts, coordinators, deliveries, outcomes, subscriptions

TABLE = "deliveries"
HOUR = 3600
DAY = 24 * HOUR
CHUNK = 500
"""Rows that one statement names: SQLite takes some thousand places."""

COLUMNS = ("broadcast", "recipient", "language", "state", "version", "tries", "due_at")

End = Literal["done", "again", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be done for one recipient: `message` is the number of the message it has, empty where it has none."""

    recipient: int
    channel: str
    address: str
    language: str
    version: int
    message: str
    tries: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a delivery.

    `done` with the `version` and `message` it now has (no message: nothing is left to correct or delete); `again` not
    before `due_at`; `failed` for good; `gone` when the chat itself is. `outcome` is what the report counts.
    """

    recipient: int
    language: str
    end: End
    outcome: str = ""
    version: int = 0
    message: str = ""
    due_at: int = 0


@dataclass(frozen=True, slots=True)
class Local:
    """A moment where the subscribers live: its hour, and when each hour of a day begins next, in Unix seconds."""

    hour: int
    begins: tuple[int, ...]

    @classmethod
    def at(cls, now: float, zone: ZoneInfo) -> Self:
        """The moment in a time zone, which need not be whole hours away, and may change its clock tonight."""
        here = datetime.fromtimestamp(now, zone)
        days = here.date(), here.date() + timedelta(days=1)
        hours = [[datetime.combine(day, time(hour), zone).timestamp() for day in days] for hour in range(24)]
        return cls(here.hour, tuple(int(next(one for one in coming if one > now)) for coming in hours))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many deliveries are in each state, and when the next one that waits is due (0 where none waits)."""

    waiting: int = 0
    flying: int = 0
    done: int = 0
    failed: int = 0
    next_at: int = 0


@whole
async def begin(database: Database, broadcast: int, audience: Audience, now: int) -> bool:
    """Fix the audience of an approved broadcast as deliveries and begin sending, all at once or not at all.

    A rehearsal reaches coordinators and nobody else. Before anything is claimed, `keep_quiet` puts off who sleeps.
    """
    due = (
        (broadcasts.c.id == broadcast)
        & (broadcasts.c.state == "approved")
        & (broadcasts.c.send_at <= now)
        & broadcasts.c.corrects.is_(None)
    )
    async with database.write() as connection:
        row = (await connection.execute(select(broadcasts).where(due))).first()
        if row is None:
            return False
        fixed = update(broadcasts).where(due).values(state="sending", window_until=window(now, row.valid_until))
        await connection.execute(fixed)
        if row.rehearsal:
            everyone, meeting = coordinators, coordinators.c.suspended_until <= now
        else:
            everyone, meeting = subscriptions, meant(audience)
        columns = literal(broadcast), everyone.c.id, everyone.c.language, literal("waiting"), *(literal(0),) * 2
        chosen = select(*columns, literal(now)).where(meeting)
        await connection.execute(insert(deliveries).from_select(COLUMNS, chosen))
    return True


@whole
async def keep_quiet(database: Database, broadcast: int, local: Local) -> int:
    """Put off first deliveries to chats whose quiet hours have begun, to the end of these hours. How many.

    An alert passes where the subscription lets it. Corrections and what is taken back change without a sound.
    """
    alert = select(broadcasts.c.urgency == "alert").where(broadcasts.c.id == broadcast).scalar_subquery()
    real = select(broadcasts.c.id).where(broadcasts.c.id == broadcast, broadcasts.c.rehearsal.is_(False)).exists()
    asleep = select(subscriptions.c.id).where(_quiet(local.hour), ~(alert & subscriptions.c.alerts))
    ends = case(dict(enumerate(local.begins)), value=subscriptions.c.quiet_to)
    until = select(ends).where(subscriptions.c.id == deliveries.c.recipient).scalar_subquery()
    first = (deliveries.c.broadcast == broadcast) & (deliveries.c.state == "waiting") & deliveries.c.message.is_(None)
    async with database.write() as connection:
        statement = update(deliveries).where(first, real, deliveries.c.recipient.in_(asleep)).values(due_at=until)
        return (await connection.execute(statement)).rowcount


def _quiet(hour: int) -> ColumnElement[bool]:
    """Whether an hour is within a subscription's quiet hours, which may pass midnight."""
    since, until = subscriptions.c.quiet_from, subscriptions.c.quiet_to
    over_midnight = (since > until) & ((since <= hour) | (hour < until))
    return over_midnight | ((since <= hour) & (hour < until))


@whole
async def claim(database: Database, keys: Keys, broadcast: int, most: int, now: int) -> list[Delivery]:
    """Mark the next deliveries as in flight and hand them out; none when the broadcast is not being sent any more."""
    ready = (
        select(deliveries.c.recipient)
        .where(deliveries.c.broadcast == broadcast, deliveries.c.state == "waiting", deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at)
        .limit(most)
    )
    going_on = (
        select(broadcasts.c.id)
        .where(broadcasts.c.id == broadcast, broadcasts.c.state.in_(("sending", "recalling")))
        .exists()
    )
    statement = (
        update(deliveries)
        .where(deliveries.c.broadcast == broadcast, deliveries.c.recipient.in_(ready), going_on)
        .values(state="flying", tries=deliveries.c.tries + 1)
        .returning(
            deliveries.c.recipient,
            deliveries.c.language,
            deliveries.c.version,
            deliveries.c.message,
            deliveries.c.tries,
        )
    )
    async with database.write() as connection:
        rows = (await connection.execute(statement)).all()
        if not rows:
            return []
        reached = await _addresses(connection, keys, broadcast, [row.recipient for row in rows])
    return [
        Delivery(
            row.recipient,
            *reached[row.recipient],
            row.language,
            row.version,
            keys.open(row.message, TABLE, "message", row.recipient ^ broadcast) if row.message else "",
            row.tries,
        )
        for row in rows
        if row.recipient in reached
    ]


async def _addresses(
    connection: AsyncConnection, keys: Keys, broadcast: int, wanted: Sequence[int]
) -> dict[int, tuple[str, str]]:
    """Channel and address of some recipients: coordinators in a rehearsal, subscriptions otherwise."""
    statement = select(broadcasts.c.rehearsal).where(broadcasts.c.id == broadcast)
    table = coordinators if (await connection.execute(statement)).scalar_one() else subscriptions
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(wanted), CHUNK):
        some = select(table.c.id, table.c.channel, table.c.address).where(table.c.id.in_(wanted[start : start + CHUNK]))
        for row in await connection.execute(some):
            found[row.id] = row.channel, keys.open(row.address, table.name, "address", row.id)
    return found


@whole
async def record(database: Database, keys: Keys, broadcast: int, results: Sequence[Result]) -> None:
    """Write down what became of some deliveries.

    What landed after its broadcast was corrected or taken back waits again, for what is to be done now.
    """
    async with database.write() as connection:
        about = select(broadcasts.c.state, broadcasts.c.version, broadcasts.c.rehearsal)
        row = (await connection.execute(about.where(broadcasts.c.id == broadcast))).one()
        await _land(connection, keys, broadcast, [one for one in results if one.end == "done"], row.state, row.version)
        for end, state in (("again", "waiting"), ("failed", "failed")):
            moved = [{"r": one.recipient, "due": one.due_at} for one in results if one.end == end]
            if moved:
                there = (deliveries.c.broadcast == broadcast) & (deliveries.c.recipient == bindparam("r"))
                statement = update(deliveries).where(there).values(state=state, due_at=bindparam("due"))
                await connection.execute(statement, moved)
        gone = [result.recipient for result in results if result.end == "gone"]
        if gone and not row.rehearsal:
            await remove_rows(connection, gone)
        elif gone:
            await connection.execute(delete(deliveries).where(deliveries.c.recipient.in_(gone)))
        await _count(connection, broadcast, results)


async def _land(
    connection: AsyncConnection, keys: Keys, broadcast: int, landed: Sequence[Result], state: str, version: int
) -> None:
    """Deliveries that were made, all in one statement."""
    if not landed:
        return
    there = (deliveries.c.broadcast == broadcast) & (deliveries.c.recipient == bindparam("r"))
    statement = (
        update(deliveries)
        .where(there)
        .values(state=bindparam("now"), version=bindparam("v"), message=bindparam("m", type_=LargeBinary))
    )
    rows = []
    for one in landed:
        behind = one.version < version or state == "recalling"
        sealed = keys.seal(one.message, TABLE, "message", one.recipient ^ broadcast) if one.message else None
        now = "waiting" if one.message and behind else "done"
        rows.append({"r": one.recipient, "now": now, "v": one.version, "m": sealed})
    await connection.execute(statement, rows)


async def _count(connection: AsyncConnection, broadcast: int, results: Iterable[Result]) -> None:
    totals: dict[tuple[str, str], int] = {}
    for result in results:
        if result.outcome:
            key = result.language, result.outcome
            totals[key] = totals.get(key, 0) + 1
    if totals:
        rows = [
            {"broadcast": broadcast, "language": language, "outcome": outcome, "number": number}
            for (language, outcome), number in totals.items()
        ]
        await connection.execute(insert_or_add(outcomes, "number"), rows)


@whole
async def recover(database: Database) -> int:
    """After a start: what was in flight when the process died waits again. How many."""
    statement = update(deliveries).where(deliveries.c.state == "flying").values(state="waiting")
    async with database.write() as connection:
        return (await connection.execute(statement)).rowcount


@whole
async def expire(database: Database, broadcast: int, now: int) -> int:
    """What still waits after a broadcast's end of validity has failed. How many."""
    over = select(broadcasts.c.id).where(broadcasts.c.id == broadcast, broadcasts.c.valid_until <= now).exists()
    late = (deliveries.c.broadcast == broadcast) & (deliveries.c.state == "waiting") & deliveries.c.message.is_(None)
    async with database.write() as connection:
        statement = update(deliveries).where(late, over).values(state="failed").returning(deliveries.c.language)
        rows = (await connection.execute(statement)).scalars().all()
        await _count(connection, broadcast, [Result(0, language, "failed", "expired") for language in rows])
    return len(rows)


@whole
async def progress(database: Database, broadcast: int) -> Progress:
    """How far a broadcast is."""
    statement = (
        select(deliveries.c.state, func.count(), func.min(deliveries.c.due_at))
        .where(deliveries.c.broadcast == broadcast)
        .group_by(deliveries.c.state)
    )
    async with database.read() as connection:
        rows = {row[0]: (row[1], row[2]) for row in await connection.execute(statement)}
    number = {state: rows.get(state, (0, 0))[0] for state in ("waiting", "flying", "done", "failed")}
    return Progress(**number, next_at=rows.get("waiting", (0, 0))[1])


@whole
async def delivered(database: Database, broadcast: int) -> dict[str, int]:
    """How many have a broadcast, or are still to get it, by language."""
    statement = (
        select(deliveries.c.language, func.count())
        .where(deliveries.c.broadcast == broadcast, deliveries.c.state != "failed")
        .group_by(deliveries.c.language)
    )
    async with database.read() as connection:
        return {row[0]: row[1] for row in await connection.execute(statement)}
