"""From what came in to the handler that answers it."""

from collections.abc import Mapping
from dataclasses import replace

from content.model import ORIGINAL
from handlers import (
    ask,
    coordinators,
    follow,
    groups,
    home,
    language,
    missed,
    pack,
    person,
    privacy,
    review,
    seen,
    stats,
    subscribe,
    verify,
)
from handlers.buttons import in_group
from handlers.choices import Choice, from_choice, from_payload
from handlers.types import Outside, Reply, Request

LONGEST = 4096
"""Letters of a message that are read; more says nothing more about what is needed."""

HANDLERS: Mapping[str, ask.Handler] = {
    **ask.OPENS,
    "home": home.respond,
    "start": home.respond,
    "ask": ask.respond,
    "pack": pack.respond,
    "language": language.respond,
    "privacy": privacy.respond,
    "forget": privacy.forget,
    "clear": privacy.clear,
    "stats": stats.respond,
    "digest": stats.digest,
    **dict.fromkeys(("follow", "pause", "resume", "stop"), follow.respond),
    "updates": subscribe.respond,
    "group": groups.respond,
    "seen": seen.respond,
    "verify": verify.respond,
    "person": person.respond,
    "share": missed.share,
}
WITH_WORDS = {"updates": subscribe.commanded, "verify": verify.commanded, "person": person.commanded}
"""Commands that may carry words."""
ALONE_IN_GROUPS = frozenset({"urgent", "support", "legal", "clear", "updates", "seen", "person", "verify"})
"""Answers that know by themselves what a group may see."""


async def respond(request: Request, outside: Outside) -> Reply:
    """The Reply to a Request: a tap, a command or words."""
    if request.answers and (passed_on := await person.answered(request, outside)):
        return passed_on
    if coordinators.expects(request, outside):
        return await coordinators.typed(replace(request, text=request.text[:LONGEST]), outside)
    if person.expects(request, outside):
        return await person.typed(request, outside)
    if verify.concerns(request):
        return await verify.pasted(replace(request, text=request.text[:LONGEST]), outside)
    if request.unreadable:
        return await _open(request, outside, home.unreadable, Choice("home"))
    if request.choice:
        return await _chosen(request, from_choice(request.choice), outside)
    if request.text.startswith("/"):
        return await _commanded(request, outside)
    if not request.text.strip():
        return await _open(request, outside, ask.respond, Choice("ask"))
    return await ask.answer(replace(request, text=request.text[:LONGEST]), outside)


async def _chosen(request: Request, choice: Choice | None, outside: Outside) -> Reply:
    if choice and choice.name == review.NAME:
        return await _chosen(replace(request, language=ORIGINAL), review.inner(choice), outside)
    if choice and coordinators.may(request, choice.name, outside):
        return await coordinators.chosen(request, choice, outside)
    handler = HANDLERS.get(choice.name) if choice else None
    if not choice or not handler or (choice.country and choice.country not in outside.content.countries):
        return await _open(request, outside, home.old_button, Choice("home"))
    return await _open(request, outside, handler, choice)


async def _open(request: Request, outside: Outside, handler: ask.Handler, choice: Choice) -> Reply:
    """A handler's answer; in a group without buttons that everybody would share."""
    reply = await handler(request, choice, outside)
    if request.place == "group" and choice.name not in ALONE_IN_GROUPS:
        return in_group(reply, outside.words(request), choice)
    return reply


async def _commanded(request: Request, outside: Outside) -> Reply:
    """`/legal`, `/start guidance-borders`, in any language the bot speaks; `/ask words` asks the words."""
    command, _, rest = request.text[1:LONGEST].partition(" ")
    name = outside.content.commands.get(command.casefold(), "")
    if name == "start":
        return await _started(request, rest.strip(), outside)
    if name == "ask" and rest.strip():
        return await ask.answer(replace(request, text=rest), outside)
    if name == "desk" and request.place == "group":
        return await person.make_desk(request, outside)
    if name in WITH_WORDS and rest.strip():
        return await WITH_WORDS[name](request, rest.strip(), outside)
    if coordinators.may(request, name, outside):
        return await coordinators.commanded(request, name, rest.strip(), outside)
    if not name or name in coordinators.COMMANDS:
        return await _open(request, outside, home.unknown_command, Choice("home"))
    return await _chosen(request, Choice(name), outside)


async def _started(request: Request, payload: str, outside: Outside) -> Reply:
    """The first meeting: three lines, then Home or what the link named. Nothing stands before an urgent card."""
    choice = from_payload(payload) if payload else Choice("home")
    reply = await _chosen(request, choice, outside)
    if choice and choice.name == "urgent":
        return reply
    return replace(reply, blocks=(*home.introduction(request, outside), *reply.blocks))
