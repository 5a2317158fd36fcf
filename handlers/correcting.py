"""What was sent can be corrected and taken back, for as long as its window is open."""

from dataclasses import replace

from content.model import Language
from handlers import overview, preview, writing
from handlers.buttons import to
from handlers.choices import Choice
from handlers.desk import Desk, Item
from handlers.drafts import number_of, stale, taken_apart
from handlers.types import Outside, Paragraph, Quiet, Reply, Request, Rows


async def correct(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """Begin a correction, with the words as they are; another coordinator approves it like any update."""
    item = await desk.updates.item(request, number_of(choice.argument))
    if problem := _why_not(request, item, overview.CORRECTABLE, "correct.too_late", outside):
        return problem
    assert item
    begun = next((one for one in await desk.updates.items(request) if one.corrects == item.id and one.editable), None)
    number = (
        begun.id
        if begun
        else await desk.updates.begin(
            request, replace(item.update, earlier=()), rehearsal=item.rehearsal, corrects=item.id
        )
    )
    correction = await desk.updates.item(request, number)
    if correction is None:
        return stale(request, None, outside)
    return await writing.step_of(request, correction, "text", "", outside, desk)


async def recall(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """Take back what was delivered, after asking once more; one coordinator can, and all are told."""
    number, sure, _ = taken_apart(choice.argument)
    item = await desk.updates.item(request, number)
    if problem := _why_not(request, item, overview.RECALLABLE, "recall.too_late", outside):
        return problem
    assert item
    words = outside.words(request)
    if sure != "yes":
        rows: Rows = (
            (to(words.say("recall.yes"), "recall", f"{number}-yes"),),
            (
                to(words.say("correct.instead"), "correct", str(number)),
                to(words.say("buttons.back"), "desk", str(number)),
            ),
        )
        blocks = (Paragraph(words.say("recall.sure")), *preview.arriving(item, request.language, outside).blocks)
        return Reply(blocks, rows, replace(request.session, step=""))
    if not await desk.updates.recall(request, number):
        return stale(request, await desk.updates.item(request, number), outside)

    def reply_for(words: Language) -> Reply:
        follow = ((to(words.say("approve.follow"), "follow", str(number)),),)
        return Reply((Paragraph(words.say("told.recalled")), Quiet(preview.name(item, words.code))), follow)

    desk.tell(reply_for, but=request.coordinator)
    rows = ((to(words.say("approve.follow"), "follow", str(number)), to(words.say("desk.title"), "desk")),)
    return Reply((Paragraph(words.say("recall.begun")),), rows, replace(request.session, step=""))


def _why_not(request: Request, item: Item | None, states: tuple[str, ...], late: str, outside: Outside) -> Reply | None:
    """Why it can no longer be done; None where it can."""
    if item is None or item.state not in states:
        return stale(request, item, outside)
    if item.window_until > request.now.timestamp():
        return None
    words = outside.words(request)
    rows: Rows = ((to(words.say("write.new"), "write", "new"), to(words.say("desk.title"), "desk")),)
    return Reply((Paragraph(words.say(late)),), rows, replace(request.session, step=""))
