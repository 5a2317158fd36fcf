"""Writing one message to one chat by ourselves, trying a few times while the trouble is passing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from bot.channels.base import Deliverer, GoneError, MovedError, SendError, Shelf, TemporaryError
from handlers.types import Attachment, File, Reply

T = TypeVar("T")
TRIES = 6
PAUSE = 0.5
LONGEST_PAUSE = 4.0


class Posting:
    """Sends, changes and deletes through the channels' Deliverers; `shelves` are those that keep files."""

    def __init__(self, channels: Mapping[str, Deliverer]) -> None:
        self._channels = channels
        self.shelves: dict[str, Shelf] = {}

    async def send(
        self, channel: str, address: str, reply: Reply, attachment: Attachment | None = None, *, silent: bool = False
    ) -> str:
        """The number of the message. Raises SendError where it cannot be sent now; GoneError where never again."""
        deliverer = self._channels.get(channel)
        if deliverer is None:
            raise GoneError("no such channel here")
        for _ in range(TRIES):
            try:
                return await deliverer.deliver(address, reply, attachment, silent=silent)
            except MovedError as error:
                _, slash, thread = address.partition("/")
                address = f"{error.chat}{slash}{thread}"
            except TemporaryError as error:
                if error.retry_after > LONGEST_PAUSE:
                    raise
                await asyncio.sleep(max(error.retry_after, PAUSE))
        raise TemporaryError("tried enough")

    async def change(self, channel: str, address: str, message: str, reply: Reply) -> str:
        """Change a message; its number from now on, the same where it could not be changed."""
        deliverer = self._channels.get(channel)
        if deliverer is None:
            return message
        changed = await _trying(lambda: deliverer.correct(address, message, reply, None))
        return changed or message

    async def store(self, channel: str, address: str, file: File, said: str) -> Attachment | None:
        """Keep a file in a chat, so that it can be sent on; None where it could not be."""
        shelf = self.shelves.get(channel)
        return await _trying(lambda: shelf.store(address, file, said)) if shelf else None

    async def take_back(self, channel: str, address: str, message: str) -> None:
        """Delete a message, where the platform lets us."""
        if deliverer := self._channels.get(channel):
            await _trying(lambda: deliverer.take_back(address, message))


async def _trying(call: Callable[[], Awaitable[T]]) -> T | None:
    """Call until it works; None where it does not."""
    for _ in range(TRIES):
        try:
            return await call()
        except TemporaryError as error:
            await asyncio.sleep(min(max(error.retry_after, PAUSE), LONGEST_PAUSE))
        except SendError:
            break
    return None
