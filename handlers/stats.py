"""Statistics in the chat: a picture, three sentences, and what else can be looked at. For coordinators."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Protocol

from content.model import Language
from handlers import home, names
from handlers.buttons import in_rows, navigation, to
from handlers.choices import Choice
from handlers.types import Block, Button, File, Heading, Outside, Paragraph, Quiet, Reply, Request, Rows

PERIODS: Mapping[str, int] = {"7": 7, "30": 30, "84": 84}
"""What can be asked for → days."""
VIEWS = ("theme", "card", "referral", "country", "language", "channel", "urgent", "understood", "update", "chats")
SHOWN = 8
"""Bars of a picture."""
FEW = 5
"""Figures below it are shown as "fewer than"."""
SMALLEST_WEEK = 20
"""Answers a week below which a group is too small for detail."""
OVERVIEW = "theme"


@dataclass(frozen=True, slots=True)
class Figure:
    """A noisy figure: nineteen times in twenty the truth is within `margin` of it."""

    label: str
    number: int
    margin: int


@dataclass(frozen=True, slots=True)
class View:
    """A metric over a period, the largest figure first, and the same in the period before.

    `small` says that the group is too small for detail; then only the total is given.
    """

    metric: str
    days: int
    figures: tuple[Figure, ...]
    before: Mapping[str, Figure]
    total: Figure
    small: bool


class Statistics(Protocol):
    """The figures, noisy as they are kept."""

    async def view(self, metric: str, days: int) -> View:
        """A declared metric over so many closed days, up to yesterday."""
        ...

    async def digest(self, request: Request, *, wanted: bool) -> bool:
        """Whether this coordinator wants the weekly digest, from now on."""
        ...

    async def picture(self, view: View, words: Language, names: Mapping[str, str]) -> bytes | None:
        """The view as a PNG; None where it cannot be drawn just now."""
        ...


async def respond(request: Request, choice: Choice, outside: Outside) -> Reply:
    """`stats`, `stats:<metric>-<days>`, and `stats:<metric>-<days>-csv`."""
    if not request.coordinator or outside.statistics is None:
        return await home.unknown_command(request, choice, outside)
    metric, days, as_csv = _asked(choice.argument)
    view = await outside.statistics.view(metric, days)
    words = outside.words(request)
    labels = {figure.label: label(metric, figure.label, words, outside) for figure in view.figures}
    session = replace(request.session, step="")
    if as_csv:
        file = File(f"beside-{metric}-{days}-days.csv", "text/csv", to_csv(view, labels).encode())
        return Reply((Paragraph(words.say("stats.csv")),), _buttons(view, words), session, files=(file,))
    blocks = (
        Heading(words.say("stats.title", what=words.say(f"stats.metrics.{metric}"), days=days)),
        *sentences(view, words, labels),
        Quiet(words.say("stats.method", margin=view.total.margin if not view.figures else view.figures[0].margin)),
    )
    picture = None if view.small else await outside.statistics.picture(view, words, labels)
    files = (File("beside.png", "image/png", picture),) if picture else ()
    return Reply(blocks, _buttons(view, words), session, files=files)


async def digest(request: Request, choice: Choice, outside: Outside) -> Reply:
    """`digest:on` and `digest:off`: three sentences on Monday mornings, or no more."""
    if not request.coordinator or outside.statistics is None:
        return await home.unknown_command(request, choice, outside)
    wanted = await outside.statistics.digest(request, wanted=choice.argument != "off")
    words = outside.words(request)
    line = words.say("stats.digest_yes" if wanted else "stats.digest_no")
    other = to(words.say("stats.digest_off" if wanted else "stats.digest_on"), "digest", "off" if wanted else "on")
    return Reply((Paragraph(line),), ((other,), *navigation(words, "stats")), replace(request.session, step=""))


def _asked(argument: str) -> tuple[str, int, bool]:
    metric, _, rest = argument.partition("-")
    days, _, form = rest.partition("-")
    return (metric if metric in VIEWS else OVERVIEW), PERIODS.get(days, 7), form == "csv"


def label(metric: str, name: str, words: Language, outside: Outside) -> str:
    """What a label is called."""
    if metric in ("theme", "missed-theme"):
        return words.themes.get(name, name)
    if metric == "card" and name in words.cards:
        return words.cards[name].title
    if metric == "country" and name in outside.content.countries:
        return names.country(name, words.code)
    if metric in ("language", "missed-language"):
        return names.language(name.partition("-")[0], words.code)
    return words.interface.get(f"stats.labels.{name}", name)


def sentences(view: View, words: Language, labels: Mapping[str, str]) -> tuple[Block, ...]:
    """What people came for, what changed beyond the noise, and how sure that is."""
    if view.small:
        return (Paragraph(words.say("stats.small", total=shown(view.total, words))),)
    largest = [figure for figure in view.figures if figure.number > figure.margin][:3]
    if not largest:
        return (Paragraph(words.say("stats.nothing", total=shown(view.total, words))),)
    most = ", ".join(
        words.say("stats.one", name=labels[one.label], number=shown(one, words), margin=one.margin) for one in largest
    )
    return (Paragraph(words.say("stats.most", what=most)), Paragraph(_changed(view, words, labels)))


def _changed(view: View, words: Language, labels: Mapping[str, str]) -> str:
    """What rose or fell by more than both margins together."""
    moved = [
        (figure, view.before[figure.label])
        for figure in view.figures
        if figure.label in view.before
        and abs(figure.number - view.before[figure.label].number) > figure.margin + view.before[figure.label].margin
    ]
    if not moved:
        return words.say("stats.unchanged")
    lines = []
    for now, before in moved[:3]:
        key = "stats.rose" if now.number > before.number else "stats.fell"
        lines.append(words.say(key, name=labels[now.label], before=before.number, now=now.number))
    return " ".join(lines)


def shown(figure: Figure, words: Language) -> str:
    """A figure as it may be shown: never below nothing, and small ones only as small."""
    return words.say("stats.few", number=FEW) if figure.number < FEW else str(figure.number)


def to_csv(view: View, labels: Mapping[str, str]) -> str:
    """What the screen shows, as CSV."""
    written = StringIO()
    table = csv.writer(written)
    table.writerow(("label", "figure", "plus_or_minus"))
    rows: Sequence[Figure] = (view.total,) if view.small else view.figures
    for figure in rows:
        number = f"<{FEW}" if figure.number < FEW else figure.number
        table.writerow((labels.get(figure.label, figure.label), number, figure.margin))
    return written.getvalue()


def _buttons(view: View, words: Language) -> Rows:
    """The periods, the other metrics, and the same as CSV."""
    periods = tuple(to(words.say(f"stats.periods.{name}"), "stats", f"{view.metric}-{name}") for name in PERIODS)
    others: list[Button] = [
        to(words.say(f"stats.metrics.{metric}"), "stats", f"{metric}-{view.days}")
        for metric in VIEWS
        if metric != view.metric
    ]
    csv_button = (to(words.say("stats.as_csv"), "stats", f"{view.metric}-{view.days}-csv"),)
    monday = (to(words.say("stats.digest_on"), "digest", "on"),)
    return (periods, *in_rows(others, 2), csv_button, monday, *navigation(words, "desk"))
