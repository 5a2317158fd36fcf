"""The week at a glance."""

from bot.dashboard import asking, needs, referrals, tables
from bot.dashboard.parts import Page, Parts, Tab, Visit, address
from handlers import stats

DAYS = 7
GLANCE = ("theme", "urgent", "referral", "update", "understood")
"""The metrics of the overview."""


async def show(visit: Visit, parts: Parts) -> Page:
    """What people came for, what was urgent, what referrals they took, how updates arrived, what had no answer."""
    words, outside = visit.words, parts.outside()
    views = [await parts.figures.view(metric, DAYS) for metric in GLANCE]
    lines = (
        *tables.sentences(views[0], words, outside),
        *await referrals.waiting(visit, parts),
        *await waiting(visit, parts),
        needs.method(views[0], visit),
    )
    shown = [tables.of_view(view, visit, parts, most=tables.ONE_TABLE, linked=view.metric == "theme") for view in views]
    periods = tuple(
        Tab(
            words.say(f"stats.periods.{name}"),
            address("needs", metric="theme", days=days) if days != DAYS else address(),
            days == DAYS,
        )
        for name, days in stats.PERIODS.items()
    )
    return Page(words.say("dashboard.pages.overview"), lines, tuple(shown), (periods,), save=True)


async def waiting(visit: Visit, parts: Parts) -> tuple[str, ...]:
    """That others' updates wait for a second coordinator, where they do and one may look."""
    request = await asking.request_of(visit, parts)
    items = await parts.desk.updates.items(request) if request.coordinator else ()
    many = len([one for one in items if one.state == "waiting" and not one.mine])
    return (visit.words.say("dashboard.updates_wait", number=many),) if many else ()
