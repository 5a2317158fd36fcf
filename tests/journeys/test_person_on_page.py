"""Asking a person on the web page: the answer appears while it is open, and once under a word afterwards."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.standins.telegram import TelegramServer
from tests.volunteering import Town, town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with TelegramServer() as telegram:
        async with town(tmp_path_factory.mktemp("beside"), telegram, coordinators=1) as there:
            yield there
        assert telegram.violations == []


async def asked(browser: Browser, place: Town, words: str, *, script: bool = True) -> tuple[Page, str]:
    """A page on which a person was asked, and the one-time word it shows."""
    page = await (await browser.new_context(java_script_enabled=script)).new_page()
    if script:
        await page.clock.install()
    await page.goto(place.address)
    await page.get_by_role("button", name="Ask a person", exact=True).click()
    await expect(page.locator("article").last).to_contain_text("nobody may see this tonight")
    await page.get_by_role("textbox").fill(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("article").last).to_contain_text(words)
    await page.get_by_role("button", name="Send it").click()
    article = page.locator("article").last
    await expect(article).to_contain_text("Your word:")
    return page, (await article.inner_text()).split("Your word: ")[1].split()[0]


async def test_the_answer_appears_by_itself_while_the_page_is_open(browser: Browser, place: Town) -> None:
    page, _ = await asked(browser, place, "Who has the key?")
    copy = await place.team[0].reply()
    assert "They: Who has the key?" in copy.text
    await place.team[0].answer(copy, "Ask at the kitchen.")
    assert "Passed on" in (await place.team[0].reply()).text + (await place.team[0].reply()).text
    await page.get_by_role("textbox").fill("half a sentence")
    await page.get_by_role("textbox").focus()
    await page.clock.run_for(11_000)
    await expect(page.locator("article").last).to_contain_text("Ask at the kitchen.")
    await expect(page.get_by_role("textbox")).to_be_focused()
    await expect(page.get_by_role("textbox")).to_have_value("half a sentence")
    await expect(page.get_by_role("status")).to_have_text("An answer has come: it stands above.")
    await page.get_by_role("button", name="Close the question").click()
    await expect(page.locator("article").last).to_contain_text("are deleted")
    assert copy.message_id not in place.team[0].messages
    await page.context.close()


async def test_the_word_shows_the_answer_once_on_any_page(browser: Browser, place: Town) -> None:
    page, word = await asked(browser, place, "Where are the blankets?", script=False)
    await page.get_by_role("button", name="Is there an answer?").click()
    await expect(page.locator("article").last).to_contain_text("Not yet.")
    await page.context.close()
    copy = await place.team[0].reply()
    await place.team[0].answer(copy, "In the blue van.")
    later = await browser.new_page()
    for shown in ("In the blue van.", "Nothing is kept under that word"):
        await later.goto(place.address)
        await later.get_by_role("textbox").fill(f"/person {word}")
        await later.keyboard.press("Enter")
        await expect(later.locator("article").last).to_contain_text(shown)
    assert copy.message_id not in place.team[0].messages
    await later.close()
