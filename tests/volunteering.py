"""A running deployment with coordinators, for tests of what volunteers do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.update import Update
from tests.broadcasts import Deployment
from tests.journeys.running import beside, telegram_settings
from tests.standins.telegram import Chat, TelegramServer

ALERT = Update({"en": "Bridge closed.\nMeet at the school.", "de": "Brücke gesperrt."}, acknowledge=True)


@dataclass
class Town:
    """The deployment, its address, and the coordinators' private chats."""

    here: Deployment
    address: str
    team: list[Chat]
    ids: list[int]

    async def sent(self, update: Update = ALERT, code: str = "ABCD2345", corrects: int | None = None) -> int:
        """A broadcast that has gone out."""
        row = await self.here.approved(self.ids[0], self.ids[1], update, code, corrects)
        wanted = "applied" if corrects else "sent"
        await until(lambda: self._is(row, wanted))
        return row

    async def _is(self, row: int, state: str) -> bool:
        return await self.here.state(row) == state


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait, bounded, until something in the database is so."""
    async with asyncio.timeout(15):
        while not await true():  # noqa: ASYNC110 - the database is changed by another connection
            await asyncio.sleep(0.05)


@asynccontextmanager
async def town(folder: Path, telegram: TelegramServer, coordinators: int = 2, **settings: Any) -> AsyncIterator[Town]:
    """Beside, running, with coordinators who are known to it."""
    here = Deployment(folder)
    team = [telegram.user(f"Coordinator {number}").private() for number in range(coordinators)]
    ids = await here.team(*(chat.user.id for chat in team))
    try:
        async with beside(folder, paid_broadcasts=True, **telegram_settings(telegram), **settings) as address:
            yield Town(here, address, team, ids)
    finally:
        await here.database.close()
