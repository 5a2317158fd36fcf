"""`/desk`: what waits for a coordinator, what goes out, and what can be done with each update."""

from dataclasses import replace

from content.model import Language
from handlers import preview, when
from handlers.buttons import to
from handlers.choices import Choice
from handlers.desk import Desk, Item, State
from handlers.drafts import number_of, stale
from handlers.types import Button, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows

MOST = 8
"""Updates in the list."""
CORRECTABLE: tuple[State, ...] = ("sending", "paused", "sent")
RECALLABLE: tuple[State, ...] = (*CORRECTABLE, "stopped")


async def respond(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """The list, or one update of it."""
    if number := number_of(choice.argument):
        item = await desk.updates.item(request, number)
        return await _one(request, item, outside, desk) if item else stale(request, None, outside)
    words = outside.words(request)
    await desk.team.speaks(request)
    items = list(await desk.updates.items(request))[:MOST]
    removals = [one for one in await desk.team.removals(request) if not one.mine]
    rows: Rows = (
        (to(words.say("write.new_long"), "write"),),
        *(_entry(item, request, words) for item in items),
        *((to(words.say("team.removal_waits"), "team", f"agree-{one.id}"),) for one in removals),
        (to(words.say("team.title"), "team"), to(words.say("desk.stats"), "stats")),
        (to(words.say("buttons.home"), "home"),),
    )
    line = Paragraph(words.say("desk.line" if items else "desk.empty"))
    solo = (Quiet(words.say("desk.solo")),) if await desk.updates.solo() else ()
    return Reply((Heading(words.say("desk.title")), line, *solo), rows, replace(request.session, step=""))


def _entry(item: Item, request: Request, words: Language) -> tuple[Button, ...]:
    """An update in the list: what waits for this coordinator opens for approval, everything else as it is."""
    kind = "mine" if item.mine and item.state == "waiting" else item.state
    label = words.say(f"entry.{kind}", name=preview.name(item, request.language) or words.say("write.empty"))
    label = words.say("entry.rehearsal", label=label) if item.rehearsal else label
    if item.state == "waiting" and not item.mine:
        return (to(label, "approve", f"{item.id}-{item.revision}"),)
    if item.state == "draft":
        return (to(label, "write", f"{item.id}-{'check' if item.update.texts else 'text'}"),)
    return (to(label, "desk", str(item.id)),)


async def _one(request: Request, item: Item, outside: Outside, desk: Desk) -> Reply:
    """One update, and what can still be done with it."""
    words, number, now = outside.words(request), str(item.id), request.now.timestamp()
    about = str(item.corrects or item.id)
    open_still = item.window_until > now and not item.corrects
    rows: list[tuple[tuple[str, str, str], ...]] = []
    if item.state == "waiting":
        rows.append((("told.look", "approve", f"{number}-{item.revision}"),))
    if item.state == "approved":
        rows.append((("approve.undo", "undo", number),))
    if item.state not in ("draft", "waiting"):
        rows.append((("approve.follow", "follow", about),))
    if open_still and item.state in RECALLABLE:
        correcting = (("correct.title", "correct", number),) if item.state in CORRECTABLE else ()
        rows.append((*correcting, ("recall.title", "recall", number)))
    rows.append((("desk.title", "desk", ""),))
    until = when.said(item.window_until, request.language, desk.zone) if open_still else ""
    blocks = (
        Heading(words.say(f"state.{item.state}")),
        *preview.arriving(item, request.language, outside).blocks,
        *((Quiet(words.say("correct.until", time=until)),) if until else ()),
    )
    buttons = tuple(tuple(to(words.say(key), name, argument) for key, name, argument in row) for row in rows)
    return Reply(blocks, buttons, replace(request.session, step=""))
