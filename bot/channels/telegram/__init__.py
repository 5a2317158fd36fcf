"""The Telegram channel, by long polling or webhook, over python-telegram-bot."""

import os

os.environ.setdefault(
    "PTB_TIMEDELTA", "true"
)  # periods as timedelta: the library's coming default, without its warning

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
