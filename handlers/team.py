"""The coordinators: inviting one, suspending one for a day, removing one (which takes two), and the audit list."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from content.model import Language
from handlers import codes, when
from handlers.buttons import to
from handlers.choices import Choice
from handlers.desk import Desk, Member
from handlers.drafts import number_of
from handlers.types import Button, Heading, Link, Outside, Paragraph, Quiet, Reply, Request, Rows, Steps

LINES = 25
"""Lines of the audit list that fit a screen."""


async def respond(request: Request, choice: Choice, outside: Outside, desk: Desk) -> Reply:
    """The team, or what was tapped there."""
    name, _, number = choice.argument.partition("-")
    match name:
        case "invite":
            return await _invited(request, outside, desk)
        case "audit":
            return await _audit(request, outside, desk)
        case "see":
            return await _member(request, number_of(number), outside, desk)
        case "suspend" | "restore":
            return await _suspended(request, number_of(number), outside, desk, back=name == "restore")
        case "remove":
            return await _proposed(request, number_of(number), outside, desk)
        case "agree":
            return await _agreed(request, number, outside, desk)
        case "leave":
            return await _left(request, number == "yes", outside, desk)
    return await _everyone(request, outside, desk)


async def _everyone(request: Request, outside: Outside, desk: Desk, said: str = "") -> Reply:
    words = outside.words(request)
    members = await desk.team.members(request)
    me = next((one for one in members if one.me), None)
    blocks = (
        *((Paragraph(said),) if said else ()),
        Heading(words.say("team.title")),
        *((Paragraph(words.say("team.you", sign=me.sign)),) if me else ()),
        *(Paragraph(_line(one, request, words, desk)) for one in members if not one.me),
        *((Quiet(words.say("team.alone")),) if len(members) < 2 else ()),
    )
    others = [(to(one.sign, "team", f"see-{one.id}"),) for one in members if not one.me]
    rows: Rows = (
        (to(words.say("team.invite"), "team", "invite"),),
        *others,
        (to(words.say("team.audit"), "team", "audit"), to(words.say("team.leave"), "team", "leave")),
        (to(words.say("desk.title"), "desk"),),
    )
    return Reply(blocks, rows, replace(request.session, step=""))


def _line(member: Member, request: Request, words: Language, desk: Desk) -> str:
    """One coordinator, and what they cannot do now."""
    if member.suspended_until:
        until = when.said(member.suspended_until, request.language, desk.zone)
        return words.say("team.suspended", sign=member.sign, time=until)
    if member.approves_from:
        since = when.said(member.approves_from, request.language, desk.zone)
        return words.say("team.new", sign=member.sign, time=since)
    return words.say("team.member", sign=member.sign)


async def _invited(request: Request, outside: Outside, desk: Desk) -> Reply:
    words = outside.words(request)
    code, link = await desk.team.invite(request)
    if not code:
        return await _everyone(request, outside, desk, words.say("team.cannot"))
    _tell(request, desk, lambda others: others.say("told.invited"))
    blocks = (
        Heading(words.say("team.invite")),
        Paragraph(words.say("team.code", code=codes.spelled(code))),
        *((Link(link, words.say("team.link")),) if link else ()),
        Quiet(words.say("team.code_care")),
    )
    return Reply(blocks, _back(words), replace(request.session, step=""))


async def _member(request: Request, number: int, outside: Outside, desk: Desk) -> Reply:
    words = outside.words(request)
    member = await _found(request, number, desk)
    if member is None:
        return await _everyone(request, outside, desk, words.say("team.gone"))
    change = "restore" if member.suspended_until else "suspend"
    rows: Rows = (
        (to(words.say(f"team.{change}"), "team", f"{change}-{number}"),),
        (to(words.say("team.remove"), "team", f"remove-{number}"),),
        *_back(words),
    )
    blocks = (Heading(member.sign), Paragraph(_line(member, request, words, desk)), Quiet(words.say("team.rules")))
    return Reply(blocks, rows, replace(request.session, step=""))


async def _suspended(request: Request, number: int, outside: Outside, desk: Desk, *, back: bool) -> Reply:
    words = outside.words(request)
    member = await _found(request, number, desk)
    if member is None or not await desk.team.suspend(request, number, back=back):
        return await _everyone(request, outside, desk, words.say("team.unchanged"))
    key = "told.restored" if back else "told.suspended"
    _tell(request, desk, lambda others: others.say(key, sign=member.sign))
    if not back:
        desk.tell_one(number, lambda theirs: Reply((Paragraph(theirs.say(key, sign=member.sign)),)))
    return await _everyone(request, outside, desk, words.say(key, sign=member.sign))


async def _proposed(request: Request, number: int, outside: Outside, desk: Desk) -> Reply:
    words = outside.words(request)
    member = await _found(request, number, desk)
    proposal = await desk.team.propose_removal(request, number) if member and not member.me else 0
    if member is None or not proposal:
        return await _everyone(request, outside, desk, words.say("team.unchanged"))

    def button(others: Language) -> Button:
        return to(others.say("team.look_removal", sign=member.sign), "team", f"agree-{proposal}")

    _tell(request, desk, lambda others: others.say("told.removal", sign=member.sign), button)
    return await _everyone(request, outside, desk, words.say("team.proposed", sign=member.sign))


async def _agreed(request: Request, argument: str, outside: Outside, desk: Desk) -> Reply:
    """Agree to a removal, after asking once more."""
    words = outside.words(request)
    number, _, sure = argument.partition("-")
    removal = next((one for one in await desk.team.removals(request) if one.id == number_of(number)), None)
    member = await _found(request, removal.subject, desk) if removal else None
    if removal is None or member is None:
        return await _everyone(request, outside, desk, words.say("team.decided"))
    if removal.mine:
        return await _everyone(request, outside, desk, words.say("team.proposed", sign=member.sign))
    if sure != "yes":
        agree = to(words.say("team.agree"), "team", f"agree-{removal.id}-yes")
        asked = (Paragraph(words.say("team.agree_sure", sign=member.sign)),)
        return Reply(asked, ((agree,), *_back(words)), replace(request.session, step=""))
    sign = await desk.team.agree(request, removal.id)
    if not sign:
        return await _everyone(request, outside, desk, words.say("team.may_not"))
    _tell(request, desk, lambda others: others.say("told.removed", sign=sign))
    return await _everyone(request, outside, desk, words.say("told.removed", sign=sign))


async def _left(request: Request, sure: bool, outside: Outside, desk: Desk) -> Reply:
    words = outside.words(request)
    if not sure:
        yes = to(words.say("team.leave_yes"), "team", "leave-yes")
        asked = (Paragraph(words.say("team.leave_sure")),)
        return Reply(asked, ((yes,), *_back(words)), replace(request.session, step=""))
    me = next((one for one in await desk.team.members(request) if one.me), None)
    if me and await desk.team.leave(request):
        _tell(request, desk, lambda others: others.say("told.left", sign=me.sign))
    home = ((to(words.say("buttons.home"), "home"),),)
    return Reply((Paragraph(words.say("team.left")),), home, replace(request.session, step=""))


async def _audit(request: Request, outside: Outside, desk: Desk) -> Reply:
    words = outside.words(request)
    lines = tuple(
        words.say(
            "audit.line",
            time=when.said(one.hour, request.language, desk.zone),
            what=words.say(f"audit.{one.what}"),
            role=words.say(f"audit.by_{one.role}"),
        )
        for one in list(await desk.team.audit())[:LINES]
    )
    rest = (Steps(lines),) if lines else (Paragraph(words.say("audit.empty")),)
    blocks = (Heading(words.say("team.audit")), Quiet(words.say("audit.kept")), *rest)
    return Reply(blocks, _back(words), replace(request.session, step=""))


async def _found(request: Request, number: int, desk: Desk) -> Member | None:
    members: Sequence[Member] = await desk.team.members(request)
    return next((one for one in members if one.id == number), None)


def _tell(
    request: Request, desk: Desk, say: Callable[[Language], str], button: Callable[[Language], Button] | None = None
) -> None:
    """Tell all the others at once."""
    desk.tell(
        lambda words: Reply((Paragraph(say(words)),), ((button(words),),) if button else ()), but=request.coordinator
    )


def _back(words: Language) -> Rows:
    return ((to(words.say("team.title"), "team"), to(words.say("desk.title"), "desk")),)
