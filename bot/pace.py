"""How fast messages may leave: slots at even distances, the next one for a reply, what is left for broadcasts.

There is no bucket: one that is full at the start lets twice the limit through in the first second. Each message has a
slot of its own instead. While a broadcast runs, replies and broadcasts share the slots; while none runs, a reply waits
for nothing.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable

PER_SECOND = 29.0
"""Telegram's limit is 30; one is left for the clocks of two machines."""
PAID_PER_SECOND = 985.0
"""With Telegram's paid broadcasts: the limit is 1,000."""
SLACK = 0.005
"""Seconds that may be caught up when a slot was missed: timers are that exact."""
REPLY_PATIENCE = 0.5
"""Seconds after which a reply goes anyway: somebody in need is worth a flood wait."""
RUNNING = 2.0
"""Seconds after its last message for which a broadcast counts as running."""
PER_CHAT = 1.0
GROUP_MESSAGES, GROUP_SECONDS = 20, 60.0
MOST_CHATS = 10_000


class Pace:
    """The slots of one bot."""

    def __init__(self, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self.paid = per_second > PER_SECOND
        self._step = 1 / per_second
        self._clock = clock
        self._next = 0.0
        self._broadcast_at = -RUNNING
        self._held_until = 0.0
        self._turn = asyncio.Lock()

    async def reply(self) -> None:
        """Wait for the next slot, if a broadcast is running."""
        now = self._clock()
        slot = self._take(now)
        if now - self._broadcast_at < RUNNING:
            await asyncio.sleep(min(slot - now, REPLY_PATIENCE))

    async def broadcast(self) -> None:
        """Wait for a slot that no reply wants, and for the end of a flood wait."""
        async with self._turn:
            while True:
                now = self._clock()
                self._broadcast_at = now
                wait = max(self._next, self._held_until) - now
                if wait <= 0:
                    break
                await asyncio.sleep(min(wait, RUNNING / 2))
            self._take(now)

    def hold(self, seconds: float) -> None:
        """Telegram has asked broadcasts to wait; replies go on."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def _take(self, now: float) -> float:
        """The next slot; replies without a broadcast never owe more than a second."""
        slot = max(self._next, now)
        self._next = min(max(self._next, now - SLACK), now + 1) + self._step
        return slot


class ChatPace:
    """When a chat may get its next message: one a second, and a group twenty a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, chat: str, *, group: bool) -> float:
        """Seconds until this chat may get a message; 0 when it may now."""
        sent = self._sent.get(chat)
        if not sent:
            return 0.0
        now = self._clock()
        wait = sent[-1] + PER_CHAT - now
        if group and len(sent) == GROUP_MESSAGES:
            wait = max(wait, sent[0] + GROUP_SECONDS - now)
        return max(0.0, wait)

    def sent(self, chat: str) -> None:
        """This chat got a message just now."""
        times = self._sent.pop(chat, None) or deque(maxlen=GROUP_MESSAGES)
        times.append(self._clock())
        self._sent[chat] = times
        if len(self._sent) > MOST_CHATS:
            self._sent.popitem(last=False)
