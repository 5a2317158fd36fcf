"""What the figures say by themselves: the weekly digest, and a theme asked for far above its usual."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.counter import SCALE
from bot.figures import Figures
from bot.telling import Telling
from content.model import Language
from handlers import stats
from handlers.buttons import to
from handlers.types import Outside, Paragraph, Reply
from storage import coordinators, statistics
from storage.database import Database

USUAL = 28
"""Days that make up what is usual."""
FEWEST = 14
"""Days without which nothing is called usual yet."""
FAR = 4.0
"""Standard deviations above the usual: by chance alone one theme in a hundred years of days."""
DIGEST_HOUR = 9
SURGE, DIGEST = "surge-told", "digest-sent"


class Noticing:
    """Looks at the closed days and tells coordinators, each thing once."""

    def __init__(
        self,
        database: Database,
        figures: Figures,
        telling: Telling,
        outside: Callable[[], Outside],
        time_zone: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._figures = figures
        self._telling = telling
        self._outside = outside
        self._zone = ZoneInfo(time_zone)
        self._now = now

    async def look(self) -> None:
        """Tell of a surge in the day that has closed, and send the digest on Monday morning."""
        await self._surge(self._now().date())
        local = self._now().astimezone(self._zone)
        if local.weekday() == 0 and local.hour >= DIGEST_HOUR:
            await self._digest(local.date())

    async def _surge(self, today: date) -> None:
        yesterday = today - timedelta(days=1)
        if not await self._first_time(SURGE, yesterday):
            return
        for theme, number, usual in await self._risen(yesterday):

            def reply_for(words: Language, theme: str = theme, number: int = number, usual: int = usual) -> Reply:
                name = words.themes.get(theme, theme)
                line = words.say("stats.surge", name=name, number=number, usual=usual)
                return Reply((Paragraph(line),), ((to(words.say("told.look"), "stats", "theme-7"),),))

            await self._telling.tell(reply_for)

    async def _risen(self, day: date) -> list[tuple[str, int, int]]:
        """(theme, figure, usual) of the themes that were asked for far above their usual."""
        rows = await statistics.daily(self._database, "theme", day - timedelta(days=USUAL), day + timedelta(days=1))
        found = []
        for theme in sorted({label for _, label, _ in rows}):
            before = [figure for when, label, figure in rows if label == theme and when < day]
            now = [figure for when, label, figure in rows if label == theme and when == day]
            if not now or len(before) < FEWEST:
                continue
            usual = max(0.0, sum(before) / len(before))
            deviation = math.sqrt(2 * SCALE**2 * (1 + 1 / len(before)) + usual)
            if now[0] - usual > FAR * deviation:
                found.append((theme, now[0], round(usual)))
        return found

    async def _digest(self, monday: date) -> None:
        if not await self._first_time(DIGEST, monday):
            return
        view = await self._figures.view("theme", 7)
        outside = self._outside()

        def reply_for(words: Language) -> Reply:
            labels = {one.label: stats.label("theme", one.label, words, outside) for one in view.figures}
            blocks = (Paragraph(words.say("stats.digest")), *stats.sentences(view, words, labels))
            return Reply(blocks, ((to(words.say("told.look"), "stats", "theme-7"),),))

        await self._telling.tell(reply_for, only=lambda one: one.digest)

    async def _first_time(self, what: str, day: date) -> bool:
        """Whether this was not done for this day; from now on it was."""
        if await coordinators.mode(self._database, what) == day.isoformat():
            return False
        await coordinators.set_mode(self._database, what, day.isoformat())
        return True
