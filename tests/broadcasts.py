"""Subscribers and approved broadcasts, put into a deployment's database without anybody tapping."""

import time
from pathlib import Path
from typing import Any

from bot.bodies import to_body
from bot.keeping import secret_of
from handlers.update import Update
from storage import broadcasts, coordinators, subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.subscriptions import Wishes
from tests.journeys.running import settings_for

HOUR = 3600


class Deployment:
    """The database of a folder, beside whoever serves it."""

    def __init__(self, folder: Path, **more: Any) -> None:
        settings = settings_for(folder, **more)
        self.database = Database(settings.database_file)
        self.keys = Keys(secret_of(settings))

    async def team(self, *chats: int) -> list[int]:
        """Coordinators with these chats."""
        await self.database.migrate()
        now = int(time.time())
        added = [await coordinators.add(self.database, self.keys, "telegram", str(chat), "en", now) for chat in chats]
        return [one for one in added if one is not None]

    async def team_ids(self) -> list[int]:
        """The coordinators."""
        return [one.id for one in await coordinators.everyone(self.database, self.keys)]

    async def subscribe(self, *chats: int, place: str = "private") -> None:
        """Subscriptions without quiet hours."""
        wishes = Wishes("en", ("safety",), quiet_from=0, quiet_to=0)
        for chat in chats:
            await subscriptions.put(self.database, self.keys, "telegram", str(chat), wishes, place=place)

    async def approved(
        self, author: int, other: int, update: Update, code: str = "ABCD2345", corrects: int | None = None
    ) -> int:
        """A broadcast that may go out."""
        now, body = int(time.time()), to_body(update)
        row = await broadcasts.begin_draft(self.database, self.keys, author, body, now, corrects=corrects)
        await broadcasts.write(
            self.database, self.keys, row, author, body, now, urgency=update.urgency, valid_until=now + 24 * HOUR
        )
        assert await broadcasts.submit(self.database, row, author, 2, now)
        assert await broadcasts.approve(self.database, self.keys, row, other, 2, code, now)
        return row

    async def state(self, broadcast: int) -> str:
        """What a broadcast is doing."""
        found = await broadcasts.find(self.database, self.keys, broadcast)
        return found.state if found else "gone"

    async def report(self, broadcast: int) -> dict[str, int]:
        """What became of it: outcome → how many."""
        totals: dict[str, int] = {}
        for (_, outcome), number in (await broadcasts.report(self.database, broadcast)).items():
            totals[outcome] = totals.get(outcome, 0) + number
        return totals
