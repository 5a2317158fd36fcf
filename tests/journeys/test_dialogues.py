"""Every dialogue through every channel."""

import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from bot.offline import offline_conversation
from bot.settings import read
from tests.journeys.drivers import Driver, InTerminal, OnPage, OnTelegram
from tests.journeys.running import beside, free_port, telegram_settings
from tests.standins.telegram import TelegramServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDER = Path(__file__).parents[1] / "dialogues"
DIALOGUES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
CHANNELS = ("terminal", "page", "page-without-script", "telegram-polling", "telegram-webhook")


@asynccontextmanager
async def driver(channel: str, folder: Path, browser: Browser, address: str) -> AsyncIterator[Driver]:
    async with AsyncExitStack() as stack:
        if channel == "terminal":
            terminal = InTerminal(offline_conversation(read()))
            stack.push_async_callback(terminal.close)
            yield terminal
        elif channel.startswith("page"):
            script = channel == "page"
            context = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
            stack.push_async_callback(context.close)
            yield OnPage(await context.new_page(), address, script=script)
        else:
            telegram = await stack.enter_async_context(TelegramServer())
            port = free_port()
            public = f"http://127.0.0.1:{port}" if channel == "telegram-webhook" else None
            settings = {**telegram_settings(telegram, public), "port": port}
            await stack.enter_async_context(beside(folder, **settings))
            yield OnTelegram(telegram.user().private())
            assert telegram.violations == []


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("name", DIALOGUES)
async def test_a_dialogue_runs_on_a_channel(
    name: str, channel: str, tmp_path: Path, browser: Browser, address: str
) -> None:
    async with driver(channel, tmp_path, browser, address) as person:
        for number, turn in enumerate(DIALOGUES[name]["turn"], 1):
            await _take(person, turn, f"{name} on {channel}, turn {number}")


async def _take(person: Driver, turn: dict[str, Any], where: str) -> None:
    seen = await (person.say(turn["say"]) if "say" in turn else person.tap(turn["tap"]))
    for words in turn.get("shows", []):
        assert words.casefold() in seen.text.casefold(), f"{where}: {words!r} is missing in {seen.text!r}"
    for words in turn.get("hides", []):
        assert words not in seen.text, f"{where}: {words!r} should not be in {seen.text!r}"
    for label in turn.get("buttons", []):
        assert label in seen.buttons, f"{where}: no button {label!r} in {seen.buttons}"
