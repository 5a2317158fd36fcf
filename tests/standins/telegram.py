"""A stand-in for Telegram: a Bot API server over real HTTP, with people, chats and faults.

A test reads like a story: `anna = telegram.user("Anna")`, `chat = anna.private()`, `await chat.say("/start")`,
`shown = await chat.reply()`, `await shown.tap("Guidance")`. Every call is held against the specification; what breaks
it is refused as Telegram would and remembered in `violations`.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.standins import rules
from tests.standins.formatting import shown as shown_text
from tests.standins.rules import RefusedError, bad
from tests.standins.specification import SpecificationError, check_call, check_type

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
BOT = {"id": 110201543, "is_bot": True, "first_name": "Beside", "username": "BesideTestBot"}
LIMITED = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption"})
PATIENCE = 5.0
"""Seconds a test waits for the bot before it fails."""

Answer = Callable[[dict[str, Any]], Awaitable[Any]]


@dataclass
class Call:
    """One call that the bot made; `inline` when it came back in a webhook's response."""

    method: str
    parameters: dict[str, Any]
    inline: bool = False


@dataclass
class Fault:
    """What goes wrong with the next calls of a method."""

    method: str
    times: int
    status: int
    body: bytes
    reset: bool = False
    hang: asyncio.Event | None = None


@dataclass
class Shown:
    """A message of the bot's as the person sees it."""

    chat: "Chat"
    message_id: int
    text: str
    markup: list[list[dict[str, Any]]] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def buttons(self) -> list[str]:
        """The buttons' labels, in order."""
        return [button["text"] for row in self.markup for button in row]

    def button(self, label: str) -> dict[str, Any]:
        """The button with this label."""
        return next(button for row in self.markup for button in row if button["text"] == label)

    async def tap(self, label: str, user: "User | None" = None) -> None:
        """Tap a button."""
        await self.chat.tap(self, self.button(label)["callback_data"], user)


@dataclass
class User:
    """A person with Telegram on the phone."""

    server: "TelegramServer"
    id: int
    first_name: str
    language: str
    blocked: bool = False

    def raw(self) -> dict[str, Any]:
        """The person as Telegram shows them to a bot."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language,
        }

    def private(self) -> "Chat":
        """Their chat with the bot."""
        return self.server.chat({"id": self.id, "type": "private", "first_name": self.first_name}, self)


class Chat:
    """A chat: what was said in it, and what the bot showed."""

    def __init__(self, server: "TelegramServer", raw: dict[str, Any], user: User) -> None:
        self.server = server
        self.raw = raw
        self.user = user
        self.messages: dict[int, Shown] = {}
        self.ids: set[int] = set()
        self.too_old = 0
        self.moved_to: int | None = None
        self._news: asyncio.Queue[Shown] = asyncio.Queue()

    async def say(self, text: str, user: User | None = None, **more: Any) -> int:
        """Send a text; commands and mentions are marked as Telegram marks them."""
        entities = list(_entities(text))
        content = {"text": text, **({"entities": entities} if entities else {}), **more}
        return await self.send(content, user)

    async def send(self, content: dict[str, Any], user: User | None = None, kind: str = "message") -> int:
        """Send any message."""
        message = self._message(content, user or self.user)
        await self.server.update({kind: message})
        return int(message["message_id"])

    async def edit(self, message_id: int, text: str) -> None:
        """Edit a message that was sent."""
        message = {**self._message({"text": text}, self.user), "message_id": message_id, "edit_date": int(time.time())}
        await self.server.update({"edited_message": message})

    async def member(self, before: str, after: str, user: User | None = None) -> None:
        """The bot's standing here changes: `left` to `member` when it is added, `member` to `kicked` when blocked."""

        def standing(status: str) -> dict[str, Any]:
            return {"status": status, "user": BOT, **({"until_date": 0} if status == "kicked" else {})}

        changed = {
            "chat": self.raw,
            "from": (user or self.user).raw(),
            "date": int(time.time()),
            "old_chat_member": standing(before),
            "new_chat_member": standing(after),
        }
        await self.server.update({"my_chat_member": changed})

    async def answer(self, message: Shown, text: str, user: User | None = None, **more: Any) -> int:
        """Reply to a message of the bot's."""
        about = {**message.raw, "text": message.text, "date": int(time.time())}
        return await self.say(text, user, reply_to_message=about, **more)

    async def tap(self, message: Shown, data: str, user: User | None = None) -> None:
        """Tap a button that carries `data`."""
        query = str(next(self.server.numbers))
        self.server.queries.add(query)
        about = {**message.raw, "text": message.text, "date": int(time.time())}
        tapped = {"id": query, "from": (user or self.user).raw(), "message": about, "chat_instance": "1", "data": data}
        await self.server.update({"callback_query": tapped})

    def _message(self, content: dict[str, Any], user: User) -> dict[str, Any]:
        number = next(self.server.numbers)
        self.ids.add(number)
        return {"message_id": number, "from": user.raw(), "chat": self.raw, "date": int(time.time()), **content}

    async def reply(self) -> Shown:
        """The next message that the bot sends or edits here."""
        return await asyncio.wait_for(self._news.get(), PATIENCE)

    def quiet(self) -> bool:
        """Whether the bot has said nothing that was not looked at."""
        return self._news.empty()

    def put(self, message: Shown) -> None:
        """What the bot did."""
        self.messages[message.message_id] = message
        self.ids.add(message.message_id)
        self._news.put_nowait(message)


