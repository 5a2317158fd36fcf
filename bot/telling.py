"""Telling the coordinators, all of them, each in their own language, as a message of its own."""

from collections.abc import Callable, Mapping

import structlog

from bot.channels.base import Deliverer, SendError
from content.model import ORIGINAL, Language
from handlers.buttons import to
from handlers.types import Outside, Paragraph, Reply
from storage import coordinators
from storage.coordinators import Coordinator
from storage.crypto import Keys
from storage.database import Database

log = structlog.get_logger()


class Telling:
    """Writes to coordinators through the channels they are on. What cannot be told is logged by kind, never raised."""

    def __init__(
        self,
        database: Database,
        keys: Callable[[], Keys],
        channels: Mapping[str, Deliverer],
        outside: Callable[[], Outside],
    ) -> None:
        self._database = database
        self._keys = keys
        self._channels = channels
        self._outside = outside

    async def tell(
        self,
        reply_for: Callable[[Language], Reply],
        *,
        but: int = 0,
        only: Callable[[Coordinator], bool] = lambda one: True,
    ) -> None:
        """Tell everyone but one, or only some."""
        try:
            people = await coordinators.everyone(self._database, self._keys())
        except Exception as error:
            log.error("telling.failed", kind=type(error).__name__)
            return
        languages = self._outside().content.languages
        for one in people:
            channel = self._channels.get(one.channel)
            if one.id == but or channel is None or not only(one):
                continue
            reply = reply_for(languages.get(one.language) or languages[ORIGINAL])
            try:
                await channel.deliver(one.address, reply, None, silent=False)
            except SendError as error:
                log.warning("telling.unsent", channel=one.channel, kind=type(error).__name__)

    # what the broadcast engine tells of

    async def finished(self, broadcast: int) -> None:
        """A broadcast is through."""
        await self._about("told.finished", broadcast)

    async def refused(self, broadcast: int) -> None:
        """A broadcast was paused because the platform refused many messages in a row."""
        await self._about("told.refused", broadcast)

    async def stuck(self) -> None:
        """The database cannot be written to."""
        await self.tell(lambda words: Reply((Paragraph(words.say("told.stuck")),)))

    async def _about(self, key: str, broadcast: int) -> None:
        def reply_for(words: Language) -> Reply:
            return Reply((Paragraph(words.say(key)),), ((to(words.say("told.look"), "follow", str(broadcast)),),))

        await self.tell(reply_for)
