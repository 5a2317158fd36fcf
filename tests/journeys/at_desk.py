"""Coordinators with Telegram on their phones, for stories about updates."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import onserver
from tests.journeys.running import settings_for, telegram_settings
from tests.standins.telegram import Chat, Shown, TelegramServer

CODE = re.compile(r"/join ([A-Z2-9]{4}-[A-Z2-9]{4})")


@dataclass
class Person:
    """Somebody with a chat; `seen` is the newest message that was looked at."""

    chat: Chat
    seen: Shown | None = None

    async def say(self, text: str, showing: str = "", **more: Any) -> Shown:
        """Write, and look at the answer (that shows some words)."""
        await self.chat.say(text, **more)
        return await self.sees(showing)

    async def tap(self, label: str, showing: str = "") -> Shown:
        """Tap a button of the message that was looked at, by some words of its label; of several, the shortest."""
        assert self.seen
        labels = [one for one in self.seen.buttons if label in one]
        assert labels, f"no button {label!r} in {self.seen.buttons}: {self.seen.text}"
        await self.seen.tap(min(labels, key=len))
        return await self.sees(showing)

    async def sees(self, showing: str = "") -> Shown:
        """Wait for a message that shows some words; others are passed over."""
        passed: list[str] = []
        try:
            async with asyncio.timeout(8):
                while True:
                    shown = await self.chat.reply()
                    if showing in shown.text:
                        self.seen = shown
                        return shown
                    passed.append(shown.text)
        except TimeoutError:
            raise AssertionError(f"never saw {showing!r}, but {passed}") from None


def person(telegram: TelegramServer, name: str) -> Person:
    """Somebody new."""
    return Person(telegram.user(name).private())


async def invited(folder: Path, telegram: TelegramServer) -> str:
    """A code from `beside invite`."""
    said = await onserver.invite(settings_for(folder, **telegram_settings(telegram)))
    found = CODE.search(said)
    assert found, said
    return found[1]


async def joined(telegram: TelegramServer, folder: Path, *names: str) -> list[Person]:
    """Coordinators: the first by the server's code, each other by the first one's invitation."""
    people = [person(telegram, name) for name in names]
    await people[0].say(f"/start join-{(await invited(folder, telegram)).lower()}", "You are a coordinator now")
    for other in people[1:]:
        await people[0].say("/desk", "Desk")
        await people[0].tap("Coordinators", "You are")
        shown = await people[0].tap("Invite", "once, within 24 hours")
        found = CODE.search(shown.text)
        assert found
        await other.say(f"/join {found[1].lower()}", "You are a coordinator now")
        await people[0].sees("A new coordinator has joined")
    return people


async def written(
    author: Person, text: str, *, valid: str = "24 hours", picture: dict[str, Any] | None = None
) -> Shown:
    """A draft with a text, perhaps a picture, and an end, at its last step."""
    await author.say("/broadcast", "An update")
    await author.tap("New update", "Write the update")
    await author.say(text, "Send a picture")
    if picture:
        await author.chat.send(picture)
        await author.sees("Tap a language")
    else:
        await author.tap("Next", "Tap a language")
    await author.tap("Next", "What is it about?")
    await author.tap("Everyone", "Only people")
    await author.tap("Next", "How should it arrive?")
    await author.tap("Normal", "Until when is it true?")
    await author.tap(valid, "Now, or type a time")
    await author.tap("As soon as approved", "Should readers")
    return await author.tap("No", "Ready?")
