"""What is kept in ten lines, forgetting what is remembered, and deleting what can be deleted."""

from dataclasses import replace

from handlers import names
from handlers.buttons import navigation
from handlers.choices import Choice
from handlers.types import Button, Heading, Outside, Paragraph, Quiet, Reply, Request, Session, Steps

LINES = 9


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Privacy in ten lines."""
    words = outside.words(request)
    who = " · ".join(part for part in (outside.organisation, outside.contact) if part)
    last = words.say("privacy.l10", who=who) if who else words.say("privacy.l10_unnamed")
    lines = (*(words.say(f"privacy.l{number}") for number in range(1, LINES + 1)), last)
    actions = (
        Button(words.say("buttons.forget"), choice="forget"),
        Button(words.say("buttons.clear"), choice="clear"),
    )
    blocks = (Heading(words.say("privacy.title")), Steps(lines))
    return Reply(blocks, (actions, *navigation(words)), replace(request.session, step=""))


async def forget(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Drop whatever is remembered of this chat, and say what it was."""
    words, session = outside.words(request), request.session
    remembered = [words.say(f"forget.{key}") for key in ("language", "country", "step") if getattr(session, key)]
    said = (
        words.say("forget.had", things=names.listed(remembered, request.language))
        if remembered
        else words.say("forget.nothing")
    )
    if outside.relays:
        for purpose in ("person", "share"):
            outside.relays.drop(request, purpose)
    blocks = (Heading(words.say("forget.title")), Paragraph(said), Quiet(words.say("forget.rest")))
    return Reply(blocks, navigation(words), Session())


async def clear(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Delete what the platform lets us, and say how to delete the chat itself."""
    words = outside.words(request)
    how = "group" if request.place == "group" else request.channel
    blocks = (Heading(words.say("clear.title")), Paragraph(words.say(f"clear.{how}")))
    refused = (Heading(words.say("clear.refused_title")), Paragraph(words.say("clear.refused")))
    return Reply(blocks, navigation(words), replace(request.session, step=""), clear=True, refused=refused)
