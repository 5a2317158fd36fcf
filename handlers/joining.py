"""`/join CODE`: becoming a coordinator by another's invitation."""

from dataclasses import replace

from handlers import codes, when
from handlers.buttons import in_group, navigation, to
from handlers.choices import Choice
from handlers.desk import Desk
from handlers.types import Heading, Outside, Paragraph, Reply, Request


async def join(request: Request, typed: str, outside: Outside, desk: Desk) -> Reply:
    """Use a code up; what is wrong with one is said, and after five wrong ones an hour goes by."""
    words, session = outside.words(request), replace(request.session, step="")
    if request.place == "group":
        return in_group(Reply((Paragraph(words.say("join.private")),), session=session), words, Choice("home"))
    if not typed:
        return Reply((Paragraph(words.say("join.ask")),), navigation(words), session)
    joined = await desk.team.join(request, codes.read(typed))
    if joined.outcome != "new":
        key = f"join.{joined.outcome}"
        said = words.say(key, minutes=joined.minutes) if joined.outcome == "wait" else words.say(key)
        at_desk = ((to(words.say("desk.title"), "desk"),),) if joined.outcome == "known" else navigation(words)
        return Reply((Paragraph(said),), at_desk, session)
    sign = joined.sign
    desk.tell(lambda others: Reply((Paragraph(others.say("told.joined", sign=sign)),)), but=request.coordinator)
    first_day = when.said(joined.approves_from, request.language, desk.zone) if joined.approves_from else ""
    blocks = (
        Heading(words.say("join.title")),
        Paragraph(words.say("join.new", sign=sign)),
        *((Paragraph(words.say("join.first_day", time=first_day)),) if first_day else ()),
    )
    return Reply(blocks, ((to(words.say("desk.title"), "desk"),),), session)
