"""A Reply in plain text, with its buttons as numbers: for the terminal, and for any channel without buttons."""

from handlers.types import Block, Button, Heading, Link, Paragraph, Phone, Quiet, Reply, Steps, Strong


def to_text(reply: Reply) -> str:
    """The whole Reply; the line above the numbers is blank."""
    parts = [_block(block) for block in reply.blocks]
    numbered = choices(reply)
    links = [f"{button.label}: {button.url}" for row in reply.buttons for button in row if button.url]
    options = [f"{number}  {button.label}" for number, button in enumerate(numbered, 1)]
    return "\n\n".join(part for part in ("\n".join(parts), "\n".join(links), "\n".join(options)) if part)


def choices(reply: Reply) -> tuple[Button, ...]:
    """The buttons that a number can stand for, in their order."""
    return tuple(button for row in reply.buttons for button in row if button.choice)


def chosen(words: str, offered: tuple[Button, ...]) -> str:
    """The choice behind a typed number; empty when the words are no number on offer."""
    digits = words.strip()
    number = int(digits) if digits.isdecimal() and len(digits) < 4 else 0
    return offered[number - 1].choice if 0 < number <= len(offered) else ""


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"\n{text.upper()}" if text.isascii() else f"\n{text}"
        case Paragraph(text) | Strong(text) | Quiet(text):
            return text
        case Steps(items):
            return "\n".join(f"  {number}. {item}" for number, item in enumerate(items, 1))
        case Phone(number, label):
            return f"  {number}  {label}"
        case Link(url, label):
            return f"  {label}: {url}"
