"""A reader's tap on "Seen" below an update: counted once, and never by whom."""

from dataclasses import replace

from handlers.buttons import navigation
from handlers.choices import Choice
from handlers.types import Outside, Paragraph, Quiet, Reply, Request
from handlers.update import message

NAME = "seen"


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The same update without its button; in a group with it, for the others."""
    words = outside.words(request)
    sent = None
    if outside.subscriptions and choice.argument.isdecimal():
        sent = await outside.subscriptions.seen(request, int(choice.argument))
    if sent is None:
        return Reply((Paragraph(words.say("updates.over")),), navigation(words), request.session)
    thanks = Quiet(words.say("updates.thanks"))
    if sent.update.attachment and request.place != "group":
        return Reply((thanks,), navigation(words), request.session)
    there = await outside.subscriptions.find(request) if outside.subscriptions else None
    language = there.wishes.language if there else request.language
    shown = message(sent.update, sent.number, sent.code, language, outside, corrected=sent.version > 1)
    if request.place == "group":
        return replace(shown, session=request.session)
    return Reply((*shown.blocks, thanks), (), request.session)
