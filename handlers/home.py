"""The first meeting, and Home: everything a person can come for, one tap away."""

from dataclasses import replace

from handlers.buttons import to
from handlers.choices import Choice
from handlers.types import Block, Button, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Home."""
    words = outside.words(request)
    blocks = (Heading(words.say("home.title")), Paragraph(words.say("home.line")))
    return Reply(blocks, buttons(request, outside), replace(request.session, step=""))


async def unreadable(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The answer to a photo, a voice message, a sticker: words only, and nothing of it was kept."""
    return await _after(request, outside, "ask.unreadable")


async def old_button(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The answer to a button that leads nowhere any more."""
    return await _after(request, outside, "ask.old_button")


async def unknown_command(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The answer to a command that does not exist."""
    return await _after(request, outside, "ask.unknown_command")


async def _after(request: Request, outside: Outside, key: str) -> Reply:
    """One sentence, then Home's buttons."""
    blocks = (Paragraph(outside.words(request).say(key)),)
    return Reply(blocks, buttons(request, outside), replace(request.session, step=""))


def introduction(request: Request, outside: Outside) -> tuple[Block, ...]:
    """The three lines of a first meeting: a bot; what is kept; what this channel hides and what it does not."""
    words = outside.words(request)
    return tuple(Quiet(words.say(f"first.{key}")) for key in ("bot", "kept", request.channel))


def buttons(request: Request, outside: Outside) -> Rows:
    """What a person can come for. In a group the private things open in a private chat."""
    words = outside.words(request)

    def button(name: str) -> Button:
        return to(words.say(f"home.{name}"), name)

    updates = (button("updates"),) if outside.subscriptions and request.channel in ("telegram", "signal") else ()
    people = (*updates, *((button("person"),) if outside.relays else ()))
    return (
        (button("urgent"),),
        (button("guidance"), button("support")),
        (button("legal"), button("ask")),
        *((people,) if people else ()),
        (button("language"), button("privacy")),
    )
