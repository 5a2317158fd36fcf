"""How each channel is used: saying words, tapping a button, seeing the answer."""

import asyncio
import queue
from dataclasses import dataclass
from io import StringIO
from typing import Any, Protocol

from playwright.async_api import Page

from bot.channels.terminal import Terminal
from bot.conversation import Conversation
from tests.standins import telegram as standin


@dataclass
class Seen:
    """An answer as a person sees it."""

    text: str
    buttons: list[str]


class Driver(Protocol):
    """A person at one channel."""

    async def say(self, text: str) -> Seen:
        """Type and send."""
        ...

    async def tap(self, label: str) -> Seen:
        """Tap a button."""
        ...


class Typed:
    """A keyboard: lines come when somebody types them."""

    def __init__(self) -> None:
        self._lines: queue.Queue[str] = queue.Queue()

    def type(self, line: str) -> None:
        """Type a line."""
        self._lines.put(f"{line}\n")

    def end(self) -> None:
        """Close the input."""
        self._lines.put("")

    def readline(self) -> str:
        """Wait for a line."""
        return self._lines.get(timeout=10)


class Screen(StringIO):
    """A screen that tells when the prompt has come."""

    def __init__(self) -> None:
        super().__init__()
        self.ready: asyncio.Queue[str] = asyncio.Queue()

    def write(self, text: str) -> int:
        """Show; at the prompt hand over what was shown since the last one."""
        if text.endswith("› "):
            self.ready.put_nowait(self.getvalue())
            self.seek(0)
            self.truncate()
            return len(text)
        return super().write(text)


class InTerminal:
    """`beside talk`."""

    def __init__(self, conversation: Conversation, language: str) -> None:
        self._keyboard, self._screen = Typed(), Screen()
        lines: Any = self._keyboard
        terminal = Terminal(conversation, language, lines=lines, screen=self._screen)
        self._running = asyncio.create_task(terminal.run())
        self._labels: dict[str, str] = {}
        self._first = True

    async def say(self, text: str) -> Seen:
        """The first answer comes by itself."""
        if self._first and text == "/start":
            self._first = False
        else:
            self._keyboard.type(text)
        return await self._seen()

    async def tap(self, label: str) -> Seen:
        """Type the button's number."""
        self._keyboard.type(self._labels[label])
        return await self._seen()

    async def _seen(self) -> Seen:
        shown = await asyncio.wait_for(self._screen.ready.get(), 5)
        pairs = [line.split("  ", 1) for line in shown.splitlines() if line[:1].isdigit() and "  " in line]
        self._labels = {label: number for number, label in pairs}
        return Seen(shown, list(self._labels))

    async def close(self) -> None:
        """End the input."""
        self._keyboard.end()
        await self._running


class OnPage:
    """The web page in a browser."""

    def __init__(self, page: Page, address: str, *, script: bool) -> None:
        self._page = page
        self._address = address
        self._script = script
        self._open = False

    async def say(self, text: str) -> Seen:
        """Type into the field and press Enter; the first time, open the page."""
        if not self._open:
            self._open = True
            await self._page.goto(self._address)
            return await self._seen(0)
        before = await self._answers()
        await self._page.get_by_role("textbox").fill(text)
        await self._page.keyboard.press("Enter")
        return await self._seen(before)

    async def tap(self, label: str) -> Seen:
        """Tap a button."""
        before = await self._answers()
        await self._page.get_by_role("button", name=label, exact=True).click()
        return await self._seen(before)

    async def _answers(self) -> int:
        """Mark the answers on the page, so that the next one can be told apart."""
        marked: int = await self._page.evaluate(
            "() => { document.querySelectorAll('article').forEach(a => a.dataset.old = 1);"
            " return document.querySelectorAll('article').length }"
        )
        return marked

    async def _seen(self, before: int) -> Seen:
        answer = self._page.locator("article:not([data-old])").last
        await answer.wait_for()
        await self._page.wait_for_function("() => document.querySelector('form').ariaBusy !== 'true'")
        labels = await self._page.locator("#choices button").all_inner_texts()
        return Seen(await answer.inner_text(), labels)


class OnTelegram:
    """A Telegram client."""

    def __init__(self, chat: standin.Chat) -> None:
        self._chat = chat
        self._shown: standin.Shown | None = None

    async def say(self, text: str) -> Seen:
        """Send a message."""
        await self._chat.say(text)
        return await self._seen()

    async def tap(self, label: str) -> Seen:
        """Tap an inline button of the newest message."""
        assert self._shown is not None
        await self._shown.tap(label)
        return await self._seen()

    async def _seen(self) -> Seen:
        self._shown = await self._chat.reply()
        return Seen(self._shown.text, self._shown.buttons)
