"""What all answers about drafts share: reading a button's argument, and the answer to one that came too late."""

from dataclasses import replace

from handlers.buttons import to
from handlers.desk import Item
from handlers.types import Outside, Paragraph, Reply, Request, Rows

DIGITS = 19
"""Digits of the largest number of a row."""


def taken_apart(argument: str) -> tuple[int, str, str]:
    """`17-audience-region-pl` as 17, audience, region-pl; 0 where there is no number."""
    number, _, rest = argument.partition("-")
    name, _, value = rest.partition("-")
    return number_of(number), name, value


def number_of(word: str) -> int:
    """A number in a button; 0 where it is none that we give."""
    return int(word) if word.isdecimal() and len(word) <= DIGITS else 0


def stale(request: Request, item: Item | None, outside: Outside) -> Reply:
    """The answer to a button or words for a draft that is none any more."""
    words = outside.words(request)
    key = f"state.{item.state}" if item else "write.gone"
    rows: Rows = ((to(words.say("desk.title"), "desk"), to(words.say("write.new"), "write", "new")),)
    look = ((to(words.say("desk.look"), "desk", str(item.id)),),) if item else ()
    blocks = (Paragraph(words.say("write.stale")), *((Paragraph(words.say(key)),) if item else ()))
    return Reply(blocks, (*look, *rows), replace(request.session, step=""))
