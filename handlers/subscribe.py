"""Updates: one tap to get them, topics, language, region and quiet hours, and one tap to leave."""

from dataclasses import replace

from handlers import codes, places, topics, when, wishing
from handlers.buttons import navigation, to
from handlers.choices import Choice
from handlers.handed import Subscribed, Subscriptions, Wishes
from handlers.types import Block, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows

NAME = wishing.NAME
CHANNELS = ("telegram", "signal")
"""Where Beside can write to somebody by itself."""


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """Getting updates, changing what comes, leaving."""
    handed = outside.subscriptions
    if handed is None or request.channel not in CHANNELS:
        return _said(request, outside, "updates.elsewhere")
    argument, letter = places.taken_apart(choice.argument)
    name, _, value = argument.partition("-")
    if name in ("yes", "added"):
        return _introduced(await _begin(request, outside, handed), request, outside, new=name == "added")
    if name == "code":
        return await _begin(request, outside, handed, value)
    if name == "invite":
        return await _invited(request, outside, handed)
    found = await handed.find(request)
    if found is None:
        return _offer(request, outside, handed)
    if name == "leave":
        return await _left(request, outside, handed)
    if name == "here":
        moved = await handed.come_here(request)
        return _said(request, outside, "group.moved" if moved else "group.not_theirs")
    change = wishing.changed(found.wishes, name, value, choice.country, outside)
    if change:
        if await handed.keep(request, change) == "not-theirs":
            return _said(request, outside, "group.not_theirs")
        found = replace(found, wishes=change)
    if name in wishing.PAGES and not (change and name == "region"):
        return await wishing.PAGES[name](request, outside, handed, found.wishes, letter or "")
    return await _overview(request, outside, handed, found)


async def commanded(request: Request, rest: str, outside: Outside) -> Reply:
    """`/updates CODE`."""
    return await respond(request, Choice(NAME, f"code-{codes.read(rest).lower()}"), outside)


def _said(request: Request, outside: Outside, key: str, **more: object) -> Reply:
    words = outside.words(request)
    return Reply((Paragraph(words.say(key, **more)),), navigation(words), replace(request.session, step=""))


def _group(request: Request) -> bool:
    return request.place == "group"


def _offer(request: Request, outside: Outside, handed: Subscriptions) -> Reply:
    """What updates are, and the tap that begins them."""
    words = outside.words(request)
    blocks: list[Block] = [Heading(words.say("updates.title"))]
    rows: list[tuple[str, str]] = []
    if _group(request):
        blocks.append(Paragraph(words.say("group.offer")))
        rows.append((words.say("group.propose"), "yes"))
    else:
        blocks += [Paragraph(words.say("updates.offer")), Quiet(words.say("updates.kept"))]
        if handed.needs_code and not request.coordinator:
            blocks.append(Paragraph(words.say("updates.need_code")))
        else:
            rows.append((words.say("updates.yes"), "yes"))
    buttons = tuple((to(label, NAME, argument),) for label, argument in rows)
    return Reply(tuple(blocks), (*buttons, *_more(request, outside, handed)), replace(request.session, step=""))


def _more(request: Request, outside: Outside, handed: Subscriptions) -> Rows:
    """Coordinators can make a code, where one is needed."""
    words = outside.words(request)
    code = ((to(words.say("updates.invite"), NAME, "invite"),),)
    made_here = handed.needs_code and request.coordinator and not _group(request)
    return (*(code if made_here else ()), *navigation(words))


async def _begin(request: Request, outside: Outside, handed: Subscriptions, code: str = "") -> Reply:
    """Subscribe with what most people want; everything can be changed afterwards."""
    words = outside.words(request)
    if found := await handed.find(request):
        return await _overview(request, outside, handed, found)
    everything = tuple(topics.titles(words, await handed.topics()))
    wishes = Wishes(request.language, everything, request.session.country)
    kept = await handed.keep(request, wishes, codes.read(code))
    if kept == "wait":
        return _said(request, outside, "updates.wait", minutes=when.minutes(handed.tries_in(request)))
    if kept == "no-code":
        return _said(request, outside, "updates.no_code" if code else "updates.need_code")
    if kept in ("not-theirs", "proposed", "enough"):
        return _said(request, outside, f"group.{kept.replace('-', '_')}")
    reply = await _overview(request, outside, handed, Subscribed(wishes))
    latest = (Paragraph(words.say("updates.latest")),) if await handed.welcome(request) else ()
    return replace(reply, blocks=(Heading(words.say("updates.begun")), *reply.blocks[1:], *latest))


def _introduced(reply: Reply, request: Request, outside: Outside, *, new: bool) -> Reply:
    """In a group that has just got us: first who we are."""
    blocks = (Paragraph(outside.words(request).say("group.added")), *reply.blocks) if new else reply.blocks
    return replace(reply, blocks=blocks)


async def _overview(request: Request, outside: Outside, handed: Subscriptions, found: Subscribed) -> Reply:
    """What comes, and the buttons that change it."""
    words, wishes = outside.words(request), found.wishes
    if not found.confirmed:
        stop = ((to(words.say("updates.leave"), NAME, "leave"),),)
        return replace(_said(request, outside, "group.waiting"), buttons=(*stop, *navigation(words)))
    alerts = "updates.alerts_pass" if wishes.alerts else "updates.alerts_wait"
    blocks: tuple[Block, ...] = (
        Heading(words.say("group.now" if _group(request) else "updates.now")),
        Paragraph(wishing.chosen(wishes, words, topics.titles(words, await handed.topics()))),
        *((Quiet(words.say(alerts)),) if wishes.quiet_from != wishes.quiet_to else ()),
    )
    here = () if found.here else ((to(words.say("group.here"), NAME, "here"),),)
    rows: Rows = (
        *here,
        (to(words.say("updates.topics"), NAME, "topics"), to(words.say("updates.language"), NAME, "language")),
        (to(words.say("updates.region"), NAME, "region"), to(words.say("updates.hours"), NAME, "hours")),
        (to(words.say("updates.leave"), NAME, "leave"),),
        *_more(request, outside, handed),
    )
    return Reply(blocks, rows, replace(request.session, step=""))


async def _left(request: Request, outside: Outside, handed: Subscriptions) -> Reply:
    words = outside.words(request)
    if not await handed.leave(request):
        return _said(request, outside, "group.not_theirs" if _group(request) else "updates.not_member")
    if _group(request):
        return _said(request, outside, "group.left")
    again = () if handed.needs_code else ((to(words.say("updates.again"), NAME, "yes"),),)
    return replace(_said(request, outside, "updates.left"), buttons=(*again, *navigation(words)))


async def _invited(request: Request, outside: Outside, handed: Subscriptions) -> Reply:
    code = await handed.invite(request)
    if not code:
        return _offer(request, outside, handed)
    return _said(request, outside, "updates.invited", code=codes.spelled(code))
