"""Who is a coordinator, known without asking the database: a keyed hash of channel and chat → their number."""

import time
from collections.abc import Callable

from storage import coordinators
from storage.crypto import Keys
from storage.database import Database


class Roles:
    """The coordinators of the moment. What they do is checked again by the database itself."""

    def __init__(self, database: Database, keys: Callable[[], Keys], clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._known: dict[bytes, tuple[int, int]] = {}
        self._hashed: Keys | None = None

    def of(self, channel: str, chat: str) -> int:
        """The number of the coordinator in this chat; 0 for everybody else, and while one is suspended."""
        if not self._known or self._hashed is None:
            return 0
        number, suspended_until = self._known.get(self._hashed.lookup(channel, chat), (0, 0))
        return number if suspended_until <= self._clock() else 0

    async def refresh(self) -> None:
        """Read them anew: after each change, and now and then, since the server's commands change them too."""
        keys = self._keys()
        people = await coordinators.everyone(self._database, keys)
        known = {keys.lookup(one.channel, one.address): (one.id, one.suspended_until) for one in people}
        self._known, self._hashed = known, keys
