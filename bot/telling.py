"""Telling the coordinators, all of them, each in their own language, as a message of its own."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog

from bot.channels.base import Deliverer, SendError, TemporaryError
from content.model import ORIGINAL, Language
from handlers.buttons import to
from handlers.types import Attachment, Outside, Paragraph, Reply
from storage import coordinators
from storage.coordinators import Coordinator
from storage.crypto import Keys
from storage.database import Database

log = structlog.get_logger()

TRIES = 6
PAUSE = 1.0
"""Seconds between two tries."""


class Telling:
    """Writes to coordinators through the channels they are on. What cannot be told is logged by kind, never raised."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        channels: Mapping[str, Deliverer],
        outside: Callable[[], Outside],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._keys = keys
        self._channels = channels
        self._outside = outside
        self._clock = clock
        self._under_way: set[asyncio.Future[None]] = set()

    async def tell(
        self,
        reply_for: Callable[[Language], Reply],
        *,
        but: int = 0,
        only: Callable[[Coordinator], bool] = lambda one: True,
    ) -> None:
        """Tell everyone who is not suspended; everyone but one, or only some."""
        now = self._clock()
        await self._to(lambda one: one.id != but and one.suspended_until <= now and only(one), reply_for)

    async def tell_one(self, number: int, reply_for: Callable[[Language], Reply]) -> None:
        """Tell one, suspended or not."""
        await self._to(lambda one: one.id == number, reply_for)

    async def _to(self, meant: Callable[[Coordinator], bool], reply_for: Callable[[Language], Reply]) -> None:
        try:
            people = await coordinators.everyone(self._database, self._keys())
        except Exception as error:
            log.error("telling.failed", kind=type(error).__name__)
            return
        languages = self._outside().content.languages
        await asyncio.gather(
            *(
                self.show(one.channel, one.address, reply_for(languages.get(one.language) or languages[ORIGINAL]))
                for one in people
                if meant(one)
            )
        )

    async def show(self, channel: str, address: str, reply: Reply, attachment: Attachment | None = None) -> None:
        """Send one message, waiting where the chat has had one just now."""
        deliverer = self._channels.get(channel)
        if deliverer is None:
            return
        for _ in range(TRIES):
            try:
                await deliverer.deliver(address, reply, attachment, silent=False)
                return
            except TemporaryError as error:
                problem: SendError = error
                await asyncio.sleep(max(error.retry_after, PAUSE))
            except SendError as error:
                problem = error
                break
        log.warning("telling.unsent", channel=channel, kind=type(problem).__name__)

    def begin(self, work: Awaitable[None]) -> None:
        """Do it without anybody waiting for it."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self, seconds: float) -> None:
        """Wait for what is being told, then give up on the rest."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # what the broadcast engine tells of

    async def finished(self, broadcast: int) -> None:
        """A broadcast is through."""
        await self._about("told.finished", broadcast)

    async def refused(self, broadcast: int) -> None:
        """A broadcast was paused because the platform refused many messages in a row."""
        await self._about("told.refused", broadcast)

    async def stuck(self) -> None:
        """The database cannot be written to."""
        self.begin(self.tell(lambda words: Reply((Paragraph(words.say("told.stuck")),))))

    # what is done on the server

    async def server(self, what: Sequence[str]) -> None:
        """Something was done by `beside` on the server."""
        for one in what:
            await self.tell(_done_there(one))

    # what time brings

    async def unanswered(self, broadcast: int, revision: int, author: int) -> None:
        """An alert that nobody answered: its author may send it alone."""
        seen = f"{broadcast}-{revision}"

        def reply_for(words: Language) -> Reply:
            alone = to(words.say("approve.alone"), "alone", seen)
            return Reply((Paragraph(words.say("told.alert_alone")),), ((alone,),))

        await self.tell_one(author, reply_for)

    async def _about(self, key: str, broadcast: int) -> None:
        def reply_for(words: Language) -> Reply:
            return Reply((Paragraph(words.say(key)),), ((to(words.say("told.look"), "follow", str(broadcast)),),))

        self.begin(self.tell(reply_for))


def _done_there(what: str) -> Callable[[Language], Reply]:
    return lambda words: Reply((Paragraph(words.say("told.server", what=words.say(f"audit.{what}"))),))
