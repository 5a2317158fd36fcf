"""Which messages of a chat could be deleted: their numbers, in memory only, for as long as Telegram allows deleting."""

import time
from collections import OrderedDict
from collections.abc import Callable

HOURS = 47
MOST_CHATS = 20_000
MOST_EACH = 40
BEFORE = 100
"""Numbers tried before the newest one where nothing is remembered, after a restart; other chats' are passed over."""


class Traces:
    """The newest message numbers of each chat, ours and theirs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._chats: OrderedDict[int, tuple[float, tuple[int, ...]]] = OrderedDict()

    def add(self, chat: int, *messages: int) -> None:
        """Remember these numbers."""
        _, known = self._chats.pop(chat, (0.0, ()))
        newest = tuple(dict.fromkeys((*known, *messages)))[-MOST_EACH:]
        self._chats[chat] = (self._clock(), newest)
        self._forget_old()

    def take(self, chat: int, newest: int) -> list[int]:
        """Every number worth trying, and forget them. Without a newest one (a group) only ours are tried."""
        _, known = self._chats.pop(chat, (0.0, ()))
        guessed = range(max(1, newest - BEFORE), newest + 1) if newest else ()
        return sorted({*known, *guessed})

    def _forget_old(self) -> None:
        too_old = self._clock() - HOURS * 3600
        while len(self._chats) > MOST_CHATS or next(iter(self._chats.values()))[0] < too_old:
            self._chats.popitem(last=False)
