"""What Telegram refuses beyond the shape of a call."""

import re
from collections.abc import Iterator
from typing import Any

from tests.standins.formatting import FormattingError, shown


class RefusedError(Exception):
    """A call that Telegram answers with an error."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> RefusedError:
    """A 400."""
    return RefusedError(400, f"Bad Request: {description}")


def check(method: str, given: dict[str, Any]) -> None:
    """Refuse what the real server would."""
    if "text" in given and method in ("sendMessage", "editMessageText"):
        try:
            shown(given["text"], given.get("parse_mode"))
        except FormattingError as error:
            raise bad(f"can't parse entities: {error}") from None
    if "reply_markup" in given:
        for button in _buttons(given["reply_markup"]):
            _check_button(button)
    for name, longest in (("name", 64), ("description", 512), ("short_description", 120)):
        if method.startswith("setMy") and len(given.get(name, "")) > longest:
            raise bad(f"{name} is too long")
    if method == "setMyCommands":
        _check_commands(given["commands"])
    if method == "deleteMessages" and not 1 <= len(given["message_ids"]) <= 100:
        raise bad("wrong number of message identifiers")
    if method == "answerCallbackQuery" and len(given.get("text", "")) > 200:
        raise bad("text is too long")


def _buttons(markup: dict[str, Any]) -> Iterator[dict[str, Any]]:
    rows = markup.get("inline_keyboard", [])
    if sum(map(len, rows)) > 100:
        raise bad("reply markup is too long")
    for row in rows:
        if not 1 <= len(row) <= 8:
            raise bad("a row of buttons has one to eight")
        yield from row


def _check_button(button: dict[str, Any]) -> None:
    actions = set(button) - {"text", "style", "icon_custom_emoji_id"}
    if len(actions) != 1 or not button["text"].strip():
        raise bad("a button needs a text and exactly one action")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not re.match(r"(https?|tg)://", button["url"]):
        raise bad("inline keyboard button URL is invalid")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise bad("copy text is invalid")


def _check_commands(commands: list[dict[str, str]]) -> None:
    if len(commands) > 100:
        raise bad("too many commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_INVALID")
