"""Every dialogue through every channel."""

import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.offline import offline_conversation
from content.loader import load
from content.model import Content, Language
from handlers import names
from tests.journeys.drivers import Driver, InTerminal, OnPage, OnTelegram
from tests.journeys.running import beside, free_port, settings_for, telegram_settings
from tests.standins.telegram import TelegramServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDER = Path(__file__).parents[1] / "dialogues"
DIALOGUES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
SPOKEN = ("en", "uk", "ar")
NAMED = re.compile(r"\{([a-z]+[:.][\w-]+)\}", re.IGNORECASE)
CHANNELS = ("terminal", "page", "page-without-script", "telegram-polling", "telegram-webhook")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with beside(tmp_path_factory.mktemp("beside"), languages=SPOKEN) as address:
        yield address


@asynccontextmanager
async def driver(channel: str, language: str, folder: Path, browser: Browser, address: str) -> AsyncIterator[Driver]:
    async with AsyncExitStack() as stack:
        if channel == "terminal":
            terminal = InTerminal(offline_conversation(settings_for(folder, languages=SPOKEN)), language)
            stack.push_async_callback(terminal.close)
            yield terminal
        elif channel.startswith("page"):
            script = channel == "page"
            context = await browser.new_context(
                viewport={"width": 390, "height": 844}, java_script_enabled=script, locale=language
            )
            stack.push_async_callback(context.close)
            yield OnPage(await context.new_page(), address, script=script)
        else:
            telegram = await stack.enter_async_context(TelegramServer())
            port = free_port()
            public = f"http://127.0.0.1:{port}" if channel == "telegram-webhook" else None
            settings = {**telegram_settings(telegram, public), "port": port, "languages": SPOKEN}
            await stack.enter_async_context(beside(folder, **settings))
            yield OnTelegram(telegram.user(language=language).private())
            assert telegram.violations == []


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("name", DIALOGUES)
async def test_a_dialogue_runs_on_a_channel(
    name: str, language: str, channel: str, tmp_path: Path, browser: Browser, address: str
) -> None:
    words = spoken().languages[language]
    async with driver(channel, language, tmp_path, browser, address) as person:
        for number, turn in enumerate(DIALOGUES[name]["turn"], 1):
            await _take(person, turn, words, f"{name} in {language} on {channel}, turn {number}")


@cache
def spoken() -> Content:
    """The content of the languages that are tried."""
    return load(SPOKEN)


def said(template: str, words: Language) -> str:
    """A template with everything in braces looked up."""
    return NAMED.sub(lambda found: _looked_up(found[1], words), template)


def _looked_up(name: str, words: Language) -> str:
    kind, colon, rest = name.partition(":")
    if not colon:
        return words.say(name)
    titles = {"card": words.cards, "urgent": words.urgent}
    if kind in titles:
        return str(titles[kind][rest].title)  # type: ignore[index]  # an urgent card's kind is checked by the look-up
    if kind == "theme":
        return words.themes[rest]
    country = names.country(rest, words.code)
    return country if kind == "country" else country[:1].upper()


async def _take(person: Driver, turn: dict[str, Any], words: Language, where: str) -> None:
    if "say" in turn:
        typed = turn["say"] if isinstance(turn["say"], str) else turn["say"][words.code]
        seen = await person.say(typed)
    else:
        seen = await person.tap(said(turn["tap"], words))
    for piece in (said(piece, words) for piece in turn.get("shows", [])):
        assert piece.casefold() in seen.text.casefold(), f"{where}: {piece!r} is missing in {seen.text!r}"
    for piece in (said(piece, words) for piece in turn.get("hides", [])):
        assert piece not in seen.text, f"{where}: {piece!r} should not be in {seen.text!r}"
    for label in (said(label, words) for label in turn.get("buttons", [])):
        assert label in seen.buttons, f"{where}: no button {label!r} in {seen.buttons}"
