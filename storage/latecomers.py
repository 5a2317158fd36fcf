"""Deliveries to those who subscribe after a broadcast has begun: what they were shown can be corrected, too."""

from sqlalchemy import select

from storage.crypto import Keys
from storage.database import Database, insert_new, insert_or_add, whole
from storage.ledger import TABLE
from storage.tables import broadcasts, deliveries, outcomes

CORRECTABLE = ("sending", "paused", "sent")


@whole
async def join(
    database: Database, keys: Keys, broadcast: int, recipient: int, language: str, version: int, message: str, now: int
) -> bool:
    """Note a delivery that was made to somebody who came later; whether it may stay.

    It may not where the broadcast is being taken back. One that was corrected meanwhile waits for the correction.
    """
    async with database.write() as connection:
        about = select(broadcasts.c.state, broadcasts.c.version).where(broadcasts.c.id == broadcast)
        row = (await connection.execute(about)).first()
        if row is None or row.state not in CORRECTABLE:
            return False
        values = {
            "broadcast": broadcast,
            "recipient": recipient,
            "language": language,
            "state": "done" if row.version == version else "waiting",
            "version": version,
            "message": keys.seal(message, TABLE, "message", recipient ^ broadcast),
            "tries": 0,
            "due_at": now,
        }
        if (await connection.execute(insert_new(deliveries).values(**values))).rowcount:
            one_more = {"broadcast": broadcast, "language": language, "outcome": "sent", "number": 1}
            await connection.execute(insert_or_add(outcomes, "number"), [one_more])
    return True


@whole
async def has(database: Database, broadcast: int, recipient: int) -> bool:
    """Whether a broadcast has a delivery for somebody, made or to be made."""
    mine = (deliveries.c.broadcast == broadcast) & (deliveries.c.recipient == recipient)
    async with database.read() as connection:
        return (await connection.execute(select(deliveries.c.recipient).where(mine))).first() is not None
