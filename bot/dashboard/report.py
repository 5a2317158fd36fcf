"""One page about a period to show to others: figures and how they are made, to be printed."""

from bot.dashboard import tables
from bot.dashboard.parts import Page, Parts, Tab, Visit, address
from handlers import names, stats

METRICS = ("theme", "referral", "country", "language", "urgent", "update")
MOST = 7


async def show(visit: Visit, parts: Parts) -> Page:
    """The period's figures, the method in two sentences, nothing about anybody."""
    words, outside = visit.words, parts.outside()
    days = stats.PERIODS.get(visit.asked.get("days", ""), 30)
    views = [await parts.figures.view(metric, days) for metric in METRICS]
    shown = tuple(tables.of_view(view, visit, parts, most=MOST) for view in views)
    until = names.day(visit.now.date().isoformat(), words.code).rstrip(".")  # in some languages it ends with one
    lines = (words.say("dashboard.report_line", days=days, date=until), *tables.sentences(views[0], words, outside))
    periods = tuple(
        Tab(words.say(f"stats.periods.{name}"), address("report", days=many), many == days)
        for name, many in stats.PERIODS.items()
    )
    more: dict[str, object] = {"method": words.say("dashboard.report_method"), "organisation": outside.organisation}
    return Page(
        words.say("dashboard.report_title"), lines, shown, (periods,), template="report.html", save=True, more=more
    )
