"""From what Telegram sends to a Request: what is read, what is cut away first, and what gets no answer."""

from dataclasses import dataclass, replace
from typing import Any

from telegram import ChatMemberUpdated, Message, Update, User

from handlers.types import Attachment, Place, Request

READ = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of update that are asked for; everything else gets a deliberate silence."""

ADDED = "updates:added"
"""The choice that being added to a group stands for."""
OUTSIDE = ("left", "kicked")
"""What we are in a chat that has removed or blocked us."""
KEPT = ("message_id", "date", "chat", "from", "text", "entities", "message_thread_id", "is_topic_message")


@dataclass(frozen=True, slots=True)
class Changed:
    """A chat that is gone (it blocked or removed us), or that goes on under another id, `to`."""

    chat: int
    to: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update that gets an answer. Ids live here, in memory, for as long as the answer takes."""

    request: Request
    chat: int
    message: int
    query: str = ""
    thread: int | None = None
    offers: bool = False
    """Where the answer goes: `message` is edited after a tap, and replied to in a group. `offers` asks for cards to
    pick while somebody types in another chat; `query` is what a tap or such a question is answered under."""

    @property
    def tapped(self) -> bool:
        """Whether a button was tapped."""
        return bool(self.query) and not self.offers

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.request.place == "group"


def cut(update: dict[str, Any]) -> dict[str, Any]:
    """The update without what nobody reads: building the library's objects is most of an update's cost."""
    query = update.get("callback_query")
    if query and (about := query.get("message")):
        short = {key: about[key] for key in ("message_id", "date", "chat", "message_thread_id") if key in about}
        if about.get("is_topic_message"):
            short["is_topic_message"] = True
        return {**update, "callback_query": {**query, "message": short}}
    message = update.get("message")
    if message and "text" in message:
        short = {key: message[key] for key in KEPT if key in message}
        if answered := message.get("reply_to_message"):
            short["reply_to_message"] = {key: answered[key] for key in KEPT if key in answered and key != "entities"}
        return {**update, "message": short}
    return update


def read(update: Update, username: str) -> Incoming | None:
    """What an update asks for; None where silence is right, also for one that is not as Telegram sends it."""
    try:
        incoming = _read(update, username)
    except (AttributeError, TypeError, ValueError, LookupError):
        return None
    return incoming if incoming and _sound(incoming) else None


def changed(update: Update) -> Changed | None:
    """What became of a chat by itself; None where nothing did."""
    try:
        member, message = update.my_chat_member, update.message
        if member and member.new_chat_member.status in OUTSIDE:
            return Changed(int(member.chat.id))
        if message and message.migrate_to_chat_id:
            return Changed(int(message.chat.id), int(message.migrate_to_chat_id))
    except (AttributeError, TypeError, ValueError):
        pass
    return None


def _sound(incoming: Incoming) -> bool:
    """Whether everything is of the kind that Telegram sends; the library does not look."""
    request = incoming.request
    texts = (request.text, request.choice, request.hint, request.title, incoming.query)
    numbers = (incoming.chat, incoming.message, incoming.thread or 0)
    return all(type(one) is str for one in texts) and all(type(one) is int for one in numbers)


def _read(update: Update, username: str) -> Incoming | None:
    """What an update asks for.

    Edited messages are silent: the first version was answered, and a second answer would come out of nowhere. So are
    service messages, channel posts, other bots, and group messages that are not addressed to us.
    """
    if asked := update.inline_query:
        person = asked.from_user
        request = Request("telegram", str(person.id), text=asked.query, hint=person.language_code or "")
        return Incoming(request, person.id, 0, asked.id, offers=True)
    query = update.callback_query
    if query:
        about = query.message
        if about is None or not query.data:
            return None
        place: Place = "private" if about.chat.type == "private" else "group"
        hint = query.from_user.language_code or ""
        request = Request("telegram", str(about.chat.id), choice=query.data, place=place, hint=hint)
        thread = about.message_thread_id if isinstance(about, Message) and about.is_topic_message else None
        if place == "group":
            request = _among(request, query.from_user, thread, about.chat.title)
        return Incoming(request, about.chat.id, about.message_id, query.id, thread)
    if member := update.my_chat_member:
        return _added(member)
    message = update.message
    if message is None or _silent(message.from_user):
        return None
    return _private(message) if message.chat.type == "private" else _in_group(message, username)


def _silent(sender: User | None) -> bool:
    return sender is None or (sender.is_bot and sender.username != "GroupAnonymousBot")


def _hint(message: Message) -> str:
    return (message.from_user.language_code if message.from_user else None) or ""


def _private(message: Message) -> Incoming | None:
    """In private everything that somebody sends is answered; what Telegram itself reports is not."""
    text = message.text or message.caption or ""
    if not text and message.effective_attachment is None:
        return None
    request = Request(
        "telegram",
        str(message.chat.id),
        text=text,
        unreadable=not text,
        hint=_hint(message),
        answers=_answers(message),
        attachment=_attachment(message),
    )
    return Incoming(request, message.chat.id, message.message_id)


def _answers(message: Message) -> str:
    """The number of the message that was replied to."""
    return str(message.reply_to_message.message_id) if message.reply_to_message else ""


def _attachment(message: Message) -> Attachment | None:
    """A picture, in its largest size, or a file, as Telegram names it."""
    if message.photo:
        return Attachment("photo", message.photo[-1].file_id)
    if message.document:
        return Attachment("document", message.document.file_id, message.document.file_name or "")
    return None


def _among(request: Request, person: User | None, thread: int | None, title: str | None) -> Request:
    """The request of somebody in a group."""
    return replace(
        request, person=str(person.id) if person else "", thread=str(thread) if thread else "", title=title or ""
    )


def _added(member: ChatMemberUpdated) -> Incoming | None:
    """Being added to a group: whoever did it proposes the group for updates."""
    before, after = member.old_chat_member.status, member.new_chat_member.status
    if member.chat.type not in ("group", "supergroup") or before not in OUTSIDE or after in OUTSIDE:
        return None
    person = member.from_user
    request = Request("telegram", str(member.chat.id), choice=ADDED, place="group", hint=person.language_code or "")
    return Incoming(_among(request, person, None, member.chat.title), member.chat.id, 0)


def _in_group(message: Message, username: str) -> Incoming | None:
    """In a group, commands for us and mentions of us."""
    text = _addressed(message, username)
    if text is None:
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    request = Request(
        "telegram", str(message.chat.id), text=text, place="group", hint=_hint(message), answers=_answers(message)
    )
    request = _among(request, message.from_user, thread, message.chat.title)
    return Incoming(request, message.chat.id, message.message_id, thread=thread)


def _addressed(message: Message, username: str) -> str | None:
    """The words without our name, when they are meant for us."""
    text, ours = message.text or "", f"@{username}".casefold()
    if text.startswith("/"):
        command, _, rest = text.partition(" ")
        name, at, whom = command.partition("@")
        return None if at and whom.casefold() != username.casefold() else f"{name} {rest}".strip()
    for mention in message.parse_entities(["mention"]).values():
        if mention.casefold() == ours:
            return " ".join(text.replace(mention, " ", 1).split())
    answered = message.reply_to_message
    if answered and answered.from_user and (answered.from_user.username or "").casefold() == username.casefold():
        return text
    return None
