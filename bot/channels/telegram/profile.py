"""What the bot says of itself in Telegram: commands, descriptions and menu, for each language and scope."""

from collections.abc import Iterator
from typing import Any

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, MenuButtonCommands
from telegram.error import TelegramError

from bot.channels.telegram.transport import Transport
from content.model import Content, Language

log = structlog.get_logger()

PRIVATE = (
    *("urgent", "guidance", "support", "legal", "ask", "person", "updates", "verify"),
    *("pack", "language", "privacy", "forget", "clear", "home"),
)
GROUPS = ("urgent", "guidance", "support", "legal", "updates")


async def introduce(bot: Bot, content: Content) -> None:
    """Tell Telegram what differs from what it has; a failure is logged and the bot serves on."""
    try:
        for language in content.languages.values():
            for code in _codes(language):
                await _texts(bot, language, code)
                await _commands(bot, language, code)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except TelegramError as error:
        log.warning("profile.unset", channel="telegram", kind=type(error).__name__)


def _codes(language: Language) -> Iterator[str]:
    """The codes Telegram knows a language by; the original also stands for every language we do not have."""
    if language.code == "en":
        yield ""
    yield language.code.partition("-")[0]


async def _texts(bot: Bot, language: Language, code: str) -> None:
    about, description = language.say("telegram.about"), language.say("telegram.description")
    if (await bot.get_my_short_description(code)).short_description != about:
        await bot.set_my_short_description(about, code)
    if (await bot.get_my_description(code)).description != description:
        await bot.set_my_description(description, code)


async def _commands(bot: Bot, language: Language, code: str) -> None:
    scopes: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUPS),
    )
    for scope, names in scopes:
        commands = tuple(BotCommand(name, language.say(f"telegram.commands.{name}")) for name in names)
        if await bot.get_my_commands(scope, code) != commands:
            await bot.set_my_commands(commands, scope, code)


async def username_of(token: str, api_url: str) -> str:
    """What the bot with this token is called; empty where that cannot be found out now."""
    transport = Transport(lambda update: update)
    bot = Bot(token, base_url=f"{api_url}/bot", request=transport, get_updates_request=transport)
    await transport.initialize()
    try:
        return str((await bot.get_me()).username)
    except TelegramError:
        return ""
    finally:
        await transport.shutdown()
