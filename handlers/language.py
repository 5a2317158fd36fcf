"""Choosing the language: one tap, kept for hours in memory."""

from dataclasses import replace

from handlers import names
from handlers.buttons import in_rows, navigation, to
from handlers.choices import Choice
from handlers.types import Heading, Outside, Paragraph, Reply, Request


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """The languages to choose from, or the change to one of them."""
    languages = outside.content.languages
    code = outside.content.language_for(choice.argument)
    if code:
        chosen = languages[code]
        session = replace(request.session, language=code, chosen=True, step="")
        return Reply((Paragraph(chosen.say("language.changed")),), navigation(chosen), session)
    words = outside.words(request)
    blocks = (Heading(words.say("language.title")), Paragraph(words.say("language.line")))
    buttons = [to(names.own_language(code), "language", code.lower()) for code in languages]
    return Reply(blocks, (*in_rows(buttons, 2), *navigation(words)), replace(request.session, step=""))
