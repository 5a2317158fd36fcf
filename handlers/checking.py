"""The end of writing: all of it once more, asking for approval, or throwing it away."""

from dataclasses import replace

from handlers import changes, preview, steps
from handlers.buttons import in_rows, to
from handlers.desk import Desk, Item
from handlers.drafts import stale
from handlers.steps import Step
from handlers.types import Block, Heading, Outside, Paragraph, Reply, Request, Rows, Steps


def lacking(request: Request, item: Item) -> str:
    """The key of what is missing before it can go out; empty when nothing is. A correction has what it corrects."""
    return "" if item.corrects else changes.missing(item.update, int(request.now.timestamp()))


async def checked(request: Request, item: Item, outside: Outside, desk: Desk, problem: tuple[Block, ...] = ()) -> Reply:
    """All of it once more, and the buttons that send it on its way."""
    words, number = outside.words(request), str(item.id)
    own = dict(await desk.updates.topics())
    lines = () if item.corrects else preview.settings(item, request, outside, desk, own)
    lacks = lacking(request, item)
    blocks = (
        *problem,
        Heading(words.say("check.title")),
        *((Paragraph(words.say(lacks)),) if lacks else ()),
        *await preview.blocks(request, item, desk, outside),
        *((Steps(lines),) if lines else ()),
    )
    step = Step(request, item, "", desk, outside)
    changing = [step.button(words.say(f"{name}.title"), name) for name in steps.order(item)[:-1]]
    rows: Rows = (
        *(() if lacks else await _sending(request, item, outside, desk)),
        (
            to(words.say("check.show"), "write", f"{number}-show"),
            to(words.say("check.discard"), "write", f"{number}-discard"),
        ),
        *in_rows(changing, 3),
        (to(words.say("desk.title"), "desk"),),
    )
    return Reply(blocks, rows, replace(request.session, step=""))


async def _sending(request: Request, item: Item, outside: Outside, desk: Desk) -> Rows:
    """Ask for approval; alone where that is allowed."""
    words, seen = outside.words(request), f"{item.id}-{item.revision}"
    solo = await desk.updates.solo()
    rows: list[tuple[str, str]] = []
    if len(await desk.team.members(request)) > 1:
        rows.append(("check.ask", "submit"))
    if solo or item.rehearsal:
        rows.append(("check.rehearse" if item.rehearsal else "check.alone", "alone"))
    return tuple((to(words.say(key), name, seen),) for key, name in rows)


async def discarded(request: Request, number: int, value: str, outside: Outside, desk: Desk) -> Reply:
    """Throw a draft away, after asking once more."""
    words = outside.words(request)
    item = await desk.updates.item(request, number)
    if item is None or not item.editable:
        return stale(request, item, outside)
    if value != "yes":
        rows: Rows = (
            (to(words.say("check.discard_yes"), "write", f"{number}-discard-yes"),),
            (to(words.say("buttons.back"), "write", f"{number}-check"),),
        )
        return Reply((Paragraph(words.say("check.discard_sure")),), rows, replace(request.session, step=""))
    await desk.updates.discard(request, number)
    rows = ((to(words.say("desk.title"), "desk"),),)
    return Reply((Paragraph(words.say("check.discarded")),), rows, replace(request.session, step=""))


async def as_it_arrives(request: Request, number: int, outside: Outside, desk: Desk) -> Reply:
    """Send it to its author alone, exactly as it would arrive."""
    item = await desk.updates.item(request, number)
    if item is None or not item.update.texts:
        return stale(request, item, outside)
    desk.show(request, preview.arriving(item, request.language, outside), item.update.attachment)
    return await checked(request, item, outside, desk) if item.editable else stale(request, item, outside)
