"""Updates on their way: how they stand, holding them, and one message to their author that keeps itself up to date."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from bot.broadcasting import Broadcasting
from bot.channels.base import Deliverer, SendError
from content.model import ORIGINAL
from handlers import follow
from handlers.follow import Watched
from handlers.types import Outside, Reply, Request
from storage import audit, broadcasts, coordinators, ledger
from storage.broadcasts import Broadcast
from storage.coordinators import Coordinator
from storage.crypto import Keys
from storage.database import Database

log = structlog.get_logger()

EVERY = 3.0
"""Seconds between two states of the message."""


class Following:
    """What handlers are handed to follow updates with; `run` keeps the authors' messages up to date."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        channels: Mapping[str, Deliverer],
        outside: Callable[[], Outside],
        engine: Broadcasting,
        time_zone: str,
    ) -> None:
        self.time_zone = time_zone
        self._database = database
        self._keys = keys
        self._channels = channels
        self._outside = outside
        self._engine = engine
        self._shown: dict[int, tuple[str, Reply]] = {}

    async def watch(self, number: int) -> Watched | None:
        """How an update stands; None for a draft, and for one that is not there."""
        found = await broadcasts.find(self._database, self._keys(), number)
        if found is None or found.state in ("draft", "waiting", "applied"):
            return None
        return await self._watched(found)

    async def _watched(self, broadcast: Broadcast) -> Watched:
        progress = await ledger.progress(self._database, broadcast.id)
        outcomes = await broadcasts.report(self._database, broadcast.id)
        gone = sum(number for (_, outcome), number in outcomes.items() if outcome == "gone")
        left = progress.waiting + progress.flying
        return Watched(
            broadcast.id,
            broadcast.state,
            broadcast.rehearsal,
            progress.done,
            progress.failed + gone,
            left,
            self._engine.eta(left),
            progress.next_at if not progress.flying else 0,
            broadcast.acknowledged,
            broadcast.window_until,
            outcomes,
        )

    async def pause(self, request: Request, number: int) -> bool:
        """Hold it."""
        return await self._did(
            "update-paused", await broadcasts.pause(self._database, number, _right(request)), request
        )

    async def resume(self, request: Request, number: int) -> bool:
        """Go on."""
        return await self._did(
            "update-resumed", await broadcasts.resume(self._database, number, _right(request)), request
        )

    async def stop(self, request: Request, number: int) -> bool:
        """Send no more of it."""
        return await self._did(
            "update-stopped", await broadcasts.stop(self._database, number, _right(request)), request
        )

    async def _did(self, what: str, done: bool, request: Request) -> bool:
        if done:
            await audit.note(self._database, what, "coordinator", int(request.now.timestamp()))
            self._engine.wake()
        return done

    # the message that keeps itself up to date

    async def refresh(self) -> None:
        """Show every author how their updates stand, where something has changed; once more when one is through."""
        underway = await broadcasts.in_states(self._database, self._keys(), "sending", "paused", "recalling")
        known = {one.id: one for one in underway}
        for number in [*known, *(number for number in self._shown if number not in known)]:
            broadcast = known.get(number) or await broadcasts.find(self._database, self._keys(), number)
            if broadcast is None:
                self._shown.pop(number, None)
                continue
            await self._show(broadcast)
            if number not in known:
                self._shown.pop(number, None)

    async def _show(self, broadcast: Broadcast) -> None:
        people = await coordinators.everyone(self._database, self._keys())
        author = next((one for one in people if one.id == broadcast.author), None)
        channel = self._channels.get(author.channel) if author else None
        if author is None or channel is None:
            return
        reply = await self._reply(broadcast, author)
        message, before = self._shown.get(broadcast.id, ("", None))
        if reply == before:
            return
        try:
            if message:
                message = await channel.correct(author.address, message, reply, None)
            else:
                message = await channel.deliver(author.address, reply, None, silent=True)
        except SendError as error:
            log.info("follow.unsent", channel=author.channel, kind=type(error).__name__)
            return
        self._shown[broadcast.id] = message, reply

    async def _reply(self, broadcast: Broadcast, author: Coordinator) -> Reply:
        languages = self._outside().content.languages
        words = languages.get(author.language) or languages[ORIGINAL]
        return follow.shown(await self._watched(broadcast), words, self.time_zone, datetime.now(UTC))


def _right(request: Request) -> tuple[int, int]:
    """Whose right it is, and when."""
    return request.coordinator, int(request.now.timestamp())
