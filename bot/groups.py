"""Groups that were proposed for updates, and what their channels know of them."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from storage import subscriptions
from storage.crypto import Keys
from storage.database import Database
from storage.subscriptions import Subscription, Wishes

SECONDS = 3.0
"""How long a page waits for what a group is called."""


class Groups(Protocol):
    """What a channel knows of its groups."""

    def leads(self, chat: str, person: str) -> Awaitable[bool]:
        """Whether somebody is an administrator of a group."""
        ...

    def called(self, chat: str) -> Awaitable[str]:
        """What a group is called at this moment; empty where nobody says."""
        ...


@dataclass(frozen=True, slots=True)
class Proposed:
    """A group that waits for a coordinator. What it is called is asked when it is shown, and never kept."""

    id: int
    title: str
    wishes: Wishes


async def waiting(database: Database, keys: Keys, known: Mapping[str, Groups]) -> Sequence[Proposed]:
    """The groups that wait to be confirmed, each by its name of this moment."""
    found = await subscriptions.of_place(database, keys, "group", confirmed=False)
    titles = await asyncio.gather(*(_called(one, known) for one in found))
    return [Proposed(one.id, title, one.wishes) for one, title in zip(found, titles, strict=True)]


async def _called(group: Subscription, known: Mapping[str, Groups]) -> str:
    channel = known.get(group.channel)
    if channel is None:
        return ""
    try:
        async with asyncio.timeout(SECONDS):
            return await channel.called(group.address.partition("/")[0])
    except TimeoutError:
        return ""
