"""The web channel: a chat page that needs no account, no cookie and no JavaScript."""

from bot.channels.web.page import Web

__all__ = ["Web"]
