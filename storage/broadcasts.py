"""Broadcasts from the first draft to the last correction: a closed table of transitions, held by each UPDATE itself.

A late or doubled step changes nothing: every transition names the states it may come from in its own condition, so
nothing that was stopped can be revived, nothing is approved that was not seen, and pressing twice sends once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.coordinators import active, may_approve
from storage.crypto import Keys, new_row
from storage.database import Database, whole
from storage.tables import AFTER_EXPIRY_DAYS, broadcasts, coordinators, deliveries, modes, outcomes

TABLE = "broadcasts"
State = Literal[
    "draft", "waiting", "approved", "sending", "paused", "sent", "stopped", "recalling", "recalled", "applied"
]
Urgency = Literal["silent", "normal", "alert"]

MAY_COME_FROM: Mapping[State, tuple[State, ...]] = {
    "draft": ("waiting", "approved"),
    "waiting": ("draft",),
    "approved": ("waiting",),
    "sending": ("approved", "paused"),
    "paused": ("sending",),
    "sent": ("sending",),
    "stopped": ("approved", "sending", "paused"),
    "recalling": ("sending", "paused", "sent", "stopped"),
    "recalled": ("recalling",),
    "applied": ("approved",),
}
"""The closed table of transitions. A correction, besides, sets what was sent, paused or sending to sending again."""

Right = tuple[int, int]
"""A coordinator and the time at which they ask."""

CORRECTABLE: tuple[State, ...] = ("sending", "paused", "sent")
HOUR = 3600
DAY = 24 * HOUR
SHORTEST_WINDOW = 47 * HOUR
LONGEST_WINDOW = 14 * DAY
UNANSWERED = 15 * 60
"""Seconds after which an alert that nobody answered may go out alone."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """An update at any point of its life. `body` is the caller's own text; times are seconds since 1970, 0 for never.

    `revision` rises with each change, so that what is approved is what was seen; `version` with each correction that
    went out. `corrects` names the broadcast that this one is a correction of.
    """

    id: int
    state: State
    rehearsal: bool
    corrects: int | None
    author: int
    revision: int
    version: int
    urgency: Urgency
    body: str
    code: str
    waiting_since: int
    send_at: int
    valid_until: int
    window_until: int
    acknowledged: int


def window(send_at: int, valid_until: int) -> int:
    """Until when a broadcast can be corrected: while it is valid, at least 47 hours and at most 14 days."""
    return min(max(valid_until, send_at + SHORTEST_WINDOW), send_at + LONGEST_WINDOW)


# writing


@whole
async def begin_draft(
    database: Database,
    keys: Keys,
    author: int,
    body: str,
    now: int,
    *,
    rehearsal: bool = False,
    corrects: int | None = None,
) -> int:
    """Begin an update, or a correction of one; its number. A rehearsal stays one for ever."""
    row = new_row()
    values = {
        "id": row,
        "state": "draft",
        "rehearsal": rehearsal,
        "corrects": corrects,
        "author": author,
        "revision": 1,
        "version": 1,
        "urgency": "normal",
        "body": keys.seal(body, TABLE, "body", row),
        "waiting_since": 0,
        "send_at": 0,
        "valid_until": 0,
        "window_until": 0,
        "acknowledged": 0,
        "changed_at": now,
    }
    async with database.write() as connection:
        await connection.execute(insert(broadcasts).values(**values))
    return row


@whole
async def write(
    database: Database,
    keys: Keys,
    broadcast: int,
    author: int,
    body: str,
    now: int,
    *,
    urgency: Urgency = "normal",
    send_at: int = 0,
    valid_until: int = 0,
) -> bool:
    """Change a draft, or what waits for approval: it is a draft again, and must be asked for again."""
    mine = (
        (broadcasts.c.id == broadcast)
        & (broadcasts.c.author == author)
        & broadcasts.c.state.in_(("draft", "waiting"))
        & active(author, now)
    )
    values = {
        "state": "draft",
        "revision": broadcasts.c.revision + 1,
        "body": keys.seal(body, TABLE, "body", broadcast),
        "urgency": urgency,
        "send_at": send_at,
        "valid_until": valid_until,
        "changed_at": now,
    }
    async with database.write() as connection:
        return bool((await connection.execute(update(broadcasts).where(mine).values(**values))).rowcount)


@whole
async def discard(database: Database, broadcast: int, author: int | None = None) -> bool:
    """Throw away what was not approved; only its author's own where one is named."""
    there = (broadcasts.c.id == broadcast) & broadcasts.c.state.in_(("draft", "waiting"))
    if author is not None:
        there &= broadcasts.c.author == author
    async with database.write() as connection:
        gone = bool((await connection.execute(delete(broadcasts).where(there))).rowcount)
    await database.tidy_log()
    return gone


@whole
async def submit(database: Database, broadcast: int, author: int, revision: int, now: int) -> bool:
    """Ask for approval of a draft as it stands."""
    seen = (broadcasts.c.author == author) & (broadcasts.c.revision == revision) & active(author, now)
    return await _moved(database, broadcast, "waiting", seen, waiting_since=now, changed_at=now)


