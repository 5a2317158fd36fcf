"""The broadcast engine: begin what is due, claim, send, record; one loop that a crash cannot make forget anybody.

Everything that must survive stands in the database; in memory are only the deliveries in flight. The most urgent
broadcast goes first. What was delivered and could not be written down yet is kept and tried again before anything else
is claimed, so that a full disk doubles nothing.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.bodies import from_body, to_body
from bot.channels.base import Deliverer, GoneError, MovedError, RejectedError, SendError, TemporaryError
from handlers.codes import spelled
from handlers.types import Count, Outside
from handlers.update import Update, message
from storage import broadcasts, ledger, subscriptions
from storage.broadcasts import Broadcast
from storage.crypto import Keys
from storage.database import Database
from storage.ledger import Delivery, Local, Result
from storage.subscriptions import Audience

log = structlog.get_logger()

AHEAD = 0.5
"""Seconds of sending that are claimed ahead: what a crash can double is less than that."""
FEWEST, MOST = 8, 400
"""Deliveries claimed at once, at least and at most."""
RECORDED_EVERY = 0.05
LOOK_AGAIN = 1.0
"""Seconds after which the database is looked at without being woken: another process may have changed it."""
OWN_PACE = "chat"
"""The kind of a TemporaryError by which our own pace puts a chat off: nothing failed, so nothing backs off."""
FIRST_WAIT, LONGEST_WAIT = 2, 300
"""Seconds before something is tried again: doubled each time, up to the longest."""
REJECTED_IN_A_ROW = 20
"""So many refusals one after another are our fault: the broadcast is paused."""
COUNTED = {
    "sent": "reached",
    "gone": "failed",
    "rejected": "failed",
    "corrected": "corrected",
    "sent-anew": "corrected",
    "taken-back": "taken-back",
}
"""Outcomes that the statistics count."""
URGENCIES = ("alert", "normal", "silent")


class Events(Protocol):
    """What the engine tells of."""

    async def finished(self, broadcast: int) -> None:
        """Everything was sent, or taken back."""
        ...

    async def refused(self, broadcast: int) -> None:
        """The platform refused many in a row; the broadcast is paused."""
        ...

    async def stuck(self) -> None:
        """The database could not be written to; what was sent is remembered, and nothing goes out meanwhile."""
        ...


class Counts(Protocol):
    """Where it is counted what became of updates."""

    def add(self, channel: str, chat: str, counts: Iterable[Count], *, asked: bool = True) -> None:
        """Count what happened to a chat; `asked` where it asked for it."""
        ...


class Broadcasting:
    """Sends what was approved."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        channels: Mapping[str, Deliverer],
        outside: Callable[[], Outside],
        events: Events,
        counts: Counts,
        *,
        per_second: float,
        time_zone: str = "UTC",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._keys = keys
        self._channels = channels
        self._outside = outside
        self._events = events
        self._counts = counts
        self._per_second = per_second
        self._zone = ZoneInfo(time_zone)
        self._clock = clock
        self._window = int(min(MOST, max(FEWEST, per_second * AHEAD)))
        self._woken = asyncio.Event()
        self._flying: set[asyncio.Task[None]] = set()
        self._results: dict[int, list[Result]] = {}
        self._rejected: dict[int, int] = {}
        self._looked_at: dict[int, int] = {}
        self._stuck = False

    def wake(self) -> None:
        """Something changed: look now."""
        self._woken.set()

    def eta(self, messages: int) -> float:
        """Seconds that so many messages take."""
        return messages / self._per_second

    async def run(self) -> None:
        """Send until cancelled; then finish what is in flight and write it down."""
        try:
            await self._safely(ledger.recover(self._database))
            while True:
                self._woken.clear()
                busy = await self._safely(self._step())
                pause = RECORDED_EVERY if busy or self._flying or self._results else LOOK_AGAIN
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):  # wait_for forgets a cancellation that comes with the waking
                        await self._woken.wait()
        finally:
            await self._finish_flights()

    async def _safely(self, step: Awaitable[object]) -> bool:
        """Do a step; where the database fails nothing is lost, coordinators are told once, and it is tried again."""
        try:
            done = await step
        except Exception as error:
            log.error("broadcast.stuck", kind=type(error).__name__)
            if not self._stuck:
                self._stuck = True
                await self._events.stuck()
            await asyncio.sleep(LOOK_AGAIN)
            return False
        self._stuck = False
        return bool(done)

    async def _finish_flights(self) -> None:
        if self._flying:
            _, late = await asyncio.wait(self._flying, timeout=5)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(Exception):
            await self._record()

    # one step

    async def _step(self) -> bool:
        """Write down what came back, begin what is due, and claim what there is room for; whether anything goes on."""
        await self._record()
        await self._begin_due()
        room = self._window - len(self._flying)
        if room < self._window / 2:
            return True
        active = await broadcasts.in_states(self._database, self._keys(), "sending", "recalling")
        await self._keep_quiet(active)
        for broadcast in sorted(active, key=lambda one: URGENCIES.index(one.urgency)):
            if await self._claim(broadcast, room):
                return True
        return bool(active)

    async def _begin_due(self) -> None:
        now = int(self._clock())
        for broadcast in await broadcasts.in_states(self._database, self._keys(), "approved"):
            if broadcast.send_at > now:
                continue
            update = from_body(broadcast.body)
            if broadcast.corrects is not None:
                await self._apply(broadcast, update, now)
                continue
            wanted = update.audience
            audience = Audience(wanted.languages, wanted.regions, wanted.topics, wanted.place)
            await ledger.begin(self._database, broadcast.id, audience, now)

    async def _apply(self, correction: Broadcast, update: Update, now: int) -> None:
        """Put a correction in the place of what it corrects, which remembers what it said before."""
        corrected = await broadcasts.find(self._database, self._keys(), correction.corrects or 0)
        if corrected is None:
            await broadcasts.stop(self._database, correction.id)
            return
        before = from_body(corrected.body)
        after = replace(before, texts=update.texts, earlier=(*before.earlier, before.texts))
        if await broadcasts.apply(self._database, self._keys(), correction.id, to_body(after), now) is None:
            await broadcasts.stop(self._database, correction.id)

    async def _keep_quiet(self, active: Sequence[Broadcast]) -> None:
        """Put off who sleeps by now: it has just begun, its hour has turned, or it had been paused."""
        local = Local.at(self._clock(), self._zone)
        for broadcast in active:
            if self._looked_at.get(broadcast.id) != local.hour:
                await ledger.keep_quiet(self._database, broadcast.id, local)
        self._looked_at = {broadcast.id: local.hour for broadcast in active}

    async def _claim(self, broadcast: Broadcast, room: int) -> bool:
        """Start on the next deliveries of a broadcast; whether there were any."""
        now = int(self._clock())
        if broadcast.state == "sending":
            await ledger.expire(self._database, broadcast.id, now)
        claimed = await ledger.claim(self._database, self._keys(), broadcast.id, room, now)
        if claimed:
            update = from_body(broadcast.body)
            for delivery in claimed:
                task = asyncio.create_task(self._deliver(broadcast, update, delivery))
                self._flying.add(task)
                task.add_done_callback(self._flying.discard)
        elif not self._flying and await broadcasts.finish(self._database, broadcast.id):
            self._rejected.pop(broadcast.id, None)
            await self._events.finished(broadcast.id)
        return bool(claimed)

    # one delivery

    async def _deliver(self, broadcast: Broadcast, update: Update, delivery: Delivery) -> None:
        result = await self._tried(broadcast, update, delivery)
        self._results.setdefault(broadcast.id, []).append(result)
        if not broadcast.rehearsal and (label := COUNTED.get(result.outcome)):
            chat = delivery.address.partition("/")[0]
            self._counts.add(delivery.channel, chat, (Count("update", label),), asked=False)
        await self._watch(broadcast, result)

    async def _tried(self, broadcast: Broadcast, update: Update, delivery: Delivery) -> Result:
        """What became of it; the class of the error says what to do next."""
        recipient, language = delivery.recipient, delivery.language
        channel = self._channels.get(delivery.channel)
        if channel is None:
            return Result(recipient, language, "failed", "no-channel")
        try:
            return await self._done(broadcast, update, delivery, channel)
        except GoneError:
            return Result(recipient, language, "gone", "gone")
        except MovedError as error:
            address = _moved(delivery.address, error.chat)
            await subscriptions.moved(self._database, self._keys(), recipient, delivery.channel, address)
            return Result(recipient, language, "again")
        except TemporaryError as error:
            backoff = min(LONGEST_WAIT, FIRST_WAIT ** min(delivery.tries, 9))
            wait = error.retry_after if error.kind == OWN_PACE else max(error.retry_after, backoff)
            return Result(recipient, language, "again", due_at=int(self._clock() + wait) + 1)
        except RejectedError:
            return _refused(broadcast, delivery)
        except (SendError, OSError) as error:
            log.error("delivery.failed", kind=type(error).__name__)
            return Result(recipient, language, "again", due_at=int(self._clock()) + FIRST_WAIT)

    async def _done(self, broadcast: Broadcast, update: Update, delivery: Delivery, channel: Deliverer) -> Result:
        """Send, correct or take back, whichever is next for this recipient."""
        recipient, language, version = delivery.recipient, delivery.language, broadcast.version
        if broadcast.state == "recalling":
            await channel.take_back(delivery.address, delivery.message)
            return Result(recipient, language, "done", "taken-back", version)
        corrected = bool(delivery.message)
        reply = message(
            update,
            broadcast.id,
            spelled(broadcast.code),
            language,
            self._outside(),
            corrected=version > 1,
            rehearsal=broadcast.rehearsal,
        )
        if not corrected:
            silent = broadcast.urgency == "silent"
            number = await channel.deliver(delivery.address, reply, update.attachment, silent=silent)
            return Result(recipient, language, "done", "sent", version, number)
        number = await channel.correct(delivery.address, delivery.message, reply, update.attachment)
        outcome = "corrected" if number == delivery.message else "sent-anew"
        return Result(recipient, language, "done", outcome, version, number)

    async def _watch(self, broadcast: Broadcast, result: Result) -> None:
        """Pause a broadcast that the platform refuses again and again: it is not the recipients' fault."""
        if result.outcome in ("rejected", "uncorrected"):
            self._rejected[broadcast.id] = self._rejected.get(broadcast.id, 0) + 1
        elif result.end == "done":
            self._rejected[broadcast.id] = 0
        if self._rejected.get(broadcast.id, 0) >= REJECTED_IN_A_ROW:
            self._rejected[broadcast.id] = 0
            if await broadcasts.pause(self._database, broadcast.id):
                await self._events.refused(broadcast.id)

    async def _record(self) -> None:
        """Write down what came back; what cannot be written stays."""
        for broadcast, results in list(self._results.items()):
            taken = tuple(results)
            await ledger.record(self._database, self._keys(), broadcast, taken)
            del results[: len(taken)]
            if not results:
                del self._results[broadcast]


def _refused(broadcast: Broadcast, delivery: Delivery) -> Result:
    """A refusal ends a first delivery; a message that cannot be changed or deleted stays as it is, and is counted."""
    if not delivery.message:
        return Result(delivery.recipient, delivery.language, "failed", "rejected")
    outcome = "not-taken-back" if broadcast.state == "recalling" else "uncorrected"
    kept = "" if broadcast.state == "recalling" else delivery.message
    return Result(delivery.recipient, delivery.language, "done", outcome, broadcast.version, kept)


def _moved(address: str, chat: str) -> str:
    """The same topic in the chat's new place."""
    _, slash, thread = address.partition("/")
    return f"{chat}{slash}{thread}"
