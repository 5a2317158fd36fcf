"""The conversation in a terminal: type words, or the number of a button."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TextIO

from bot.channels import plain
from bot.channels.base import Answerer
from handlers.types import Button, Reply, Request

CHAT = "terminal"
CLEAR = "\x1b[2J\x1b[3J\x1b[H"
"""Empty the screen and what was scrolled away, then go to the top."""


class Terminal:
    """One conversation between the keyboard and the screen."""

    def __init__(
        self, answerer: Answerer, hint: str = "", lines: TextIO = sys.stdin, screen: TextIO = sys.stdout
    ) -> None:
        self._answerer = answerer
        self._hint = hint
        self._lines = lines
        self._screen = screen
        self._offered: tuple[Button, ...] = ()

    async def run(self) -> None:
        """Talk until the input ends."""
        await self._say(Request("terminal", CHAT, text="/start", hint=self._hint))
        async for line in self._typed():
            choice = plain.chosen(line, self._offered)
            text = "" if choice else line
            await self._say(Request("terminal", CHAT, text=text, choice=choice, hint=self._hint))

    async def _typed(self) -> AsyncIterator[str]:
        """The lines as they come; reading waits in a thread, so that nothing else has to."""
        while True:
            self._show("\n› ")
            line = await asyncio.to_thread(self._lines.readline)
            if not line:
                return
            yield line.rstrip("\n")

    async def _say(self, request: Request) -> None:
        reply = await self._answerer.answer(request)
        if reply:
            self._offered = plain.choices(reply)
            self._show(self._shown(reply))
            for file in reply.files:
                await asyncio.to_thread(Path(file.name).write_bytes, file.data)
                self._show(f"→ {file.name}\n")

    def _shown(self, reply: Reply) -> str:
        emptied = CLEAR if reply.clear and self._screen.isatty() else ""
        return f"{emptied}{plain.to_text(reply)}\n"

    def _show(self, text: str) -> None:
        self._screen.write(text)
        self._screen.flush()
