"""Whom a seizure names: marked people who asked for updates, and what a thief with the key reads of them."""

import time
from datetime import UTC, datetime
from pathlib import Path

from bot.bodies import to_body
from bot.drill.marks import Marks
from bot.keeping import BACKUP_NAMES
from handlers.update import Update
from storage import broadcasts, coordinators, crypto, relays, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.subscriptions import Wishes
from storage.tables import metadata

DAY = 24 * 3600
FIRST_UNMARKED = 7_000_000_000


def _opened(folder: Path) -> tuple[Database, Keys]:
    return Database(folder / "beside.sqlite3"), Keys(crypto.load_or_create(folder / "key"))


async def subscribe(folder: Path, marks: Marks, many: int) -> None:
    """Two marked coordinators, so many subscribers (the marked people first), an update to send, an open question."""
    database, keys = _opened(folder)
    await database.migrate()
    now, chats = int(time.time()), [str(number) for number in marks.numbers]
    one, other = [await coordinators.add(database, keys, "telegram", chat, "en", now) or 0 for chat in chats[:2]]
    wishes = Wishes("en", ("safety",), quiet_from=0, quiet_to=0)
    for chat in [*chats, *(str(FIRST_UNMARKED + number) for number in range(many - len(chats)))]:
        await subscriptions.put(database, keys, "telegram", chat, wishes, place="private")
    body = to_body(Update({"en": f"{marks.words[0]}: the bridge is closed."}))
    row = await broadcasts.begin_draft(database, keys, one, body, now)
    await broadcasts.write(database, keys, row, one, body, now, valid_until=now + DAY)
    await broadcasts.submit(database, row, one, 2, now)
    await broadcasts.approve(database, keys, row, other, 2, marks.words[0].upper()[:8], now)
    await relays.open_new(database, keys, "telegram", chats[2], "en", f"I ask for {marks.words[1]}", now)
    await database.close()


async def named(folder: Path) -> list[str]:
    """What each of three seizures names, found out by opening the database with its key."""
    database, keys = _opened(folder)
    people = await coordinators.everyone(database, keys)
    reached = sum((await subscriptions.reached(database, subscriptions.Audience())).values())
    sent = await broadcasts.in_states(database, keys, "sending", "sent")
    day = datetime.now(UTC).strftime("%H:%M")
    await database.close()
    return [
        "",
        f"The database, opened with its key at {day}: {len(metadata.tables)} tables.",
        f"A backup, with its key, names: {BACKUP_NAMES}.",
        f"A disk with its key names: {reached} chats that asked for updates and {len(people)} coordinators; it tells "
        f"what {len(sent)} updates said, who is to get them until they close, and open questions to coordinators. "
        "Never what anyone asked the bot.",
        "A disk without its key names: nobody.",
        "A running machine names: those, and the chats that wrote in the last 12 hours, with language and country.",
    ]
