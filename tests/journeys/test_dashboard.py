"""The dashboard as coordinators use it: on the phone, with a keyboard, by screen reader, without JavaScript."""

import csv
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.dashboards import mini_app_data
from tests.journeys.at_dashboard import PHONE, fill
from tests.journeys.at_desk import Person, joined
from tests.journeys.running import beside, free_port, telegram_settings
from tests.journeys.test_page import contrast
from tests.standins.telegram import TOKEN, TelegramServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = (
    "",
    "needs",
    "gaps",
    "referrals",
    "referral",
    "phrases?try=help",
    "updates",
    "people",
    "audit",
    "privacy",
    "report",
)
LINE = "Szpila and Helsinki Foundation"
COLOURS = """() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest('option'))
  .map(e => {
    let back = e;
    while (back && getComputedStyle(back).backgroundColor === 'rgba(0, 0, 0, 0)') back = back.parentElement;
    return [getComputedStyle(back || document.body).backgroundColor, getComputedStyle(e).color];
  })"""
UNNAMED = "fields => [...document.querySelectorAll(fields)].filter(e => !e.labels.length).length"
FIELDS = "input:not([type=hidden]),select,textarea"
TAPPED = "button,summary,a:not(.skip),input:not([type=hidden],[type=checkbox]),select,textarea"
SMALL = """tapped => [...document.querySelectorAll(tapped)]
  .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
  .filter(([, r]) => r.height < 44 || r.width < 40).map(([html]) => html)"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[str, Person]]:
    """A deployment after three busy months, and a coordinator of it."""
    folder, port = tmp_path_factory.mktemp("dashboard"), free_port()
    address = f"http://127.0.0.1:{port}"
    async with TelegramServer() as telegram, beside(folder, port, **telegram_settings(telegram, address)):
        anna, _ = await joined(telegram, folder, "Anna", "Boris")
        fill(folder / "beside.sqlite3")
        yield address, anna


async def signed_in(browser: Browser, here: tuple[str, Person], *, script: bool = False) -> Page:
    """A phone on which the coordinator has opened the link."""
    context = await browser.new_context(viewport=PHONE, java_script_enabled=script, accept_downloads=True)
    page = await context.new_page()
    shown = await here[1].say("/dashboard", "works once")
    await page.goto(shown.button("Open in the browser")["url"])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return page


async def test_link_overview_a_theme_confirming_a_referral_exporting(
    browser: Browser, here: tuple[str, Person], tmp_path: Path
) -> None:
    """All of it without JavaScript."""
    page = await signed_in(browser, here)
    await expect(page.get_by_text("People came most for: Watching the border")).to_be_visible()
    await page.get_by_role("link", name="Watching the border").click()
    await expect(page.get_by_role("heading", name="Watching the border")).to_be_visible()
    await expect(page.get_by_role("heading", name="Week by week, the last 12")).to_be_visible()
    await page.get_by_role("link", name="Referrals").click()
    await page.get_by_label("Name, country or number").fill("szpila")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("button", name=f"It works today: {LINE}").click()
    await expect(page.get_by_role("status")).to_have_text("Marked as checked today, in every chat.")
    await expect(page.get_by_role("article").filter(has_text=LINE)).to_contain_text("Checked today")
    await sees_it_in_the_chat(browser, here[0])
    await page.goto(f"{here[0]}/dashboard/needs?metric=country&days=30")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Save as CSV").click()
    file = tmp_path / "figures.csv"
    await (await downloading.value).save_as(file)
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    assert "Poland" in [row[0] for row in rows if row]
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Save as JSON").click()
    await (await downloading.value).save_as(file)
    assert json.loads(file.read_text(encoding="utf-8"))["tables"][0]["rows"][0]["Country"] == "Poland"
    await page.get_by_role("button", name="Sign out").click()
    await page.goto(f"{here[0]}/dashboard")
    await expect(page.get_by_text("You are not signed in")).to_be_visible()
    await page.context.close()


async def sees_it_in_the_chat(browser: Browser, address: str) -> None:
    """A volunteer reads the mark on the chat page, seconds later."""
    context = await browser.new_context(viewport=PHONE)
    page = await context.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Legal protection").click()
    await page.get_by_role("textbox").fill("Poland")
    await page.keyboard.press("Enter")
    today = datetime.now(UTC)
    await expect(page.get_by_text(f"checked {today.day} {today:%b}").first).to_be_visible()
    await context.close()


async def test_every_page_fits_the_phone_and_loads_nothing_from_elsewhere(
    browser: Browser, here: tuple[str, Person]
) -> None:
    page = await signed_in(browser, here, script=True)
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    for name in PAGES:
        await page.goto(f"{here[0]}/dashboard/{name}".rstrip("/"))
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= 390, name
        assert await page.evaluate(SMALL, TAPPED) == [], name
        await page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= 390, f"{name} in large letters"
    assert [url for url in asked if not url.startswith((here[0], "data:"))] == []
    assert wrong == []
    await page.context.close()


async def test_a_screen_reader_finds_its_way(browser: Browser, here: tuple[str, Person]) -> None:
    page = await signed_in(browser, here, script=True)
    for name in PAGES:
        await page.goto(f"{here[0]}/dashboard/{name}".rstrip("/"))
        await expect(page.get_by_role("main")).to_have_count(1)
        await expect(page.get_by_role("navigation", name="Pages")).to_have_count(1)
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert await page.evaluate(UNNAMED, FIELDS) == 0
        assert await page.evaluate("() => [...document.images].filter(i => !i.alt || !i.complete).length") == 0
        assert await page.evaluate("() => [...document.querySelectorAll('th')].filter(t => !t.scope).length") == 0
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("() => document.activeElement.closest('main') !== null")
    await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast(browser: Browser, here: tuple[str, Person], scheme: str) -> None:
    page = await signed_in(browser, here, script=True)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for name in PAGES:
        await page.goto(f"{here[0]}/dashboard/{name}".rstrip("/"))
        for back, front in await page.evaluate(COLOURS):
            assert contrast(back, front) >= 4.5, (name, back, front)
    await page.context.close()


async def test_the_report_is_one_page_of_paper(browser: Browser, here: tuple[str, Person]) -> None:
    page = await signed_in(browser, here, script=True)
    await page.goto(f"{here[0]}/dashboard/report?days=30")
    paper = await page.pdf(format="A4", margin={"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"})
    assert paper.count(b"/Type /Page\n") == 1
    await page.context.close()


async def test_telegrams_apps_sign_in_without_a_link(browser: Browser, here: tuple[str, Person]) -> None:
    """The address carries what Telegram signed; our few lines post it and leave nothing of it behind."""
    address, anna = here
    context = await browser.new_context(viewport=PHONE)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    data = mini_app_data(TOKEN, anna.chat.user.id, time.time())
    await page.goto(f"{address}/dashboard/app#{urlencode({'tgWebAppData': data, 'tgWebAppVersion': '9.1'})}")
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert page.url == f"{address}/dashboard"
    assert wrong == []
    await page.go_back()
    assert "tgWebAppData" not in page.url
    await context.close()
    elsewhere = await (await browser.new_context(viewport=PHONE)).new_page()
    await elsewhere.goto(f"{address}/dashboard/app")
    await expect(elsewhere.get_by_text("Elsewhere write /dashboard to the bot")).to_be_visible()
    await elsewhere.context.close()
