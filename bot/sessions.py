"""Conversations remembered in memory for hours, and nowhere else."""

import time
from collections import OrderedDict
from collections.abc import Callable

from handlers.types import Session

HOURS = 12
MOST = 100_000
"""Sessions kept at once; beyond it the one longest silent is forgotten."""

EMPTY = Session()


class Sessions:
    """What is remembered of each chat until it has been silent for HOURS. A restart forgets all of it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Session]] = OrderedDict()

    async def load(self, chat: str) -> Session:
        """The session of a chat; an empty one where nothing is remembered."""
        last, session = self._kept.get(chat, (0.0, EMPTY))
        return session if self._clock() - last < HOURS * 3600 else EMPTY

    async def keep(self, chat: str, session: Session) -> None:
        """Remember a chat's session from now on; an empty session is forgotten."""
        self._kept.pop(chat, None)
        if session != EMPTY:
            self._kept[chat] = (self._clock(), session)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def forget_idle(self) -> None:
        """Forget the chats that have been silent for too long; the longest silent stand first."""
        oldest_allowed = self._clock() - HOURS * 3600
        while self._kept and next(iter(self._kept.values()))[0] < oldest_allowed:
            self._kept.popitem(last=False)
