"""The pack: small, complete, and readable without a network."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from bot.pack import pack
from content.model import Content
from tests.journeys.running import beside, telegram_settings
from tests.standins.telegram import TelegramServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

ONE_COUNTRY = 90_000
ALL_COUNTRIES = 180_000


async def test_every_pack_is_small_enough(content: Content) -> None:
    now = datetime.now(UTC)
    for country in content.countries.values():
        assert len(pack(content, "en", (country.code, *country.neighbours), now).data) <= ONE_COUNTRY
    assert len(pack(content, "en", content.countries, now).data) <= ALL_COUNTRIES


async def test_a_pack_holds_every_card_and_the_numbers_around_a_country(content: Content) -> None:
    text = pack(content, "en", ("PL", *content.countries["PL"].neighbours), datetime.now(UTC)).data.decode()
    for card in content.languages["en"].cards.values():
        assert card.title.replace("'", "&#39;") in text
    for number in ("tel:112", "tel:+48722196139", "tel:800702222", "tel:+35312100489", "tel:+33486517161", "tel:7333"):
        assert f'"{number}"' in text
    assert "Someone may take their life" in text
    assert re.findall(r'(?:src|href)="(?!tel:)([^"]+)"', text) == []


async def test_a_pack_opens_without_a_network_and_says_its_age(
    browser: Browser, content: Content, tmp_path: Path
) -> None:
    made = datetime.now(UTC) - timedelta(days=12, hours=1)
    file = tmp_path / "pack.html"
    file.write_bytes(pack(content, "en", ("PL",), made).data)
    context = await browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = await context.new_page()
    await page.goto(file.as_uri())
    await expect(page.locator("#age")).to_contain_text("made 12 days ago")
    await page.get_by_text("Police stop you").click()
    await expect(page.get_by_text("Am I free to go?").last).to_be_visible()
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= 390
    await context.close()


async def test_the_page_hands_the_pack_over_as_a_download(browser: Browser, address: str) -> None:
    for script in (True, False):
        context = await browser.new_context(java_script_enabled=script)
        page = await context.new_page()
        await page.goto(address)
        await page.get_by_role("button", name="Guidance").click()
        await page.get_by_role("button", name="All of it, to read offline").click()
        await page.get_by_role("button", name="P", exact=True).click()
        await page.get_by_role("button", name="Poland").click()
        async with page.expect_download() as waiting:
            await page.get_by_role("button", name="Save the file").click()
        download = await waiting.value
        assert download.suggested_filename == "beside-en-pl.html"
        await context.close()


async def test_telegram_sends_the_pack_as_a_document(tmp_path: Path) -> None:
    async with TelegramServer() as telegram, beside(tmp_path, **telegram_settings(telegram)):
        chat = telegram.user().private()
        await chat.say("/pack")
        shown = await chat.reply()
        await shown.tap("All countries")
        await chat.reply()
        assert (await chat.reply()).text == "📎"
        assert telegram.violations == []
