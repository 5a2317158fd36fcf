"""The coordinators, the groups to confirm, what was done, and what is kept."""

from collections.abc import Mapping, Sequence

from bot.channels.web.render import blocks_html, buttons_html
from bot.dashboard import asking, desk
from bot.dashboard.parts import Page, Parts, Table, Visit, address
from bot.dashboard.sending import PEOPLE
from bot.team import sign_of
from handlers import groups, names, when
from storage import audit, coordinators, subscriptions
from storage.coordinators import SERVER
from storage.tables import PROPOSED_DAYS

LINES = 100


async def show(visit: Visit, parts: Parts) -> Page:
    """Everyone by their signs with what can be done, and the groups to confirm; or what was answered last."""
    if visit.asked.get("view") and visit.who != SERVER:
        return await desk.answered(visit, parts, PEOPLE)
    words = visit.words
    reply = await asking.pressed(visit, parts, "team")
    more: dict[str, object] = {
        "buttons": buttons_html(desk.here(reply.buttons)) if reply else "",
        "urgent": (),
        "action": address(PEOPLE),
        "groups": await _proposals(visit, parts) if reply else (),
    }
    lines = (words.say("dashboard.people_line"), *(() if reply else (words.say("dashboard.server_may"),)))
    tables = await _everyone(visit, parts), await _groups(visit, parts)
    title = words.say("dashboard.pages.people")
    return Page(title, lines, template="people.html", save=True, own=tables, more=more)


async def _everyone(visit: Visit, parts: Parts) -> Table:
    """The coordinators, and what each may do now."""
    words = visit.words
    rows = []
    for one in await coordinators.everyone(parts.database, parts.keys()):
        state = "active"
        if one.suspended_until > visit.seconds:
            state = "suspended"
        elif one.may_approve_at > visit.seconds:
            state = "new"
        me = words.say("dashboard.you") if one.id == visit.who else ""
        rows.append((sign_of(one.id), words.say(f"dashboard.state.{state}"), one.channel.title(), me))
    head = tuple(words.say(f"dashboard.{key}") for key in ("sign", "may", "columns.channel", "note"))
    return Table(words.say("team.title"), head, tuple(rows), empty=words.say("dashboard.nobody"))


async def _groups(visit: Visit, parts: Parts) -> Table:
    """The groups that wait. What they are called is shown to those who decide, and is not in a file."""
    words = visit.words
    rows = tuple(
        (
            names.language(one.wishes.language.partition("-")[0], words.code),
            names.country(one.wishes.region, words.code) if one.wishes.region else words.say("dashboard.everywhere"),
        )
        for one in await subscriptions.of_place(parts.database, parts.keys(), "group", confirmed=False)
    )
    head = (words.say("dashboard.columns.language"), words.say("dashboard.columns.country"))
    note, none = words.say("dashboard.groups_note", days=PROPOSED_DAYS), words.say("dashboard.no_groups")
    return Table(words.say("dashboard.groups"), head, rows, note, empty=none)


async def _proposals(visit: Visit, parts: Parts) -> Sequence[Mapping[str, str]]:
    """Each group that waits as the chat asks about it."""
    asked = [groups.proposal(visit.words, one.id, one.title) for one in await parts.subscribing.waiting()]
    return [{"blocks": blocks_html(one.blocks), "buttons": buttons_html(one.buttons)} for one in asked]


async def audit_list(visit: Visit, parts: Parts) -> Page:
    """What was done with rights."""
    words = visit.words
    rows = tuple(
        (
            when.said(one.hour, words.code, parts.desk.zone),
            words.interface.get(f"audit.{one.what}", one.what),
            words.say(f"audit.by_{one.role}"),
        )
        for one in await audit.noted(parts.database, LINES)
    )
    head = tuple(words.say(f"dashboard.{key}") for key in ("when", "what", "role"))
    table = Table(words.say("team.audit"), head, rows, empty=words.say("audit.empty"))
    return Page(words.say("dashboard.pages.audit"), (words.say("audit.kept"),), (table,), save=True)
