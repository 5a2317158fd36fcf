"""Figures on the dashboard: what is shown, how sure it is, what stays hidden, and that a file says the same."""

import csv
import html
import json
import re
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.dashboard.export import to_csv
from bot.dashboard.parts import Page, Table
from storage.coordinators import SERVER
from tests.dashboards import Deployed, deployed, proposed
from tests.journeys.at_dashboard import fill

FIGURES = (
    "",
    "needs?metric=card",
    "needs?days=84",
    "needs?metric=theme&days=84&label=borders",
    "gaps",
    "updates",
    "report",
)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Deployed]:
    async with deployed(tmp_path) as running:
        yield running


def busy(here: Deployed, tmp_path: Path, times: float = 1.0, days: int = 100) -> None:
    """Let some months pass."""
    fill(tmp_path / "beside.sqlite3", days, times)


def cells(page: str) -> list[list[str]]:
    """The rows of every table on a page, its heads included."""
    rows = re.findall(r"<tr>(.*?)(?=<tr>|</thead>|</tbody>)", page, re.DOTALL)
    return [[words(cell) for cell in re.split(r"<t[hd][^>]*>", row)[1:]] for row in rows]


def words(part: str) -> str:
    """What is left of HTML when it is read."""
    return html.unescape(re.sub(r"<[^>]+>", "", part)).strip()


def saved_as(path: str, form: str) -> str:
    """Where a page can be saved."""
    name, mark, query = path.partition("?")
    return f"/dashboard/{name or 'overview'}.{form}{mark}{query}"


@pytest.mark.parametrize("path", [*FIGURES, "audit"])
async def test_a_file_holds_exactly_what_the_screen_shows(here: Deployed, tmp_path: Path, path: str) -> None:
    busy(here, tmp_path)
    async with here.signed_in(SERVER) as browser:
        page = (await browser.get(f"/dashboard/{path}".rstrip("/"))).text
        shown = cells(page)
        table = await browser.get(saved_as(path, "csv"))
        rows = list(csv.reader(StringIO(table.text)))
        assert [row for row in rows if len(row) > 1] == [row for row in shown if len(row) > 1]
        assert all(row in rows for row in shown)
        assert table.headers["content-disposition"].startswith('attachment; filename="beside-')
        data = json.loads((await browser.get(saved_as(path, "json"))).text)
        tables = [one for one in data["tables"] if one["rows"]]
        assert [
            row for one in tables for row in ([*one["columns"]], *map(list, map(dict.values, one["rows"])))
        ] == shown
        said = html.unescape(page)
        assert all(
            line in said for line in (*data["lines"], *(note for one in data["tables"] for note in one["notes"]))
        )
        for link in re.findall(r'href="([^"]+)" download', page):
            assert (await browser.get(html.unescape(link))).status_code == 200


def everything_in(data: dict[str, Any]) -> list[str]:
    """Every word of a file."""
    found = [*data["lines"]]
    for table in data["tables"]:
        found += [table["title"], *table["notes"], *(str(cell) for row in table["rows"] for cell in row.values())]
    return found


@pytest.mark.parametrize(
    "path",
    ["referrals?q=szpila", "referral?id=pl-szpila-hfpc-antirepression-line", "phrases?try=help", "people", "updates"],
)
async def test_what_is_no_table_on_the_screen_is_saved_too(here: Deployed, tmp_path: Path, path: str) -> None:
    """Every word of the file stands on the page; and what the page is about stands in the file."""
    busy(here, tmp_path)
    async with here.signed_in(await here.hire("A")) as browser:
        await taught(browser)
        await proposed(browser, phones="+48 600 000 000")
        page = (await browser.get(f"/dashboard/{path}")).text
        said = html.unescape(re.sub(r"<[^>]+>", " ", page)) + " ".join(
            html.unescape(value) for value in re.findall(r'value="([^"]*)"', page)
        )
        file = json.loads((await browser.get(saved_as(path, "json"))).text)
        for words in everything_in(file):
            for line in words.split("\n"):
                assert line in said, line
        table = (await browser.get(saved_as(path, "csv"))).text
        assert {
            "referrals": "+48600000000" in table and "+48785931935" in table,
            "referral": "+48785931935" in table,
            "phrases": "where do i sleep" in table,
            "people": "Telegram" in table,
            "updates": "Nothing waits" in table,
        }[path.partition("?")[0]]