# deciding


@whole
async def approve(
    database: Database, keys: Keys, broadcast: int, coordinator: int, revision: int, code: str, now: int
) -> bool:
    """Approve, as another coordinator than its author, exactly the revision that was seen."""
    seen = (broadcasts.c.author != coordinator) & (broadcasts.c.revision == revision) & may_approve(coordinator, now)
    return await _approved(database, keys, broadcast, code, now, 0, seen)


@whole
async def approve_alone(
    database: Database, keys: Keys, broadcast: int, author: int, revision: int, code: str, now: int, undo: int
) -> bool:
    """Approve one's own: in solo mode, in a rehearsal, or an alert that nobody answered. Sent after `undo` seconds."""
    only_one = select(func.count()).select_from(coordinators).scalar_subquery() == 1
    solo = select(modes.c.name).where(modes.c.name == "solo", modes.c.value == "on").exists()
    unanswered = (broadcasts.c.urgency == "alert") & (broadcasts.c.waiting_since <= now - UNANSWERED)
    mine = (
        (broadcasts.c.author == author)
        & (broadcasts.c.revision == revision)
        & active(author, now)
        & (only_one | solo | unanswered | broadcasts.c.rehearsal.is_(True))
    )
    return await _approved(database, keys, broadcast, code, now, undo, mine)


async def _approved(
    database: Database, keys: Keys, broadcast: int, code: str, now: int, undo: int, seen: ColumnElement[bool]
) -> bool:
    """Approved, with its code; not before `send_at`, and not before it can no longer be undone."""
    return await _moved(
        database,
        broadcast,
        "approved",
        seen & (broadcasts.c.valid_until > now),
        code=keys.seal(code, TABLE, "code", broadcast),
        code_lookup=keys.lookup("code", code),
        send_at=func.max(broadcasts.c.send_at, now + undo),
        changed_at=now,
    )


@whole
async def take_up(database: Database, broadcast: int, now: int, by: int | None = None) -> bool:
    """Back to a draft: what waits, or what was approved and has not begun (undo, "not like this").

    Where a coordinator is named (`by`), only while that one may.
    """
    values = {"code": None, "code_lookup": None, "changed_at": now, "revision": broadcasts.c.revision + 1}
    return await _moved(database, broadcast, "draft", _allowed((by, now) if by else None), **values)


@whole
async def pause(database: Database, broadcast: int, by: Right | None = None) -> bool:
    """Hold a broadcast that is being sent; only while a coordinator may, where one is named."""
    return await _moved(database, broadcast, "paused", _allowed(by))


@whole
async def resume(database: Database, broadcast: int, by: Right | None = None) -> bool:
    """Go on with a broadcast that was paused; only while a coordinator may, where one is named."""
    return await _moved(database, broadcast, "sending", (broadcasts.c.state == "paused") & _allowed(by))


@whole
async def stop(database: Database, broadcast: int, by: Right | None = None) -> bool:
    """Send no more of it, for good. What was sent stays, until it is taken back."""
    return await _moved(database, broadcast, "stopped", _allowed(by))


@whole
async def recall(database: Database, broadcast: int, now: int, by: int | None = None) -> bool:
    """Begin to take back what was delivered; where a coordinator is named (`by`), only while that one may."""
    possible = (broadcasts.c.window_until > now) & _allowed((by, now) if by else None)
    async with database.write() as connection:
        if not await _move(connection, broadcast, "recalling", possible):
            return False
        there = deliveries.c.broadcast == broadcast
        never = there & deliveries.c.message.is_(None) & (deliveries.c.state != "flying")
        await connection.execute(delete(deliveries).where(never))
        delivered = there & deliveries.c.message.is_not(None) & (deliveries.c.state != "flying")
        again = update(deliveries).where(delivered).values(state="waiting", due_at=now, tries=0)
        await connection.execute(again)
    return True


@whole
async def finish(database: Database, broadcast: int) -> bool:
    """Nothing is left to do: sent, or taken back."""
    left = (
        select(deliveries.c.recipient)
        .where(deliveries.c.broadcast == broadcast, deliveries.c.state.in_(("waiting", "flying")))
        .exists()
    )
    sent = await _moved(database, broadcast, "sent", ~left)
    return sent or await _moved(database, broadcast, "recalled", ~left)


@whole
async def apply(database: Database, keys: Keys, correction: int, body: str, now: int) -> int | None:
    """Put an approved correction in place of what it corrects: a new version, to be delivered to everyone who has one.

    `body` is what the corrected broadcast says from now on. The number of the corrected broadcast; None where it can no
    longer be corrected.
    """
    async with database.write() as connection:
        row = (await connection.execute(select(broadcasts).where(broadcasts.c.id == correction))).first()
        if row is None or not await _move(connection, correction, "applied", broadcasts.c.corrects.is_not(None)):
            return None
        open_still = (
            (broadcasts.c.id == row.corrects)
            & broadcasts.c.state.in_(CORRECTABLE)
            & (broadcasts.c.window_until > now)
            & (broadcasts.c.rehearsal == row.rehearsal)
        )
        values = {
            "state": "sending",
            "version": broadcasts.c.version + 1,
            "body": keys.seal(body, TABLE, "body", row.corrects),
            "changed_at": now,
        }
        if not (await connection.execute(update(broadcasts).where(open_still).values(**values))).rowcount:
            return None
        done = (deliveries.c.broadcast == row.corrects) & (deliveries.c.state == "done")
        await connection.execute(update(deliveries).where(done).values(state="waiting", due_at=now, tries=0))
    return int(row.corrects)


