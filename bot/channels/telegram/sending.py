"""Showing a Reply in a chat: every kind of error handled as its kind, tried for ten seconds and no longer."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.base import GoneError, MovedError, RejectedError, SendError, TemporaryError
from bot.channels.telegram.render import keyboard_of, text_of
from bot.channels.telegram.updates import Incoming
from bot.pace import Pace
from handlers.types import File, Offer, Reply

log = structlog.get_logger()

TRYING = 10.0
"""Seconds an answer is tried for; after that it would come too late to be of use."""
FIRST_PAUSE = 0.3
AT_ONCE = 100
"""Messages that Telegram deletes in one call."""
OFFERS_KEPT = 300
"""Seconds for which Telegram may show the same cards for the same words."""
NO_PREVIEW: Any = {"is_disabled": True}


def mapped(error: TelegramError) -> SendError:
    """What Telegram's error means for us. The one place that knows its errors."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return TemporaryError("flood", wait if isinstance(wait, int) else wait.total_seconds())
        case Forbidden():
            return GoneError("forbidden")
        case ChatMigrated():
            return MovedError(str(error.new_chat_id))
        case BadRequest():
            return RejectedError(error.message)
        case _:
            return TemporaryError(type(error).__name__)


class Sender:
    """Shows Replies through the Bot."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace

    async def show(self, incoming: Incoming, reply: Reply) -> int:
        """Edit the tapped message, or send a new one; the number of the message, 0 where none was shown."""
        text, keyboard = text_of(reply.blocks), keyboard_of(reply.blocks, reply.buttons, self._bot.username)
        try:
            if incoming.tapped and not reply.clear:
                return await self._edit(incoming, text, keyboard)
            return await self._send(incoming, text, keyboard)
        except GoneError:
            return 0
        except SendError as error:
            log.error("answer.unsent", channel="telegram", kind=type(error).__name__)
            return 0

    async def _edit(self, incoming: Incoming, text: str, keyboard: Any) -> int:
        """Change the message in place. One that Telegram no longer lets us change is followed by a new one."""
        try:
            await self._try(
                incoming.chat,
                lambda chat: self._bot.edit_message_text(
                    text,
                    chat,
                    incoming.message,
                    parse_mode="HTML",
                    reply_markup=keyboard,
                    link_preview_options=NO_PREVIEW,
                ),
            )
        except RejectedError as error:
            if "not modified" in error.kind:
                return incoming.message
            return await self._send(incoming, text, keyboard)
        return incoming.message

    async def _send(self, incoming: Incoming, text: str, keyboard: Any) -> int:
        answered: Any = None
        if incoming.in_group and incoming.message and not incoming.tapped:
            answered = {"message_id": incoming.message, "allow_sending_without_reply": True}
        message = await self._try(
            incoming.chat,
            lambda chat: self._bot.send_message(
                chat,
                text,
                parse_mode="HTML",
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
                message_thread_id=incoming.thread,
                reply_parameters=answered,
            ),
        )
        return int(message.message_id)

    async def _try(self, chat: int, call: Callable[[int], Awaitable[Any]]) -> Any:
        """Call until it works, waiting as long as told or a little longer each time, and follow a chat that moved."""
        deadline = asyncio.get_running_loop().time() + TRYING
        pause = FIRST_PAUSE
        while True:
            await self._pace.reply()
            try:
                return await call(chat)
            except TelegramError as error:
                problem = mapped(error)
            if isinstance(problem, MovedError):
                chat = int(problem.chat)
                continue
            if not isinstance(problem, TemporaryError):
                raise problem
            wait = max(problem.retry_after, pause)
            if asyncio.get_running_loop().time() + wait > deadline:
                raise problem
            await asyncio.sleep(wait)
            pause *= 2

    async def hand_over(self, incoming: Incoming, file: File) -> int:
        """Send a file or picture; the number of its message, 0 where it could not be sent."""
        picture = file.media_type.startswith("image/")
        send: Callable[..., Awaitable[Any]] = self._bot.send_photo if picture else self._bot.send_document
        try:
            message = await self._try(
                incoming.chat,
                lambda chat: send(chat, file.data, filename=file.name, message_thread_id=incoming.thread),
            )
        except SendError as error:
            log.error("file.unsent", channel="telegram", kind=type(error).__name__)
            return 0
        return int(message.message_id)

    async def offer(self, query: str, offers: Sequence[Offer]) -> None:
        """Show cards to pick. Somebody who types on asks again, so a failure needs no second try."""
        results: Any = [_article(offer, self._bot.username) for offer in offers]
        try:
            await self._bot.answer_inline_query(query, results, cache_time=OFFERS_KEPT)
        except TelegramError as error:
            if not isinstance(error, BadRequest):
                log.warning("offer.unsent", channel="telegram", kind=type(error).__name__)

    async def acknowledge(self, query: str) -> None:
        """Stop the waiting sign on a tapped button. One that is too old needs none."""
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            if not isinstance(error, BadRequest):
                log.warning("tap.unacknowledged", channel="telegram", kind=type(error).__name__)

    async def delete(self, chat: int, messages: Sequence[int]) -> bool:
        """Delete what Telegram lets us, newest first; whether the newest could be deleted.

        Telegram passes over numbers that are not there, but refuses a whole batch for one message that is too old. So a
        refused batch is halved; what is older than a message that is refused alone is refused too.
        """
        newest_first = sorted(messages, reverse=True)
        for start in range(0, len(messages), AT_ONCE):
            if not await self._deleted(chat, newest_first[start : start + AT_ONCE]):
                return start > 0
        return True

    async def _deleted(self, chat: int, some: Sequence[int]) -> bool:
        """Whether at least the newest of some messages could be deleted."""
        try:
            await self._try(chat, lambda where: self._bot.delete_messages(where, some))
            return True
        except RejectedError:
            if len(some) == 1:
                return False
        except SendError as error:
            log.info("delete.refused", channel="telegram", kind=type(error).__name__)
            return False
        half = len(some) // 2
        if not await self._deleted(chat, some[:half]):
            return False
        await self._deleted(chat, some[half:])
        return True


def _article(offer: Offer, username: str) -> dict[str, Any]:
    """A card as a result of an inline query."""
    message = {"message_text": text_of(offer.reply.blocks), "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
    return {
        "type": "article",
        "id": offer.id,
        "title": offer.title,
        "description": offer.line,
        "input_message_content": message,
        "reply_markup": keyboard_of(offer.reply.blocks, offer.reply.buttons, username),
    }
