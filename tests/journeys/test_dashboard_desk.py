"""Updates and groups on the dashboard: two coordinators at two phones' browsers, without JavaScript."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.dashboard.forms import LARGEST_FILE
from tests.broadcasts import Deployment
from tests.journeys.at_dashboard import PHONE
from tests.journeys.at_desk import Person, joined, person
from tests.journeys.running import beside, free_port, telegram_settings
from tests.journeys.test_dashboard import COLOURS, FIELDS, SMALL, TAPPED, UNNAMED
from tests.journeys.test_page import contrast
from tests.standins.telegram import Chat, TelegramServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "The bridge at the mill is closed. Take the ferry."
BETTER = WORDS.replace("ferry", "other bridge")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass
class Place:
    """A deployment with two coordinators, their phones, and Telegram."""

    address: str
    telegram: TelegramServer
    deployed: Deployment
    anna: Person
    boris: Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder, port = tmp_path_factory.mktemp("desk"), free_port()
    address = f"http://127.0.0.1:{port}"
    async with TelegramServer() as telegram:
        async with beside(folder, port, **telegram_settings(telegram, address)):
            anna, boris = await joined(telegram, folder, "Anna", "Boris")
            deployed = Deployment(folder)
            yield Place(address, telegram, deployed, anna, boris)
            await deployed.database.close()
        assert telegram.violations == []


async def signed_in(browser: Browser, who: Person, *, script: bool = False) -> Page:
    """A phone on which a coordinator has opened the link."""
    context = await browser.new_context(viewport=PHONE, java_script_enabled=script, accept_downloads=True)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    shown = await who.say("/dashboard", "works once")
    await page.goto(shown.button("Open in the browser")["url"])
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Updates", exact=True).click()
    await expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    await expect(page.get_by_role("link", name="Updates", exact=True)).to_be_in_viewport()  # the menu scrolled to it
    return page


async def press(page: Page, label: str, showing: str) -> None:
    """Press a button, and see what it brings."""
    await page.get_by_role("button", name=label, exact=True).click()
    await expect(page.get_by_text(showing).first).to_be_visible()


async def writes(page: Page, words: str, *, picture: bytes = b"") -> None:
    """An update with words, perhaps a picture, that is valid for a day; at its last step."""
    await press(page, "Write an update", "Begin, or go on")
    await press(page, "New update", "Write the update in English")
    await page.get_by_label("The text").fill(words)
    await press(page, "Keep it and go on", "Send a picture or a file")
    if picture:
        file = {"name": "map.png", "mimeType": "image/png", "buffer": picture}
        await page.get_by_label("A picture or file from this device").set_input_files(file)  # type: ignore[arg-type]
        await press(page, "Upload it", "Tap a language")
        await expect(page.get_by_text("with the picture")).to_be_visible()
    else:
        await press(page, "Next", "Tap a language")
    await press(page, "Next", "What is it about?")
    await press(page, "✓ Everyone", "Only people")
    await press(page, "Next", "How should it arrive?")
    await press(page, "✓ Normal", "Until when is it true?")
    await press(page, "24 hours", "Now, or type a time")
    await press(page, "✓ As soon as approved", "Should readers")
    await press(page, "✓ No", "Ready?")


async def approves(page: Page, name: str) -> None:
    """The other one looks at what waits, and approves it."""
    await page.get_by_role("link", name="Updates", exact=True).click()
    await page.get_by_role("button", name=f"Please check: {name}").click()
    await expect(page.get_by_text("Would you send this")).to_be_visible()
    await press(page, "Approve", "Approved. It goes out now.")


async def test_one_writes_with_a_picture_another_approves_it_is_corrected_and_followed(
    browser: Browser, here: Place
) -> None:
    reader = person(here.telegram, "Reader")
    await here.deployed.subscribe(reader.chat.user.id)
    anna, boris = await signed_in(browser, here.anna), await signed_in(browser, here.boris)
    await writes(anna, WORDS, picture=PIXEL)
    await here.anna.sees("Uploaded on the dashboard")
    await press(anna, "Ask for approval", "The others are asked")
    await here.boris.sees("An update waits for a second coordinator")
    await approves(boris, "The bridge at the mill is")
    got = await reader.sees(WORDS)
    uploaded, sent = [call.parameters["photo"] for call in here.telegram.calls if call.method == "sendPhoto"]
    assert uploaded.startswith("attach://")
    assert sent == got.raw["photo"][0]["file_id"]
    assert sent.startswith("file-"), "what Telegram called the picture that was uploaded"
    await press(boris, "Watch it go out", "Through")
    await anna.get_by_role("link", name="Updates", exact=True).click()
    await anna.get_by_role("button", name="✓ The bridge at the mill is").click()
    await press(anna, "Correct it", "Write the corrected text in English")
    await expect(anna.get_by_label("The text")).to_have_value(WORDS)
    await anna.get_by_label("The text").fill(BETTER)
    await press(anna, "Keep it and go on", "Tap a language")
    await press(anna, "Next", "Ready?")
    await press(anna, "Ask for approval", "The others are asked")
    await approves(boris, "The bridge at the mill is")
    changed = await reader.sees("Corrected:")
    assert BETTER in changed.text
    assert changed.message_id == got.message_id
    await anna.context.close()
    await boris.context.close()


async def proposed(here: Place) -> Chat:
    """A group that somebody adds the bot to."""
    group = here.telegram.group(here.telegram.user("Olena"))
    await group.member("left", "member")
    assert "I asked the coordinators" in (await group.reply()).text
    return group


async def test_a_group_is_confirmed_on_the_page_by_its_name_of_this_moment(browser: Browser, here: Place) -> None:
    group = await proposed(here)
    page, other = await signed_in(browser, here.anna), await signed_in(browser, here.boris)
    for one in (page, other):
        await one.get_by_role("link", name="People").click()
        await expect(one.get_by_text("“Night shift”. Do you know it?")).to_be_visible()
    await press(page, "Yes, send updates there", "The group gets updates from now on.")
    assert "A coordinator said yes" in (await group.reply()).text
    await press(other, "No", "That was decided already.")
    await page.get_by_role("link", name="What was done").click()
    await expect(page.get_by_text("a group was confirmed for updates")).to_have_count(1)
    await expect(page.get_by_text("a group was refused")).to_have_count(0)
    await page.context.close()
    await other.context.close()


async def test_a_file_that_is_too_large_is_refused_in_a_sentence_and_nothing_is_lost(
    browser: Browser, here: Place
) -> None:
    page = await signed_in(browser, here.anna)
    await press(page, "Write an update", "Begin, or go on")
    await press(page, "New update", "Write the update in English")
    await page.get_by_label("The text").fill("A draft.")
    await press(page, "Keep it and go on", "Send a picture or a file")
    await press(page, "Back", "Write the update in English")
    await page.get_by_label("The text").fill("A draft that stays.")
    await press(page, "Next", "Send a picture or a file")
    await press(page, "Upload it", "No file was chosen.")
    file = {"name": "film.bin", "mimeType": "application/octet-stream", "buffer": bytes(LARGEST_FILE * 2)}
    await page.get_by_label("A picture or file from this device").set_input_files(file)  # type: ignore[arg-type]
    await press(page, "Upload it", "larger than 5 MB")
    await expect(page.get_by_text("A draft that stays.").first).to_be_visible()
    await page.context.close()


async def test_the_page_of_an_update_on_its_way_looks_again_by_itself(browser: Browser, here: Place) -> None:
    """Paused, and resumed; when it is through the page rests."""
    reader = person(here.telegram, "Late reader")
    await here.deployed.subscribe(reader.chat.user.id)
    anna, boris = await signed_in(browser, here.anna), await signed_in(browser, here.boris)
    again = boris.locator("meta[http-equiv=refresh]")
    await writes(anna, "Held on its way.", picture=PIXEL)
    await press(anna, "Ask for approval", "The others are asked")
    held = here.telegram.hang("sendPhoto")
    await approves(boris, "Held on its way.")
    await press(boris, "Watch it go out", "Going out")
    await expect(again).to_have_count(1)
    await press(boris, "Pause", "Paused")
    await expect(again).to_have_count(1)
    await boris.get_by_role("button", name="Go on").click()
    held.set()
    await expect(boris.get_by_role("heading", name="Through")).to_be_visible(timeout=15_000)
    await expect(again).to_have_count(0)
    await anna.context.close()
    await boris.context.close()


STEPS = ("text", "file", "languages", "topic", "audience", "urgency", "valid", "time", "seen", "check", "discard")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_step_fits_the_phone_can_be_read_and_is_named(browser: Browser, here: Place, scheme: str) -> None:
    page = await signed_in(browser, here.anna, script=True)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await press(page, "Write an update", "Begin, or go on")
    await press(page, "New update", "Write the update in English")
    await page.get_by_label("The text").fill(WORDS)
    await press(page, "Keep it and go on", "Send a picture or a file")
    back = await page.get_by_role("button", name="Back").get_attribute("value")
    assert back
    number = back.split(":")[1].partition("-")[0]
    for step in STEPS:
        button = page.locator(".choices button").first
        async with page.expect_navigation():
            change = "(button, choice) => { button.value = choice; button.click() }"
            await button.evaluate(change, f"write:{number}-{step}")
        await expect(page.get_by_role("article")).to_have_count(1)
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= 390, step
        assert await page.evaluate(SMALL, TAPPED) == [], step
        assert await page.evaluate(UNNAMED, FIELDS) == 0, step
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        for behind, front in await page.evaluate(COLOURS):
            assert contrast(behind, front) >= 4.5, (step, behind, front)
    await press(page, "Yes, throw it away", "The draft is gone.")
    await page.context.close()
