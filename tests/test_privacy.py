"""A marked word and a marked address go through every path and turn up nowhere."""

import asyncio
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.counter import CAP, EPSILON
from bot.dashboard.privacy import said
from bot.figures import is_small, wrong
from bot.privacy_page import PAGE, generated
from content.loader import LANGUAGES, load
from handlers.metrics import register
from handlers.stats import FEW, SMALLEST_WEEK
from storage.tables import metadata
from tests.journeys.running import beside, telegram_settings
from tests.standins.telegram import TelegramServer

MARK = "Zyxwvut"
JOBS = re.findall(r'Job\("(\w+)"', (Path(__file__).parents[1] / "bot" / "app.py").read_text(encoding="utf-8"))


def everything_in(folder: Path) -> bytes:
    """The raw bytes of every file."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


async def test_a_marked_word_turns_up_nowhere(
    tmp_path: Path, logged: list[dict[str, object]], capfd: pytest.CaptureFixture[str]
) -> None:
    async with TelegramServer() as telegram:
        async with beside(tmp_path, **telegram_settings(telegram)) as address:
            chat = telegram.user(MARK).private()
            texts = (f"police are arresting {MARK}", f"{MARK} cant sleep", f"/ask {MARK}", f"/start {MARK}", f"/{MARK}")
            for text in texts:
                await chat.say(text)
                await chat.reply()
            async with httpx.AsyncClient() as client:
                for form in ({"text": f"help {MARK}"}, {"choice": MARK}, {"state": MARK, "text": MARK}):
                    await client.post(address, data=form)
                figures = (await client.get(f"{address}/metrics")).text
            await asyncio.sleep(1.2)  # one flush
            alive = everything_in(tmp_path)
        stopped = everything_in(tmp_path)
    person = str(chat.user.id)
    out, err = capfd.readouterr()
    for where in (alive.decode("latin-1"), stopped.decode("latin-1"), str(logged), figures, out, err):
        assert MARK.casefold() not in where.casefold()
        assert person not in where


def test_the_privacy_page_is_the_schema_and_the_register() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert generated(page) == page
    for table in metadata.tables.values():
        assert table.info["keep"]
        assert [job for job in JOBS if job == table.info["job"]]
        for column in table.columns:
            assert f"| `{table.name}.{column.name}` |" in page


def test_what_is_kept_can_be_read_in_every_language() -> None:
    """Every reason of the schema and the register stands among the texts as it is, so that it can be translated."""
    content = load(LANGUAGES)
    stated = {("keep", table.info["keep"]) for table in metadata.tables.values()}
    columns = [column for table in metadata.tables.values() for column in table.columns]
    stated |= {(kind, column.info[kind]) for column in columns for kind in ("what", "why")}
    stated |= {("metric", metric.purpose) for metric in register(content)}
    words = content.languages["en"]
    assert [one for one in stated if said(words, *one) != one[1]] == []
    keys = {key for key in words.interface if key.startswith("kept.")}
    assert len(keys) == len(stated), "each sentence has a key of its own, and none is left over"
    for language in content.languages.values():
        assert keys <= language.interface.keys()


def test_the_privacy_page_states_the_real_figures() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"at most {CAP} counts a day" in page
    assert f"epsilon {EPSILON:g}" in page
    assert f"scale {CAP / EPSILON:g}" in page
    assert f"A figure below {FEW} shows as “fewer than {FEW}”" in page
    assert f"about {SMALLEST_WEEK} answers a week" in page
    week = wrong(7)[0]
    assert f"| 7 days | ± {week.one} | ± {week.together} | {week.detail_from} |" in page


def test_the_table_of_errors_is_what_the_noise_does() -> None:
    """Nineteen of twenty sums of noise lie within what is stated, and details begin where the code begins them."""
    draws = json.loads(subprocess.check_output([sys.executable, "-m", "storage.noise", "70000", f"{CAP / EPSILON:g}"]))
    for days, one, together, detail in wrong(7):
        for many, stated in ((days, one), (7 * days, together)):
            sums = [abs(sum(draws[at : at + many])) for at in range(0, len(draws) - many, many)]
            within = sum(number <= stated for number in sums) / len(sums)
            assert within == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / len(sums)) + 0.01), (days, many)
        assert is_small(detail - 1, together, days)
        assert not is_small(detail, together, days)