async def taught(browser: httpx.AsyncClient) -> None:
    """Teach a phrase."""
    form = {"do": "teach", "phrase": "where do i sleep", "label": "smalltalk", "language": "en"}
    assert (await browser.post("/dashboard/phrases", data=form)).status_code == 200


async def test_every_chart_has_its_table_and_is_drawn(here: Deployed, tmp_path: Path) -> None:
    busy(here, tmp_path)
    async with here.signed_in(SERVER) as browser:
        page = (await browser.get("/dashboard/needs?days=84")).text
        charts = re.findall(r'<img src="([^"]+)" alt="Chart: [^"]+ The table below says the same."', page)
        assert len(charts) == 2
        for chart in charts:
            light = await browser.get(html.unescape(chart))
            dark = await browser.get(f"{html.unescape(chart)}&dark=1")
            assert light.headers["content-type"] == "image/svg+xml"
            assert light.text.startswith("<svg")
            assert light.text != dark.text
            assert " style=" not in light.text


async def test_a_small_group_is_shown_as_a_total_only(here: Deployed, tmp_path: Path) -> None:
    busy(here, tmp_path, times=0.0)
    async with here.signed_in(SERVER) as browser:
        for path in ("", "needs", "needs?metric=theme&label=borders", "report", "needs?metric=country"):
            page = (await browser.get(f"/dashboard/{path}".rstrip("/"))).text
            assert "too small a group for detail" in page
            for name in ("Poland", "Watching the border</"):
                assert name not in page
            assert "chart.svg" not in page
        assert (await browser.get("/dashboard/chart.svg?metric=theme")).status_code == 404


async def test_figures_below_five_are_not_told_apart(here: Deployed, tmp_path: Path) -> None:
    busy(here, tmp_path)
    async with here.signed_in(SERVER) as browser:
        shown = {row[0]: row[1] for row in cells((await browser.get("/dashboard/needs")).text)}
        assert shown["Talking in public"] == "fewer than 5"
        assert int(shown["Watching the border"]) > 1000


async def test_a_rise_is_not_claimed_against_days_that_were_not_counted(here: Deployed, tmp_path: Path) -> None:
    busy(here, tmp_path, days=40)
    async with here.signed_in(SERVER) as browser:
        page = (await browser.get("/dashboard/needs?days=30")).text
        assert "rose from" not in page
        assert {row[3] for row in cells(page)[1:]} == {"–"}


async def test_no_page_takes_another_metric_or_period_than_there_is(here: Deployed) -> None:
    async with here.signed_in(SERVER) as browser:
        for query in ("metric=coordinators&days=7", "metric=x&days=1", "metric=theme&days=-1&label=%00"):
            assert "Themes, the last 7 days" in (await browser.get(f"/dashboard/needs?{query}")).text
        for path in ("nowhere", "nowhere.csv", "overview.pdf", "audit.xml", "../healthz.csv"):
            answer = await browser.get(f"/dashboard/{path}")
            assert answer.status_code == 404


def test_a_spreadsheet_computes_nothing_of_what_people_wrote() -> None:
    table = Table("T", ("a", "b"), (("=1+1", "+48 22 123"), ("@x", "-5"), ("+cmd|x", "ok")))
    rows = list(csv.reader(StringIO(to_csv(Page("P", tables=(table,))))))
    assert rows[-3:] == [["'=1+1", "+48 22 123"], ["'@x", "-5"], ["'+cmd|x", "ok"]]


async def test_what_is_kept_is_counted_now(here: Deployed, tmp_path: Path) -> None:
    await here.hire("A")
    async with here.signed_in(SERVER) as browser:
        shown = {row[0]: row[1] for row in cells((await browser.get("/dashboard/privacy")).text)}
        assert shown["coordinators"] == "1"
        assert shown["subscriptions"] == "0"
        assert "coordinators.address" in shown


async def test_people_are_signs_and_nothing_else(here: Deployed) -> None:
    await here.hire("12345678")
    async with here.signed_in(await here.hire("87654321", new=True)) as browser:
        page = (await browser.get("/dashboard/people")).text
        assert [row[3] for row in cells(page)[1:3]].count("you") == 1
        for chat in ("12345678", "87654321"):
            assert chat not in page


async def test_a_fault_is_a_sentence(here: Deployed) -> None:
    async with here.signed_in(SERVER) as browser:
        async with here.database.write() as connection:
            await connection.execute(text("DROP TABLE audit"))
        answer = await browser.get("/dashboard/audit")
        assert (answer.status_code, "try again in a minute" in answer.text) == (500, True)
