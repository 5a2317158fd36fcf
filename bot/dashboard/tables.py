"""Figures as tables, with the sentences about them: what every page with figures shows, and what is saved of it."""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.dashboard.parts import Parts, Table, Visit, address
from content.model import Language
from handlers import names, stats
from handlers.stats import Figure, View
from handlers.types import Outside, Paragraph

WEEKS = 12
NONE = "–"
ONE_TABLE = 12
"""Rows of a table on the overview and the report; the page of a metric shows all."""


def labels(view: View, words: Language, outside: Outside) -> dict[str, str]:
    """What each label of a view is called."""
    return {name: stats.label(view.metric, name, words, outside) for name in view.before} | {
        one.label: stats.label(view.metric, one.label, words, outside) for one in view.figures
    }


def sentences(view: View, words: Language, outside: Outside) -> tuple[str, ...]:
    """What stands out, and what changed beyond the blur."""
    blocks = stats.sentences(view, words, labels(view, words, outside))
    return tuple(block.text for block in blocks if isinstance(block, Paragraph))


def of_view(view: View, visit: Visit, parts: Parts, *, most: int = 0, linked: bool = False) -> Table:
    """A metric's figures with their margins and what they were before; of a small group the total only."""
    words, outside = visit.words, parts.outside()
    title = words.say(f"stats.metrics.{view.metric}")
    head = (words.say(f"dashboard.columns.{view.metric}"), *_columns(words, view.days))
    if view.small:
        row = (words.say("dashboard.in_all"), *_figure(view.total, words), NONE)
        return Table(title, head, (row,), words.say("dashboard.small"), numbers=True)
    named = labels(view, words, outside)
    shown = view.figures[:most] if most else view.figures
    rows = tuple((named[one.label], *_figure(one, words), _before(view, one, words)) for one in shown)
    links = tuple(
        address("needs", metric=view.metric, days=view.days, label=one.label) if linked else "" for one in shown
    )
    chart = address("chart.svg", metric=view.metric, days=view.days) if len(rows) > 1 else ""
    return Table(title, head, rows, chart=chart, links=links, empty=words.say("dashboard.no_figures"), numbers=True)


def _columns(words: Language, days: int) -> tuple[str, str, str]:
    return words.say("dashboard.figure"), words.say("dashboard.margin"), words.say("dashboard.before", days=days)


def _figure(one: Figure, words: Language) -> tuple[str, str]:
    return stats.shown(one, words), str(one.margin)


def _before(view: View, one: Figure, words: Language) -> str:
    earlier = view.before.get(one.label)
    return stats.shown(earlier, words) if earlier else NONE


def of_weeks(weeks: Iterable[tuple[date, Figure]], metric: str, label: str, visit: Visit) -> Table:
    """A label week by week, the newest first."""
    words = visit.words
    head = (words.say("dashboard.week"), words.say("dashboard.figure"), words.say("dashboard.margin"))
    rows = tuple((week_name(first, words), *_figure(one, words)) for first, one in weeks)
    chart = address("chart.svg", metric=metric, weeks=label or "all")
    title = words.say("dashboard.weeks", weeks=len(rows))
    return Table(
        title, head, rows, chart=chart if len(rows) > 1 else "", empty=words.say("dashboard.no_figures"), numbers=True
    )


def week_name(first: date, words: Language) -> str:
    """A week by its first and last day."""
    last = first + timedelta(days=6)
    return f"{_day(first, words)} – {_day(last, words)}"


def _day(day: date, words: Language) -> str:
    return names.day_of_year(day, words.code)
