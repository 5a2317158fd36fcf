"""How fast one chat may ask: enough for a person in a hurry, too little for a machine."""

import time
from collections.abc import Callable
from enum import Enum

AT_ONCE = 30
PER_MINUTE = 30


class Verdict(Enum):
    """What to do with a request: answer it, say once that it was too fast, or stay silent."""

    ANSWER = "answer"
    SAY = "say"
    SILENT = "silent"


class Throttle:
    """An allowance for each chat that fills with time: AT_ONCE requests, then PER_MINUTE."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spent: dict[str, tuple[float, float, bool]] = {}

    def ask(self, chat: str) -> Verdict:
        """Whether this chat may be answered now."""
        now = self._clock()
        spent, last, said = self._spent.get(chat, (0.0, now, False))
        spent = max(0.0, spent - (now - last) * PER_MINUTE / 60)
        if spent + 1 <= AT_ONCE:
            self._spent[chat] = (spent + 1, now, False)
            return Verdict.ANSWER
        self._spent[chat] = (spent, now, True)
        return Verdict.SILENT if said else Verdict.SAY

    def forget_idle(self) -> None:
        """Drop the chats whose allowance has filled up again."""
        now = self._clock()
        self._spent = {
            chat: (spent, last, said)
            for chat, (spent, last, said) in self._spent.items()
            if spent > (now - last) * PER_MINUTE / 60
        }
