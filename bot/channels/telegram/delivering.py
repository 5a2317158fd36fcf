"""Writing to a chat by ourselves: an update, its correction, and taking it back. Each call is made once."""

from collections.abc import Awaitable
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.base import RejectedError, TemporaryError
from bot.channels.telegram.render import keyboard_of, text_of
from bot.channels.telegram.sending import NO_PREVIEW, mapped
from bot.pace import ChatPace, Pace
from handlers.types import Attachment, File, Reply

T = TypeVar("T")
ANONYMOUS = "1087968824"
"""Whom Telegram names where an administrator of a group speaks as the group."""
LONGEST_CAPTION = 1024
"""UTF-16 units of the words below a picture or file."""


class Courier:
    """A Deliverer over the Bot API. An address is a chat's id, perhaps with `/` and the id of a forum topic."""

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._chats = ChatPace()

    async def deliver(self, address: str, reply: Reply, attachment: Attachment | None, *, silent: bool) -> str:
        """Send; the number of the message."""
        chat, thread = _taken_apart(address)
        more: dict[str, Any] = {
            "parse_mode": "HTML",
            "reply_markup": self._keyboard(reply),
            "message_thread_id": thread,
            "disable_notification": silent,
            "allow_paid_broadcast": self._pace.paid or None,
        }
        text = text_of(reply.blocks)
        await self._turn(address)
        if attachment is None:
            sent = await _once(self._bot.send_message(chat, text, link_preview_options=NO_PREVIEW, **more), self._pace)
        elif attachment.kind == "photo":
            sent = await _once(self._bot.send_photo(chat, attachment.ref, caption=text, **more), self._pace)
        else:
            sent = await _once(self._bot.send_document(chat, attachment.ref, caption=text, **more), self._pace)
        self._chats.sent(address)
        return str(sent.message_id)

    async def correct(self, address: str, message: str, reply: Reply, attachment: Attachment | None) -> str:
        """Edit in place; where Telegram refuses, send anew."""
        chat, _ = _taken_apart(address)
        text, keyboard = text_of(reply.blocks), self._keyboard(reply)
        await self._turn(address)
        try:
            if attachment is None:
                edited: Awaitable[Any] = self._bot.edit_message_text(
                    text, chat, int(message), parse_mode="HTML", reply_markup=keyboard, link_preview_options=NO_PREVIEW
                )
            else:
                edited = self._bot.edit_message_caption(
                    chat, int(message), caption=text, parse_mode="HTML", reply_markup=keyboard
                )
            await _once(edited, self._pace)
        except RejectedError as error:
            if "not modified" in error.kind:
                return message
            return await self.deliver(address, reply, attachment, silent=True)
        self._chats.sent(address)
        return message

    async def take_back(self, address: str, message: str) -> None:
        """Delete a message; RejectedError where Telegram no longer lets us (after 48 hours)."""
        chat, _ = _taken_apart(address)
        await self._turn(address)
        try:
            await _once(self._bot.delete_message(chat, int(message)), self._pace)
        except RejectedError as error:
            if "not found" not in error.kind:
                raise
        self._chats.sent(address)

    async def store(self, address: str, file: File, said: str) -> Attachment:
        """Send a file into a chat without a sound: Telegram keeps it there, and takes out where a picture was made."""
        chat, thread = _taken_apart(address)
        more: dict[str, Any] = {"message_thread_id": thread, "disable_notification": True, "filename": file.name}
        await self._turn(address)
        if file.media_type.startswith("image/"):
            sent = await _once(self._bot.send_photo(chat, file.data, caption=said, **more), self._pace)
        else:
            more["disable_content_type_detection"] = True
            sent = await _once(self._bot.send_document(chat, file.data, caption=said, **more), self._pace)
        self._chats.sent(address)
        if sent.photo:
            return Attachment("photo", sent.photo[-1].file_id)
        if sent.document:
            return Attachment("document", sent.document.file_id, file.name)
        raise RejectedError("taken for something else")

    def link(self, payload: str) -> str:
        """The link; empty before Telegram has said what the bot is called."""
        try:
            return f"https://t.me/{self._bot.username}?start={payload}"
        except RuntimeError:
            return ""

    async def leads(self, chat: str, person: str) -> bool:
        """Whether somebody is an administrator of a group, also one who stays anonymous; no, while nobody can tell."""
        if person == ANONYMOUS:
            return True
        try:
            await self._pace.reply()
            member = await self._bot.get_chat_member(int(chat), int(person))
        except (TelegramError, ValueError):
            return False
        return member.status in ("creator", "administrator")

    async def called(self, chat: str) -> str:
        """What a group is called at this moment; empty where Telegram does not say."""
        try:
            await self._pace.reply()
            return (await self._bot.get_chat(int(chat))).title or ""
        except (TelegramError, ValueError):
            return ""

    async def _turn(self, address: str) -> None:
        """Wait for a slot; TemporaryError where this one chat has had too many messages just now."""
        wait = self._chats.wait(address, group=address.startswith("-"))
        if wait > 0:
            raise TemporaryError("chat", wait)
        await self._pace.broadcast()

    def _keyboard(self, reply: Reply) -> Any:
        return keyboard_of(reply.blocks, reply.buttons, self._bot.username)


def _taken_apart(address: str) -> tuple[int, int | None]:
    chat, _, thread = address.partition("/")
    return int(chat), int(thread) if thread else None


async def _once(call: Awaitable[T], pace: Pace) -> T:
    """Make a call; its error as one of ours. A flood wait holds all broadcasts for as long as told."""
    try:
        return await call
    except TelegramError as error:
        problem = mapped(error)
    if isinstance(problem, TemporaryError) and problem.kind == "flood":
        pace.hold(problem.retry_after)
    raise problem
