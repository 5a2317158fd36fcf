"""Sending needs two: asking for approval, looking at what waits, approving it, and what one may do alone."""

from collections.abc import Callable
from dataclasses import replace

from content.model import Language
from handlers import checking, names, preview, when
from handlers.buttons import in_rows, to
from handlers.choices import Choice
from handlers.desk import UNANSWERED, UNDO, Desk, Item
from handlers.drafts import number_of, stale, taken_apart
from handlers.types import Block, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows, Steps


async def submit(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """Ask the others to approve a draft as it was just seen."""
    number, revision, _ = taken_apart(choice.argument)
    item = await desk.updates.item(request, number)
    if item is None or not item.editable or str(item.revision) != revision:
        return stale(request, item, outside)
    if checking.lacking(request, item):
        return await checking.checked(request, item, outside, desk)
    if not await desk.updates.submit(request, item):
        return stale(request, await desk.updates.item(request, number), outside)
    _tell_to_approve(request, item, desk)
    words, now = outside.words(request), int(request.now.timestamp())
    others = [one for one in await desk.team.members(request) if not one.me and not one.suspended_until]
    ready = [one for one in others if not one.approves_from]
    blocks: list[Block] = [Heading(words.say("approve.asked")), Paragraph(words.say("approve.asked_line"))]
    if not ready:
        first = min((one.approves_from for one in others), default=0)
        at = when.said(first, request.language, desk.zone) if first else ""
        blocks.append(Paragraph(words.say("approve.nobody_until", time=at) if at else words.say("approve.nobody")))
    if item.update.urgency == "alert":
        at = when.said(now + UNANSWERED, request.language, desk.zone)
        blocks.append(Paragraph(words.say("approve.alert", time=at)))
    return Reply(tuple(blocks), _own_rows(item, words), replace(request.session, step=""))


def _tell_to_approve(request: Request, item: Item, desk: Desk) -> None:
    seen = f"{item.id}-{item.revision}"

    def reply_for(words: Language) -> Reply:
        kind = "rehearsal" if item.rehearsal else "correction" if item.corrects else item.update.urgency
        blocks = (Heading(words.say(f"told.waits_{kind}")), Quiet(preview.name(item, words.code)))
        return Reply(blocks, ((to(words.say("told.look"), "approve", seen),),))

    desk.tell(reply_for, but=request.coordinator)


def _own_rows(item: Item, words: Language) -> Rows:
    """What its author can do while it waits."""
    seen = f"{item.id}-{item.revision}"
    alone = ((to(words.say("approve.alone"), "alone", seen),),) if item.update.urgency == "alert" else ()
    return (*alone, (to(words.say("approve.change"), "write", f"{item.id}-check"), to(words.say("desk.title"), "desk")))


async def approve(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """What waits, in each of its languages; then approving it, or sending it back."""
    number, revision, rest = taken_apart(choice.argument)
    item = await desk.updates.item(request, number)
    if item is None or item.state != "waiting":
        return stale(request, item, outside)
    words = outside.words(request)
    if item.mine:
        blocks = (Paragraph(words.say("approve.own")),)
        return Reply(blocks, _own_rows(item, words), replace(request.session, step=""))
    if str(item.revision) != revision:
        return await _looked_at(request, item, "", outside, desk, "approve.changed")
    match rest.partition("-"):
        case "yes", _, _:
            return await _approved(request, item, outside, desk)
        case "no", _, _:
            return await _sent_back(request, item, outside, desk)
        case "show", _, _:
            desk.show(request, preview.arriving(item, request.language, outside), item.update.attachment)
        case "see", _, language:
            return await _looked_at(request, item, language, outside, desk)
    return await _looked_at(request, item, "", outside, desk)


async def _looked_at(
    request: Request, item: Item, language: str, outside: Outside, desk: Desk, problem: str = ""
) -> Reply:
    words, seen = outside.words(request), f"{item.id}-{item.revision}"
    shown = outside.content.language_for(language) or request.language
    own = dict(await desk.updates.topics())
    lines = () if item.corrects else preview.settings(item, request, outside, desk, own)
    blocks = (
        *((Paragraph(words.say(problem)),) if problem else ()),
        Heading(words.say("approve.correction" if item.corrects else "approve.title")),
        *await preview.blocks(request, item, desk, outside, shown),
        *((Steps(lines),) if lines else ()),
    )
    others = [to(names.own_language(code), "approve", f"{seen}-see-{code.lower()}") for code in item.update.texts]
    rows: Rows = (
        (to(words.say("approve.yes"), "approve", f"{seen}-yes"),),
        (to(words.say("approve.no"), "approve", f"{seen}-no"), to(words.say("check.show"), "approve", f"{seen}-show")),
        *(in_rows(others, 3) if len(others) > 1 else ()),
        (to(words.say("desk.title"), "desk"),),
    )
    return Reply(blocks, rows, replace(request.session, step=""))


async def _approved(request: Request, item: Item, outside: Outside, desk: Desk) -> Reply:
    words = outside.words(request)
    if not await desk.updates.approve(request, item.id, item.revision):
        return await _refused(request, item, outside, desk)
    _tell(request, item, desk, "told.approved")
    return _on_its_way(request, item, words, desk, 0)


async def _refused(request: Request, item: Item, outside: Outside, desk: Desk) -> Reply:
    """Why it could not be approved: a first day, an update that is over, or somebody who was faster."""
    now = await desk.updates.item(request, item.id)
    if now is None or now.state != "waiting" or now.revision != item.revision:
        return stale(request, now, outside)
    words = outside.words(request)
    mine = next((one for one in await desk.team.members(request) if one.me), None)
    if mine and mine.approves_from:
        said = words.say("approve.first_day", time=when.said(mine.approves_from, request.language, desk.zone))
    else:
        said = words.say("problem.over")
    return Reply((Paragraph(said),), ((to(words.say("desk.title"), "desk"),),), replace(request.session, step=""))


async def _sent_back(request: Request, item: Item, outside: Outside, desk: Desk) -> Reply:
    if not await desk.updates.take_up(request, item.id):
        return stale(request, await desk.updates.item(request, item.id), outside)
    _tell(request, item, desk, "told.sent_back")
    words = outside.words(request)
    rows: Rows = ((to(words.say("desk.title"), "desk"),),)
    return Reply((Paragraph(words.say("approve.sent_back")),), rows, replace(request.session, step=""))


async def alone(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """Send one's own: in solo mode, a rehearsal, or an alert that nobody answered. It can be undone for a while."""
    number, revision, _ = taken_apart(choice.argument)
    item = await desk.updates.item(request, number)
    if item is None or not item.editable or str(item.revision) != revision:
        return stale(request, item, outside)
    if checking.lacking(request, item):
        return await checking.checked(request, item, outside, desk)
    if item.state == "draft" and not await desk.updates.submit(request, item):
        return stale(request, await desk.updates.item(request, number), outside)
    words, now = outside.words(request), int(request.now.timestamp())
    if await desk.updates.approve_alone(request, number, item.revision):
        if not item.rehearsal:
            _tell(request, item, desk, "told.alone")
        return _on_its_way(request, item, words, desk, 0 if item.rehearsal else UNDO)
    since = item.waiting_since or now
    if item.update.urgency == "alert" and now < since + UNANSWERED:
        said = words.say("approve.not_yet", minutes=when.minutes(since + UNANSWERED - now))
    else:
        said = words.say("approve.not_alone")
    return Reply((Paragraph(said),), _own_rows(item, words), replace(request.session, step=""))


async def undo(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """A draft again, as long as nothing went out."""
    number = number_of(choice.argument)
    item = await desk.updates.item(request, number)
    if item is None or not await desk.updates.take_up(request, number):
        return stale(request, await desk.updates.item(request, number), outside)
    _tell(request, item, desk, "told.undone")
    words = outside.words(request)
    mine = ((to(words.say("approve.change"), "write", f"{number}-check"),),) if item.mine else ()
    rows: Rows = (*mine, (to(words.say("desk.title"), "desk"),))
    return Reply((Paragraph(words.say("approve.undone")),), rows, replace(request.session, step=""))


def _tell(request: Request, item: Item, desk: Desk, key: str) -> None:
    reply_for: Callable[[Language], Reply] = lambda words: Reply(  # noqa: E731
        (Paragraph(words.say(key)), Quiet(preview.name(item, words.code))),
        ((to(words.say("told.look"), "desk", str(item.id)),),),
    )
    desk.tell(reply_for, but=request.coordinator)


def _on_its_way(request: Request, item: Item, words: Language, desk: Desk, wait: int) -> Reply:
    """It is approved: when it goes out, where to look, and how to undo it."""
    at = item.update.send_at
    later = at > request.now.timestamp() + wait
    if item.rehearsal:
        said = words.say("approve.rehearsing")
    elif later:
        said = words.say("approve.goes_at", time=when.said(at, request.language, desk.zone))
    else:
        said = words.say("approve.goes_in", seconds=wait) if wait else words.say("approve.goes")
    undoing = ((to(words.say("approve.undo"), "undo", str(item.id)),),) if later or wait else ()
    follow = to(words.say("approve.follow"), "follow", str(item.corrects or item.id))
    rows: Rows = (*undoing, (follow, to(words.say("desk.title"), "desk")))
    return Reply((Paragraph(said),), rows, replace(request.session, step=""))
