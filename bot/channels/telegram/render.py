"""A Reply in Telegram's terms: HTML and an inline keyboard, rendered once and kept."""

import re
from functools import lru_cache
from html import escape, unescape
from typing import Any

from handlers.choices import from_choice
from handlers.types import Block, Button, Heading, Link, Paragraph, Phone, Quiet, Rows, Steps, Strong

LONGEST = 4096
"""UTF-16 units of a message, after Telegram has read its HTML."""
COPIES = 3
"""Copy buttons at most: more would push the rest off the screen."""

GAP = re.compile(r"\n{3,}")

Keyboard = dict[str, list[list[dict[str, Any]]]]


@lru_cache(maxsize=2048)
def text_of(blocks: tuple[Block, ...]) -> str:
    """The text of a message; blocks that no longer fit are left out whole."""
    parts: list[str] = []
    length = 0
    for block in blocks:
        part = _block(block)
        length += len(unescape(part).encode("utf-16-le")) // 2 + 2
        if length > LONGEST:
            break
        parts.append(part)
    return GAP.sub("\n\n", "".join(parts)).strip()


@lru_cache(maxsize=2048)
def keyboard_of(blocks: tuple[Block, ...], rows: Rows, username: str) -> Keyboard:
    """The buttons of a message, numbers to copy first."""
    short = [block for block in blocks if isinstance(block, Phone) and not block.number.startswith("+")]
    copies = [[_copy(phone)] for phone in short[:COPIES]]
    return {"inline_keyboard": [*copies, *([_button(button, username) for button in row] for row in rows)]}


def _copy(phone: Phone) -> dict[str, Any]:
    return {"text": f"⧉ {phone.number}", "copy_text": {"text": phone.number}}


def _button(button: Button, username: str) -> dict[str, Any]:
    if button.inside:
        return {"text": button.label, "web_app": {"url": button.url}}
    if button.url:
        return {"text": button.label, "url": button.url}
    choice = from_choice(button.choice)
    if button.private and choice:
        return {"text": button.label, "url": f"https://t.me/{username}?start={choice.to_payload()}"}
    return {"text": button.label, "callback_data": button.choice}


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"\n<b>{_escaped(text)}</b>\n\n"
        case Strong(text):
            return f"\n<b>{_escaped(text)}</b>\n"
        case Paragraph(text):
            return f"{_escaped(text)}\n\n"
        case Steps(items):
            steps = "".join(f"{number}. {_escaped(item)}\n" for number, item in enumerate(items, 1))
            return f"\n{steps}\n"
        case Phone(number, label):
            shown = number if number.startswith("+") else f"<code>{number}</code>"
            return f"☎ {shown} – {_escaped(label)}\n"
        case Link(url, label):
            return f'<a href="{escape(url)}">{_escaped(label)}</a>\n'
        case Quiet(text):
            return f"<i>{_escaped(text)}</i>\n"


def _escaped(text: str) -> str:
    return escape(text, quote=False)
