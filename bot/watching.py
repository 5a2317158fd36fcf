"""Noticing what others did: `beside` on the server, and time that makes an alert's author free to send alone."""

import time
from collections.abc import Callable

from bot.roles import Roles
from bot.telling import Telling
from storage import audit, broadcasts
from storage.broadcasts import UNANSWERED
from storage.crypto import Keys
from storage.database import Database


class Watching:
    """Looks every few seconds."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        roles: Roles,
        telling: Telling,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._keys = keys
        self._roles = roles
        self._telling = telling
        self._clock = clock
        self._told: set[tuple[int, int]] = set()

    async def look(self) -> None:
        """Read who the coordinators are, and tell them what they do not know yet."""
        await self._roles.refresh()
        if done := await audit.untold(self._database):
            self._telling.begin(self._telling.server(done))
        await self._unanswered()

    async def _unanswered(self) -> None:
        """Once for each alert that has waited for too long."""
        waiting = await broadcasts.in_states(self._database, self._keys(), "waiting")
        late = [one for one in waiting if one.urgency == "alert" and one.waiting_since <= self._clock() - UNANSWERED]
        for one in late:
            if (one.id, one.revision) not in self._told:
                self._telling.begin(self._telling.unanswered(one.id, one.revision, one.author))
        self._told = {(one.id, one.revision) for one in late}
