"""What was needed: one metric at a time over a period, and one label over the weeks. Nothing crosses two metrics."""

from bot.charts import bars
from bot.dashboard import tables
from bot.dashboard.parts import Page, Parts, Tab, Table, Visit, address
from handlers import stats
from handlers.stats import FEW, SHOWN, Figure, View

LISTED = (*stats.VIEWS, "subscription", "pack", "hour")
"""What the tabs lead to."""
MISSED = ("missed-theme", "missed-language")
"""What is listed among the gaps, and has a chart like the others."""
WIDTH = 170
"""Points of a chart's bars: with their names they fit a phone."""


async def show(visit: Visit, parts: Parts) -> Page:
    """A metric, or one of its labels."""
    metric, days = asked(visit)
    view = await parts.figures.view(metric, days)
    label = visit.asked.get("label", "")
    if not view.small and any(one.label == label for one in view.figures):
        return await _one(visit, parts, view, label)
    words, outside = visit.words, parts.outside()
    title = words.say("stats.title", what=words.say(f"stats.metrics.{metric}"), days=days)
    lines = (*tables.sentences(view, words, outside), method(view, visit))
    shown = [tables.of_view(view, visit, parts, linked=True)]
    if days >= 84:
        shown.append(await _weeks(visit, parts, metric, ""))
    return Page(title, lines, tuple(shown), _tabs(visit, metric, days), save=True)


def asked(visit: Visit) -> tuple[str, int]:
    """The metric and the days that a page was asked for."""
    metric, days = visit.asked.get("metric", ""), visit.asked.get("days", "")
    return (metric if metric in (*LISTED, *MISSED) else stats.OVERVIEW), stats.PERIODS.get(days, 7)


def method(view: View, visit: Visit) -> str:
    """How wrong a figure can be."""
    margin = view.total.margin if view.small or not view.figures else view.figures[0].margin
    return visit.words.say("stats.method", margin=margin)


async def _one(visit: Visit, parts: Parts, view: View, label: str) -> Page:
    """One label: its figure, its weeks, and for a theme what there is to read about it."""
    words, outside = visit.words, parts.outside()
    name = stats.label(view.metric, label, words, outside)
    alone = View(
        view.metric,
        view.days,
        tuple(one for one in view.figures if one.label == label),
        {key: one for key, one in view.before.items() if key == label},
        view.total,
        small=False,
    )
    shown: list[Table] = [tables.of_view(alone, visit, parts), await _weeks(visit, parts, view.metric, label)]
    if view.metric == "theme":
        cards = tuple((words.cards[card.id].title,) for card in outside.content.cards_of(label))
        shown.append(Table(words.say("dashboard.cards_of"), (words.say("dashboard.columns.card"),), cards))
    back = Tab(
        words.say("dashboard.all_of", what=words.say(f"stats.metrics.{view.metric}")), _of(view.metric, view.days)
    )
    lines = (*tables.sentences(alone, words, outside), method(view, visit))
    return Page(name, lines, tuple(shown), ((back,),), save=True)


async def _weeks(visit: Visit, parts: Parts, metric: str, label: str) -> Table:
    weeks = await parts.figures.weeks(metric, label, tables.WEEKS)
    return tables.of_weeks(reversed(weeks), metric, label, visit)


def _of(metric: str, days: int) -> str:
    return address("needs", metric=metric, days=days)


def _tabs(visit: Visit, metric: str, days: int) -> tuple[tuple[Tab, ...], ...]:
    words = visit.words
    periods = tuple(
        Tab(words.say(f"stats.periods.{name}"), _of(metric, many), many == days) for name, many in stats.PERIODS.items()
    )
    metrics = tuple(Tab(words.say(f"stats.metrics.{one}"), _of(one, days), one == metric) for one in LISTED)
    return metrics, periods


async def drawn(visit: Visit, parts: Parts) -> bytes | None:
    """The chart that a page shows; None where there is none."""
    metric, days = asked(visit)
    words, dark = visit.words, "dark" in visit.asked
    view = await parts.figures.view(metric, days)
    if view.small:
        return None
    if label := visit.asked.get("weeks", ""):
        weeks = await parts.figures.weeks(metric, "" if label == "all" else label, tables.WEEKS)
        rows = [(tables.week_name(first, words), _drawn(one), one.margin) for first, one in weeks]
    else:
        named = tables.labels(view, words, parts.outside())
        rows = [(named[one.label], _drawn(one), one.margin) for one in view.figures[:SHOWN]]
    return await parts.figures.svg(bars(rows, words.direction, width=WIDTH, dark=dark)) if rows else None


def _drawn(one: Figure) -> int:
    """What the table calls "fewer than" is no bar."""
    return one.number if one.number >= FEW else 0
