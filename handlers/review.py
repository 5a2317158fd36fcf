"""Telling people when a translation they may act on has not been read by a speaker, and offering the original."""

from handlers.choices import Choice, from_payload
from handlers.types import Block, Button, Outside, Quiet, Request, Rows

NAME = "original"


def notice(request: Request, text: str, here: Choice, outside: Outside) -> tuple[tuple[Block, ...], Rows]:
    """One line and one button for a text (`cards.police-stop`) that is still a draft; nothing for any other."""
    if not outside.content.is_draft(request.language, text):
        return (), ()
    words = outside.words(request)
    payload = Choice(here.name, here.argument).to_payload()
    button = Button(words.say("review.original"), choice=str(Choice(NAME, payload, here.country)))
    return (Quiet(words.say("review.draft")),), ((button,),)


def inner(choice: Choice) -> Choice | None:
    """What a button for the original shows."""
    found = from_payload(choice.argument)
    return Choice(found.name, found.argument, choice.country) if found and found.name != NAME else None
