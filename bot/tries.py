"""How many wrong codes one chat may try: in memory, for an hour."""

import time
from collections import deque
from collections.abc import Callable

MOST = 5
HOUR = 3600.0


class Tries:
    """The wrong codes of each chat in the last hour."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}

    def wait(self, chat: str) -> float:
        """Seconds until this chat may try again; 0 when it may now."""
        wrong = self._wrong.get(chat)
        if not wrong or len(wrong) < MOST:
            return 0.0
        return max(0.0, wrong[0] + HOUR - self._clock())

    def wrong(self, chat: str) -> None:
        """This chat tried a wrong code just now."""
        self._wrong.setdefault(chat, deque(maxlen=MOST)).append(self._clock())

    def forget_idle(self) -> None:
        """Forget the chats whose hour is over."""
        now = self._clock()
        self._wrong = {chat: wrong for chat, wrong in self._wrong.items() if wrong[-1] + HOUR > now}