def _allowed(by: Right | None) -> ColumnElement[bool]:
    """Whether a coordinator may, now; always where none is named."""
    return active(*by) if by else true()


async def _moved(
    database: Database, broadcast: int, to: State, condition: ColumnElement[bool] | None = None, **values: Any
) -> bool:
    async with database.write() as connection:
        return await _move(connection, broadcast, to, condition, **values)


async def _move(
    connection: AsyncConnection,
    broadcast: int,
    to: State,
    condition: ColumnElement[bool] | None = None,
    **values: Any,
) -> bool:
    """One transition of the table; whether it happened."""
    there = (broadcasts.c.id == broadcast) & broadcasts.c.state.in_(MAY_COME_FROM[to])
    if condition is not None:
        there &= condition
    return bool((await connection.execute(update(broadcasts).where(there).values(state=to, **values))).rowcount)


# reading


@whole
async def find(database: Database, keys: Keys, broadcast: int) -> Broadcast | None:
    """One broadcast."""
    found = await _found(database, keys, broadcasts.c.id == broadcast)
    return found[0] if found else None


@whole
async def by_code(database: Database, keys: Keys, code: str) -> Broadcast | None:
    """The broadcast that went out under a code; a rehearsal's code is nobody's."""
    there = broadcasts.c.code_lookup.in_(keys.lookups("code", code)) & broadcasts.c.rehearsal.is_(False)
    found = await _found(database, keys, there)
    return found[0] if found else None


@whole
async def in_states(database: Database, keys: Keys, *states: State, author: int | None = None) -> list[Broadcast]:
    """The broadcasts in some states, the newest first; only one author's where one is named."""
    there = broadcasts.c.state.in_(states)
    return await _found(database, keys, there if author is None else there & (broadcasts.c.author == author))


async def _found(database: Database, keys: Keys, there: ColumnElement[bool]) -> list[Broadcast]:
    statement = select(broadcasts).where(there).order_by(broadcasts.c.changed_at.desc(), broadcasts.c.id)
    async with database.read() as connection:
        return [_broadcast(keys, row) for row in await connection.execute(statement)]


def _broadcast(keys: Keys, row: Row[Any]) -> Broadcast:
    return Broadcast(
        row.id,
        row.state,
        row.rehearsal,
        row.corrects,
        row.author,
        row.revision,
        row.version,
        row.urgency,
        keys.open(row.body, TABLE, "body", row.id),
        keys.open(row.code, TABLE, "code", row.id) if row.code else "",
        row.waiting_since,
        row.send_at,
        row.valid_until,
        row.window_until,
        row.acknowledged,
    )


@whole
async def acknowledge(database: Database, broadcast: int, now: int) -> bool:
    """One more reader has said "seen"; never who. Whether it still counts."""
    valid = (broadcasts.c.id == broadcast) & (broadcasts.c.valid_until > now)
    statement = update(broadcasts).where(valid).values(acknowledged=broadcasts.c.acknowledged + 1)
    async with database.write() as connection:
        return bool((await connection.execute(statement)).rowcount)


@whole
async def report(database: Database, broadcast: int) -> dict[tuple[str, str], int]:
    """What became of a broadcast: (language, outcome) → how many."""
    statement = select(outcomes).where(outcomes.c.broadcast == broadcast)
    async with database.read() as connection:
        return {(row.language, row.outcome): row.number for row in await connection.execute(statement)}


@whole
async def purge(database: Database, now: int) -> None:
    """Delete the deliveries whose window has closed, and texts and totals that are over their time."""
    old = now - AFTER_EXPIRY_DAYS * DAY
    unsent: Sequence[State] = ("draft", "waiting", "applied")
    gone = ((broadcasts.c.valid_until < old) & broadcasts.c.state.not_in(unsent)) | (
        (broadcasts.c.changed_at < old) & broadcasts.c.state.in_(unsent)
    )
    closed = select(broadcasts.c.id).where(broadcasts.c.window_until < now, broadcasts.c.window_until > 0)
    over = select(broadcasts.c.id).where(gone)
    async with database.write() as connection:
        await connection.execute(delete(deliveries).where(deliveries.c.broadcast.in_(closed)))
        await connection.execute(delete(outcomes).where(outcomes.c.broadcast.in_(over)))
        await connection.execute(delete(deliveries).where(deliveries.c.broadcast.in_(over)))
        await connection.execute(delete(broadcasts).where(gone))
    await database.tidy_log()
