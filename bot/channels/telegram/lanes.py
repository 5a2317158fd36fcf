"""Order within a chat, and none between chats."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()

Work = Callable[[], Awaitable[None]]


class Lanes:
    """One lane for each chat that has something in hand."""

    def __init__(self) -> None:
        self._lanes: dict[int, deque[Work]] = {}
        self._driving: set[asyncio.Task[None]] = set()

    def put(self, chat: int, work: Work) -> None:
        """Do this after everything else that waits in the chat's lane."""
        lane = self._lanes.get(chat)
        if lane is not None:
            lane.append(work)
            return
        self._lanes[chat] = deque([work])
        task = asyncio.create_task(self._drive(chat))
        self._driving.add(task)
        task.add_done_callback(self._driving.discard)

    async def _drive(self, chat: int) -> None:
        lane = self._lanes[chat]
        while lane:
            try:
                await lane.popleft()()
            except Exception as error:  # whatever it is, the chat's next message must not wait for ever
                log.error("lane.failed", channel="telegram", kind=type(error).__name__)
        del self._lanes[chat]

    async def finish(self, seconds: float) -> None:
        """Wait for what is in hand, then give up on the rest."""
        if self._driving:
            _, late = await asyncio.wait(self._driving, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
