"""A Reply as HTML: headings, steps, numbers to tap, and a form's buttons."""

from functools import lru_cache
from html import escape

from handlers.types import Block, Button, Heading, Link, Paragraph, Phone, Quiet, Rows, Steps, Strong


@lru_cache(maxsize=512)
def blocks_html(blocks: tuple[Block, ...]) -> str:
    """The blocks of a Reply."""
    return "".join(_block(block) for block in blocks)


@lru_cache(maxsize=512)
def buttons_html(rows: Rows) -> str:
    """The buttons of a Reply, row by row."""
    return "".join(f"<div class=row>{''.join(_button(button) for button in row)}</div>" for row in rows)


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Strong(text):
            return f"<p><strong>{escape(text)}</strong></p>"
        case Steps(items):
            return f"<ol>{''.join(f'<li>{escape(item)}' for item in items)}</ol>"
        case Phone(number, label):
            tel = escape(number)
            return f'<p><a class=tel href="tel:{tel}"><bdi dir=ltr>{tel}</bdi> <span>{escape(label)}</span></a></p>'
        case Link(url, label):
            return f'<p><a href="{escape(url)}" rel=noreferrer target=_blank>{escape(label)}</a></p>'
        case Quiet(text):
            return f"<p><small>{escape(text)}</small></p>"


def _button(button: Button) -> str:
    label = escape(button.label)
    if button.url:
        away = "" if button.url.startswith("/") else " rel=noreferrer target=_blank"
        return f'<a class=button href="{escape(button.url)}"{away}>{label}</a>'
    urgent = " class=urgent" if button.choice.split("@")[0].split(":")[0] == "urgent" else ""
    return f'<button name=choice value="{escape(button.choice)}"{urgent}>{label}</button>'
