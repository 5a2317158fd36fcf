"""Words that wait to be sent, until their writer has seen them once more: minutes, in memory, on no disk."""

import time
from collections import OrderedDict
from collections.abc import Callable

MINUTES = 15
MOST = 5_000


class Holding:
    """The words of a chat for a purpose."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str, str], tuple[float, str]] = OrderedDict()

    def put(self, channel: str, chat: str, purpose: str, words: str) -> None:
        """Hold these words instead of earlier ones."""
        key = channel, chat, purpose
        self._kept.pop(key, None)
        self._kept[key] = self._clock(), words
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def get(self, channel: str, chat: str, purpose: str) -> str:
        """The words; empty when their time is over."""
        since, words = self._kept.get((channel, chat, purpose), (0.0, ""))
        return words if self._clock() - since < MINUTES * 60 else ""

    def drop(self, channel: str, chat: str, purpose: str) -> None:
        """Forget them."""
        self._kept.pop((channel, chat, purpose), None)

    def forget_idle(self) -> None:
        """Forget what has waited too long; the oldest stand first."""
        while self._kept and next(iter(self._kept.values()))[0] < self._clock() - MINUTES * 60:
            self._kept.popitem(last=False)