def _entities(text: str) -> list[dict[str, Any]]:
    """Commands and mentions in a text, with offsets in UTF-16 units."""
    found = []
    for word in text.split():
        kind = "bot_command" if word.startswith("/") and len(word) > 1 else "mention" if word.startswith("@") else ""
        if kind:
            before = text[: text.index(word)]
            offset = len(before.encode("utf-16-le")) // 2
            found.append({"type": kind, "offset": offset, "length": len(word.encode("utf-16-le")) // 2})
    return found


class TelegramServer:
    """The server; use it as `async with TelegramServer() as telegram`."""

    def __init__(self, *, strict: bool = True, delay: float = 0.0, limit: int = 0) -> None:
        """`limit` is how many messages a second are taken; more are answered with a flood wait. 0 takes all."""
        self.limit = limit
        self.floods = 0
        self._sent_at: deque[float] = deque()
        self.strict = strict
        self.delay = delay
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.queries: set[str] = set()
        self.answered: set[str] = set()
        self.numbers = count(1000)
        self.webhook: dict[str, Any] = {}
        self.wrong_token = False
        self.profile: dict[str, Any] = {}
        self._chats: dict[int, Chat] = {}
        self._users = count(5_000_001)
        self._updates: list[dict[str, Any]] = []
        self._update_ids = count(1)
        self._arrived = asyncio.Event()
        self._faults: list[Fault] = []
        self._poll = 0
        self.hanging = 0
        self.offered: dict[str, list[dict[str, Any]]] = {}
        self._delivering: set[asyncio.Task[None]] = set()
        self._special: dict[str, Answer] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "sendPhoto": self._send_document,
            "editMessageCaption": self._edit_message_caption,
            "answerInlineQuery": self._answer_inline_query,
            "editMessageText": self._edit_message_text,
            "answerCallbackQuery": self._answer_callback_query,
            "deleteMessage": self._delete_message,
            "deleteMessages": self._delete_messages,
            "getChatMember": self._get_chat_member,
            "getChat": self._get_chat,
        }

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._session = aiohttp.ClientSession()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *problem: object) -> None:
        for fault in self._faults:
            if fault.hang:
                fault.hang.set()
        for task in self._delivering:
            task.cancel()
        await asyncio.gather(*self._delivering, return_exceptions=True)
        await self._session.close()
        await self._runner.cleanup()

    # people and chats

    def user(self, first_name: str = "Anna", language: str = "en") -> User:
        """Somebody new."""
        return User(self, next(self._users), first_name, language)

    def chat(self, raw: dict[str, Any], user: User) -> Chat:
        """The chat with this id."""
        return self._chats.setdefault(raw["id"], Chat(self, raw, user))

    def group(self, user: User, *, forum: bool = False) -> Chat:
        """A group that the bot is in."""
        raw = {"id": -1_000_000_000_000 - next(self.numbers), "type": "supergroup", "title": "Night shift"}
        return self.chat({**raw, **({"is_forum": True} if forum else {})}, user)

    async def type_inline(self, user: User, words: str) -> list[dict[str, Any]]:
        """Type the bot's name and some words in any chat; what is offered."""
        query = str(next(self.numbers))
        await self.update({"inline_query": {"id": query, "from": user.raw(), "query": words, "offset": ""}})
        async with asyncio.timeout(PATIENCE):
            while query not in self.offered:  # noqa: ASYNC110 - a test waits for it once
                await asyncio.sleep(0.01)
        return self.offered[query]

    # updates

    async def update(self, update: dict[str, Any]) -> None:
        """Something happened: keep it for getUpdates, or post it to the webhook."""
        full = {"update_id": next(self._update_ids), **update}
        if self.strict:
            check_type("Update", full)
        if self.webhook:
            self._post(full)
        else:
            self._updates.append(full)
            self._arrived.set()

    def _post(self, update: dict[str, Any]) -> None:
        task = asyncio.create_task(self._deliver(update))
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)

    async def _deliver(self, update: dict[str, Any]) -> None:
        """Post to the webhook until it says 200; a call in its response is carried out."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        for attempt in range(20):
            try:
                async with self._session.post(self.webhook["url"], json=update, headers=headers) as answer:
                    body = await answer.read()
                    if answer.status == 200:
                        await self._carry_out(body)
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05 * (attempt + 1))

    async def _carry_out(self, body: bytes) -> None:
        if not body.strip():
            return
        given = json.loads(body)
        await self._call(given.pop("method"), given, inline=True)

    @property
    def waiting(self) -> int:
        """Updates that were not confirmed."""
        return len(self._updates)

    # faults

    def fail(
        self, method: str, status: int = 500, times: int = 1, description: str = "Internal", **parameters: Any
    ) -> None:
        """Answer the next calls with an error."""
        body = {"ok": False, "error_code": status, "description": description}
        if parameters:
            body["parameters"] = parameters
        self._faults.append(Fault(method, times, status, json.dumps(body).encode()))

    def break_down(self, method: str, times: int = 1) -> None:
        """Answer the next calls as a proxy does when the server behind it is gone."""
        self._faults.append(Fault(method, times, 502, b"<html><h1>502 Bad Gateway</h1></html>"))

    def reset(self, method: str, times: int = 1) -> None:
        """Close the connection instead of answering."""
        self._faults.append(Fault(method, times, 0, b"", reset=True))

    def hang(self, method: str) -> asyncio.Event:
        """Answer the next call only when the event is set."""
        event = asyncio.Event()
        self._faults.append(Fault(method, 1, 0, b"", hang=event))
        return event

    # HTTP

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _parameters(request)
        fault = next((fault for fault in self._faults if fault.method == method and fault.times > 0), None)
        if self.delay:
            await asyncio.sleep(self.delay)
        if fault:
            fault.times -= 1
            if fault.reset and request.transport:
                request.transport.abort()
            elif fault.hang:
                self.hanging += 1
                await fault.hang.wait()
            if fault.status:
                return web.Response(status=fault.status, body=fault.body)
        try:
            self._flooded(method)
            if self.wrong_token or request.match_info["token"] != TOKEN:
                raise RefusedError(401, "Unauthorized")
            result = await self._call(method, given)
        except RefusedError as error:
            body = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.code)
        return web.json_response({"ok": True, "result": result})

    def _flooded(self, method: str) -> None:
        """Refuse what is over the limit in any second."""
        if not self.limit or method not in LIMITED:
            return
        now = time.monotonic()
        while self._sent_at and self._sent_at[0] <= now - 1:
            self._sent_at.popleft()
        if len(self._sent_at) >= self.limit:
            self.floods += 1
            raise RefusedError(429, "Too Many Requests: retry after 1", retry_after=1)
        self._sent_at.append(now)

    async def _call(self, method: str, given: dict[str, Any], *, inline: bool = False) -> Any:
        if method != "getUpdates":
            self.calls.append(Call(method, given, inline))
        if self.strict:
            try:
                check_call(method, given)
                rules.check(method, given)
            except SpecificationError as error:
                self.violations.append(str(error))
                raise bad(str(error)) from None
            except RefusedError as error:
                self.violations.append(f"{method}: {error.description}")
                raise
        special = self._special.get(method)
        return await special(given) if special else self._remember(method, given)

    def _remember(self, method: str, given: dict[str, Any]) -> Any:
        """Profile methods: what is set can be got."""
        key = json.dumps([method[3:], given.get("language_code", ""), given.get("scope")], sort_keys=True)
        if method.startswith("setMy") or method == "setChatMenuButton":
            self.profile[key] = next(iter(given.values()))
            return True
        if method.startswith("getMy"):
            names = {"getMyName": "name", "getMyDescription": "description"}
            name = names.get(method, "short_description")
            return self.profile.get(key, []) if method == "getMyCommands" else {name: self.profile.get(key, "")}
        return True

    # methods

    async def _get_me(self, given: dict[str, Any]) -> Any:
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _get_updates(self, given: dict[str, Any]) -> Any:
        if self.webhook:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        self._arrived.set()  # whoever else is polling is sent away
        offset = given.get("offset", 0)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates and given.get("timeout"):
            self._arrived = asyncio.Event()
            try:
                await asyncio.wait_for(self._arrived.wait(), given["timeout"])
            except TimeoutError:
                return []
        if mine != self._poll:
            raise RefusedError(409, "Conflict: terminated by other getUpdates request")
        return self._updates[: given.get("limit", 100)]

    async def _set_webhook(self, given: dict[str, Any]) -> Any:
        self.webhook = given
        waiting, self._updates = self._updates, []
        for update in waiting:
            self._post(update)
        return True

    async def _delete_webhook(self, given: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _send_message(self, given: dict[str, Any]) -> Any:
        chat = self._chat_for(given)
        raw = {"message_id": next(self.numbers), "from": BOT, "chat": chat.raw, "date": int(time.time())}
        if "message_thread_id" in given:
            raw |= {"message_thread_id": given["message_thread_id"], "is_topic_message": True}
        return self._put(chat, raw, given)

    async def _send_document(self, given: dict[str, Any]) -> Any:
        chat = self._chat_for(given)
        raw = {"message_id": next(self.numbers), "from": BOT, "chat": chat.raw, "date": int(time.time())}
        kind = "photo" if "photo" in given else "document"
        uploaded = str(given[kind]).startswith("attach://")
        file = f"file-{next(self.numbers)}" if uploaded else given[kind]
        about = {"file_id": file, "file_unique_id": file, **({"width": 9, "height": 9} if kind == "photo" else {})}
        raw[kind] = [about] if kind == "photo" else about
        return self._put(chat, raw, {**given, "text": given.get("caption") or "📎"})

    async def _answer_inline_query(self, given: dict[str, Any]) -> Any:
        self.offered[given["inline_query_id"]] = given["results"]
        return True

    async def _edit_message_text(self, given: dict[str, Any]) -> Any:
        chat = self._chat_for(given)
        old = chat.messages.get(given["message_id"])
        if old is None:
            raise bad("message to edit not found")
        new_markup = given.get("reply_markup", {}).get("inline_keyboard", [])
        if old.text == shown_text(given["text"], given.get("parse_mode")) and old.markup == new_markup:
            raise bad("message is not modified")
        return self._put(chat, old.raw, given)

    async def _edit_message_caption(self, given: dict[str, Any]) -> Any:
        return await self._edit_message_text({**given, "text": given["caption"]})

    def _put(self, chat: Chat, raw: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        text = shown_text(given["text"], given.get("parse_mode"))
        markup = given.get("reply_markup", {}).get("inline_keyboard", [])
        chat.put(Shown(chat, raw["message_id"], text, markup, raw))
        return {**raw, "text": text}

    def _chat_for(self, given: dict[str, Any]) -> Chat:
        chat = self._chats.get(int(given["chat_id"]))
        if chat is None:
            raise bad("chat not found")
        if chat.user.blocked:
            raise RefusedError(403, "Forbidden: bot was blocked by the user")
        if chat.moved_to:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, description, migrate_to_chat_id=chat.moved_to)
        return chat

    async def _answer_callback_query(self, given: dict[str, Any]) -> Any:
        query = given["callback_query_id"]
        if query not in self.queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if query in self.answered:
            self.violations.append("a tap was answered twice")
        self.answered.add(query)
        return True

    async def _get_chat_member(self, given: dict[str, Any]) -> Any:
        """Whoever a group was made with leads it."""
        chat = self._chat_for(given)
        about = {"user": {**chat.user.raw(), "id": given["user_id"]}}
        if given["user_id"] == chat.user.id:
            return {**about, "status": "creator", "is_anonymous": False}
        return {**about, "status": "member"}

    async def _get_chat(self, given: dict[str, Any]) -> Any:
        limits = {"accent_color_id": 0, "max_reaction_count": 11}
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        return {**self._chat_for(given).raw, **limits, "accepted_gift_types": dict.fromkeys(gifts, True)}

    async def _delete_message(self, given: dict[str, Any]) -> Any:
        return await self._delete_messages({"chat_id": given["chat_id"], "message_ids": [given["message_id"]]})

    async def _delete_messages(self, given: dict[str, Any]) -> Any:
        chat = self._chat_for(given)
        if any(number in chat.ids and number <= chat.too_old for number in given["message_ids"]):
            raise bad("message can't be deleted for everyone")
        for number in given["message_ids"]:
            chat.ids.discard(number)
            chat.messages.pop(number, None)
        return True


async def _parameters(request: web.Request) -> dict[str, Any]:
    """What a call carries: JSON, or a form whose fields may hold JSON."""
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    form = await request.post()
    plain = {name: value for name, value in form.items() if isinstance(value, str)}
    files = [name for name in form if name not in plain]
    wanted = {name: f"attach://{name}" for name in files if name not in plain.values()}
    return {name: _value(value) for name, value in plain.items()} | {
        name: value for name, value in wanted.items() if f"attach://{name}" not in plain.values()
    }


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
