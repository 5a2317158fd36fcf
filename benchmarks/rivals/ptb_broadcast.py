"""python-telegram-bot sending to many chats: with its AIORateLimiter, or in a loop of its own that ignores refusals."""

import asyncio
import sys
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

TEXT = "The bridge is closed. Meet at the school, not at the station. " * 8


async def main(token: str, api: str, how: str, recipients: int) -> None:
    """Send to every chat once."""
    limiter: Any = AIORateLimiter(max_retries=3) if how == "limiter" else None
    bot: Any = ExtBot(token, base_url=f"{api}/bot", rate_limiter=limiter, request=HTTPXRequest(connection_pool_size=64))
    await bot.initialize()
    gate = asyncio.Semaphore(64)

    async def one(chat: int) -> None:
        async with gate:
            try:
                await bot.send_message(chat, TEXT)
            except (RetryAfter, TelegramError):
                return

    await asyncio.gather(*(one(1_000_000 + number) for number in range(recipients)))
    await bot.shutdown()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
