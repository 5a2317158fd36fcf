"""Letting a group in that somebody proposed: a coordinator's button under what all coordinators were told."""

from dataclasses import replace

from content.model import Language
from handlers import home
from handlers.buttons import navigation, to
from handlers.choices import Choice
from handlers.types import Outside, Paragraph, Reply, Request

NAME = "group"


def proposal(words: Language, subscription: int, title: str) -> Reply:
    """What coordinators are told of a proposed group."""
    said = words.say("group.asked", title=title) if title else words.say("group.asked_unnamed")
    row = (
        to(words.say("group.yes"), NAME, f"yes-{subscription}"),
        to(words.say("group.no"), NAME, f"no-{subscription}"),
    )
    return Reply((Paragraph(said),), (row,))


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Yes or no; to anybody who is no coordinator the button does not exist."""
    answer, _, group = choice.argument.partition("-")
    if not request.coordinator or outside.subscriptions is None or not group.isdecimal() or answer not in ("yes", "no"):
        return await home.old_button(request, choice, outside)
    done = await outside.subscriptions.decide(request, int(group), yes=answer == "yes")
    key = "group.decided" if not done else "group.live" if answer == "yes" else "group.refused"
    words = outside.words(request)
    return Reply((Paragraph(words.say(key)),), navigation(words), replace(request.session, step=""))
