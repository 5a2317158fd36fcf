"""The page as it is used: by keyboard, by screen reader, in a hurry, without a network."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

pytestmark = pytest.mark.asyncio(loop_scope="module")

COLOURS = """() => {
  const of = (query, name) => getComputedStyle(document.querySelector(query))[name];
  const shown = [['body', 'p'], ['body', 'small'], ['.it', 'p'], ['.it', 'small'], ['.say button', '.say button']];
  return shown.map(([back, front]) => [of(back, 'backgroundColor'), of(front, 'color')]);
}"""
"""Background and text colours that stand on one another."""

NEUTRAL = re.compile(r"^https://www\.wikipedia\.org/")


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    await context.route(NEUTRAL, lambda route: route.fulfill(body="<h1>Encyclopedia</h1>", content_type="text/html"))
    await page.goto(address)
    yield page
    assert [url for url in asked if not url.startswith((address, "data:")) and not NEUTRAL.match(url)] == []
    assert [text for text in wrong if "ERR_INTERNET_DISCONNECTED" not in text] == []
    await context.close()


async def test_everything_can_be_reached_by_keyboard(page: Page) -> None:
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Leave quickly")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("textbox", name="Write what is going on")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Urgent help")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Urgent help")).to_be_visible()
    await expect(page.locator("article").last).to_be_focused()


async def test_a_screen_reader_finds_its_way(page: Page) -> None:
    await expect(page.get_by_role("banner")).to_have_count(1)
    await expect(page.get_by_role("main")).to_have_count(1)
    await expect(page.get_by_role("group", name="What you can tap")).to_have_count(1)
    await expect(page.get_by_role("status")).to_have_count(1)
    await page.get_by_role("button", name="Urgent help").click()
    await expect(page.get_by_role("link", name="112 emergency number")).to_have_attribute("href", "tel:112")
    levels = await page.evaluate("() => [...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName)")
    assert levels[0] == "H1"
    assert set(levels[1:]) == {"H2"}


async def test_leaving_empties_the_page_and_its_place_in_the_history(page: Page, address: str) -> None:
    await page.get_by_role("button", name="Urgent help").click()
    await page.get_by_role("link", name="Leave quickly").click()
    await expect(page.get_by_role("heading", name="Encyclopedia")).to_be_visible()
    await page.go_back()
    assert "112" not in await page.content()


async def test_three_escapes_leave_too(page: Page) -> None:
    for _ in range(3):
        await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="Encyclopedia")).to_be_visible()


async def test_without_a_network_nothing_typed_is_lost(page: Page) -> None:
    field = page.get_by_role("textbox")
    await field.fill("they took my phone")
    await page.context.set_offline(True)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("No connection")
    await expect(field).to_have_value("they took my phone")
    await page.context.set_offline(False)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Stopped, held or arrested")).to_be_visible()
    await expect(field).to_have_value("")


async def test_a_double_tap_sends_once(page: Page, address: str) -> None:
    posts = []

    async def slowly(route: Route) -> None:
        posts.append(route.request.method)
        await route.continue_()

    await page.route(address + "/", slowly)
    await page.get_by_role("button", name="Guidance").dblclick()
    await expect(page.get_by_role("heading", name="Guidance")).to_be_visible()
    assert posts == ["POST"]


async def test_the_conversation_stays_on_the_screen_until_it_is_cleared(page: Page) -> None:
    await page.get_by_role("button", name="Privacy").click()
    await expect(page.get_by_role("article")).to_have_count(2)
    await page.get_by_role("button", name="Delete this chat's messages").click()
    await expect(page.get_by_role("article")).to_have_count(1)
    await expect(page.get_by_role("heading", name="Deleted what I could")).to_be_visible()


async def test_touch_targets_are_large_and_nothing_is_wider_than_the_phone(page: Page) -> None:
    await page.get_by_role("button", name="Urgent help").click()
    await expect(page.get_by_role("heading", name="Urgent help")).to_be_visible()
    small = await page.evaluate(
        "() => [...document.querySelectorAll('button,a,input:not([type=hidden])')]"
        ".map(e => e.getBoundingClientRect()).filter(r => r.height < 44 || r.width < 40).length"
    )
    assert small == 0
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= 390
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert await page.evaluate("() => document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    pairs = await page.evaluate(COLOURS)
    for back, front in pairs:
        assert contrast(back, front) >= 4.5, (back, front)


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two CSS colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The WCAG relative luminance."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
