"""What happens to volunteers' chats by themselves, for everything that is kept of them."""

from bot.relaying import Relaying
from bot.subscribing import Subscribing


class Volunteers:
    """Subscriptions and questions together."""

    def __init__(self, subscribing: Subscribing, relaying: Relaying) -> None:
        self._subscribing = subscribing
        self._relaying = relaying

    async def gone(self, channel: str, chat: str) -> None:
        """A chat has blocked or removed us: nothing of it stays."""
        await self._subscribing.gone(channel, chat)
        await self._relaying.gone(channel, chat)

    async def moved(self, channel: str, chat: str, to: str) -> None:
        """A group goes on under another id."""
        await self._subscribing.moved(channel, chat, to)

    async def tidy(self) -> None:
        """Close questions that are over their time, and forget what waits in memory."""
        self._subscribing.tries.forget_idle()
        self._relaying.tries.forget_idle()
        self._relaying.holding.forget_idle()
        await self._relaying.expire()
