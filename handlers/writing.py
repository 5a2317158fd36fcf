"""`/broadcast`: an update, step by step, on a phone. Each change is kept at once; nothing typed wrong loses a draft."""

from collections.abc import Callable
from dataclasses import replace

from handlers import ask, changes, checking, personal, preview, steps, topics
from handlers.buttons import to
from handlers.changes import ProblemError, World
from handlers.choices import Choice, from_choice
from handlers.desk import Desk, Item
from handlers.drafts import stale, taken_apart
from handlers.steps import Step
from handlers.types import Block, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows
from handlers.update import Update

Change = Callable[[Update, World], Update]
STAYS = ("audience", "languages")
"""Steps that more than one thing can be tapped in."""


async def respond(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """Begin an update, show one of its steps, or keep what was tapped there."""
    if choice.argument in ("new", "rehearsal"):
        number = await desk.updates.begin(request, Update(), rehearsal=choice.argument == "rehearsal")
        return await _shown(request, number, "text", "", outside, desk)
    number, name, value = taken_apart(choice.argument)
    if not number:
        return await _beginning(request, outside, desk)
    if name == "discard":
        return await checking.discarded(request, number, value, outside, desk)
    if name == "show":
        return await checking.as_it_arrives(request, number, outside, desk)
    opens = not value or name == "text" or (name == "languages" and not value.endswith("-drop"))
    if name not in steps.ORDER or opens:
        return await _shown(request, number, name, value, outside, desk)
    return await _changed(
        request, number, name, lambda update, world: changes.tapped(update, name, value, world), outside, desk
    )


def waits_for_words(request: Request) -> bool:
    """Whether what a coordinator types or sends belongs to a draft."""
    step = from_choice(request.session.step)
    return bool(request.coordinator and step and step.name == "write" and taken_apart(step.argument)[0])


async def typed(request: Request, outside: Outside, desk: Desk) -> Reply:
    """Words, a picture or a file for the step that was shown last."""
    step = from_choice(request.session.step) or Choice("write")
    number, name, value = taken_apart(step.argument)
    urgent = outside.search.understand(request.text, request.language).urgent if request.text else ()
    if urgent and name not in ("text", "languages"):
        return await ask.answer(request, outside)
    reply = await _changed(
        request, number, name, lambda update, world: _with_words(request, update, name, value, world), outside, desk
    )
    if urgent:
        kind = urgent[0].removeprefix("urgent-")
        now = ((to(outside.words(request).say("buttons.urgent_now"), "urgent", kind),),)
        reply = replace(reply, buttons=(*now, *reply.buttons))
    return reply


def _with_words(request: Request, update: Update, name: str, value: str, world: World) -> Update:
    """The update with what was sent."""
    if request.unreadable and not request.attachment:
        raise ProblemError("problem.only_words" if name != "file" else "problem.only_files")
    if name == "file" and request.attachment:
        return changes.with_attachment(update, request.attachment)
    if name == "text" or (name == "languages" and value):
        if request.text or not request.attachment:
            language = world.content.language_for(value) if value else next(iter(update.texts), "")
            update = changes.with_text(update, language or request.language, request.text)
        return changes.with_attachment(update, request.attachment) if request.attachment else update
    return changes.typed(update, name, request.text, world)


# what is shown


async def _beginning(request: Request, outside: Outside, desk: Desk) -> Reply:
    """A new update, a rehearsal, or a draft to go on with."""
    words = outside.words(request)
    drafts = [item for item in await desk.updates.items(request) if item.mine and item.state == "draft"]
    named = ((item, preview.name(item, request.language) or words.say("write.empty")) for item in drafts[:6])
    rows: Rows = (
        (to(words.say("write.new"), "write", "new"), to(words.say("write.rehearse"), "write", "rehearsal")),
        *((to(words.say("write.go_on", name=name), "write", f"{item.id}-{_next(item)}"),) for item, name in named),
        (to(words.say("desk.title"), "desk"),),
    )
    blocks = (Heading(words.say("write.title")), Paragraph(words.say("write.line")))
    return Reply(blocks, rows, replace(request.session, step=""))


def _next(item: Item) -> str:
    """The step to go on with."""
    if not item.update.texts:
        return "text"
    return "check" if item.update.valid_until or item.corrects else "file"


async def _shown(request: Request, number: int, name: str, value: str, outside: Outside, desk: Desk) -> Reply:
    item = await desk.updates.item(request, number)
    if item is None or not item.editable or name not in steps.order(item):
        return stale(request, item, outside)
    return await step_of(request, item, name, value, outside, desk)


async def step_of(
    request: Request, item: Item, name: str, value: str, outside: Outside, desk: Desk, problem: tuple[Block, ...] = ()
) -> Reply:
    """One step: what went wrong, if anything, what is asked, and what the recipient will see."""
    if name == "check":
        return await checking.checked(request, item, outside, desk, problem)
    step = Step(request, item, value, desk, outside)
    asked = await steps.ASK[name](step)
    language = step.language if name in ("text", "languages") else ""
    seen = await preview.blocks(request, item, desk, outside, language)
    here = "-".join(part for part in (str(item.id), name, value.lower()) if part)
    session = replace(request.session, step=str(Choice("write", here)))
    return Reply((*problem, *asked.blocks, *seen), (*asked.rows, *steps.around(step, name)), session)


async def _changed(request: Request, number: int, name: str, change: Change, outside: Outside, desk: Desk) -> Reply:
    """Keep a change and show the next step; what cannot be is said, and the draft stays."""
    item = await desk.updates.item(request, number)
    if item is None or not item.editable or name not in steps.order(item):
        return stale(request, item, outside)
    words = outside.words(request)
    world = World(outside.content, request.now, desk.zone, topics.titles(words, await desk.updates.topics()))
    try:
        update = change(item.update, world)
    except ProblemError as problem:
        _, _, value = taken_apart((from_choice(request.session.step) or Choice("write")).argument)
        said = (Paragraph(words.say(problem.key, **problem.places)), Quiet(words.say("problem.kept")))
        return await step_of(request, item, name, value if not request.choice else "", outside, desk, said)
    asked_before = item.state == "waiting"
    if not await desk.updates.save(request, number, update):
        return stale(request, item, outside)
    item = replace(item, update=update, revision=item.revision + 1, state="draft")
    noted: tuple[Block, ...] = (Quiet(words.say("write.asks_again")),) if asked_before else ()
    if personal.holds_personal(request.text) and name in ("text", "languages"):
        noted += (Quiet(words.say("text.personal")),)
    return await step_of(request, item, name if name in STAYS else after(item, name), "", outside, desk, noted)


def after(item: Item, name: str) -> str:
    """The step that follows."""
    order = steps.order(item)
    return order[min(order.index(name) + 1, len(order) - 1)]
