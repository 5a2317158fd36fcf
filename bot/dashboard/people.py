"""The coordinators, what was done, what is kept, and where updates are written."""

from bot.dashboard.parts import Page, Parts, Table, Visit
from bot.dashboard.tables import of_view
from bot.team import sign_of
from handlers import names, when
from handlers.metrics import register
from storage import audit, coordinators, kept, subscriptions
from storage.tables import metadata

LINES = 100


async def show(visit: Visit, parts: Parts) -> Page:
    """Everyone by their signs, and the groups that wait to be confirmed."""
    words = visit.words
    people = await coordinators.everyone(parts.database, parts.keys())
    rows = []
    for one in people:
        state = "active"
        if one.suspended_until > visit.seconds:
            state = "suspended"
        elif one.may_approve_at > visit.seconds:
            state = "new"
        me = words.say("dashboard.you") if one.id == visit.who else ""
        rows.append((sign_of(one.id), words.say(f"dashboard.state.{state}"), one.channel.title(), me))
    head = tuple(words.say(f"dashboard.{key}") for key in ("sign", "may", "columns.channel", "note"))
    waiting = await subscriptions.of_place(parts.database, parts.keys(), "group", confirmed=False)
    groups = tuple(
        (
            names.language(one.wishes.language.partition("-")[0], words.code),
            names.country(one.wishes.region, words.code) if one.wishes.region else words.say("dashboard.everywhere"),
        )
        for one in waiting
    )
    tables = (
        Table(words.say("team.title"), head, tuple(rows), empty=words.say("dashboard.nobody")),
        Table(
            words.say("dashboard.groups"),
            (words.say("dashboard.columns.language"), words.say("dashboard.columns.country")),
            groups,
            words.say("dashboard.groups_note"),
            empty=words.say("dashboard.no_groups"),
        ),
    )
    return Page(words.say("dashboard.pages.people"), (words.say("dashboard.people_line"),), tables)


async def updates(visit: Visit, parts: Parts) -> Page:
    """Updates are written in the chat."""
    words = visit.words
    lines = (words.say("dashboard.updates_line"), words.say("dashboard.updates_how"))
    view = await parts.figures.view("update", 30)
    return Page(words.say("dashboard.pages.updates"), lines, (of_view(view, visit, parts),), save=True)


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


async def privacy(visit: Visit, parts: Parts) -> Page:
    """Every table and column with its reason, how many rows there are now, and every metric."""
    words = visit.words
    many = await kept.rows(parts.database)
    now = Table(
        words.say("dashboard.kept_now"),
        tuple(words.say(f"dashboard.{key}") for key in ("table", "rows", "how_long")),
        tuple((name, str(number), str(metadata.tables[name].info["keep"])) for name, number in many.items()),
    )
    columns = Table(
        words.say("dashboard.kept_columns"),
        tuple(words.say(f"dashboard.{key}") for key in ("column", "what", "why")),
        tuple(
            (f"{table.name}.{column.name}", str(column.info["what"]), str(column.info["why"]))
            for table in metadata.tables.values()
            for column in table.columns
        ),
    )
    metrics = Table(
        words.say("dashboard.metrics"),
        tuple(words.say(f"dashboard.{key}") for key in ("metric", "shows", "labels_number")),
        tuple((one.name, one.purpose, str(len(one.labels))) for one in register(parts.outside().content)),
    )
    lines = (words.say("dashboard.privacy_line"), words.say("dashboard.privacy_session"))
    return Page(words.say("dashboard.pages.privacy"), lines, (now, metrics, columns), save=True)
