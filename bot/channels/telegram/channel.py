"""Telegram: updates come by long polling or webhook; each is answered once, none is lost before it is answered."""

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

import orjson
import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels import body
from bot.channels.base import Answerer, Chats, Offerer
from bot.channels.telegram.delivering import Courier
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.profile import introduce
from bot.channels.telegram.sending import TRYING, Sender, mapped
from bot.channels.telegram.traces import Traces
from bot.channels.telegram.transport import Transport
from bot.channels.telegram.updates import READ, Changed, Incoming, changed, cut, read
from bot.pace import Pace
from content.model import Content

log = structlog.get_logger()

POLL_SECONDS = 25
BATCH = 100
AT_REST = 0.02
"""Seconds between two polls while something is in hand and nothing new has come."""
FULL = 0.1
"""Seconds to wait for a full batch before what is done of it is confirmed."""
LONGEST_PAUSE = 30.0
REMEMBERED = 10_000
"""Updates that are known as done, so that a repeated delivery is not answered twice."""
LARGEST_BODY = 1_000_000
SOON = 0.3
"""Seconds a tap may wait for its acknowledgement in the webhook's response."""
JSON = {"Content-Type": "application/json"}
STOPPING = 8.0
PATH = "/telegram"


class Conversing(Answerer, Offerer, Protocol):
    """What Telegram needs of the conversation."""


class Telegram:
    """The channel. `secret` guards the webhook, which is used where `public_url` is given."""

    def __init__(
        self,
        token: str,
        answerer: Conversing,
        content: Callable[[], Content],
        *,
        api_url: str,
        public_url: str | None,
        secret: str,
        pace: Pace,
        chats: Chats | None = None,
    ) -> None:
        self._answerer = answerer
        self._content = content
        self._public_url = public_url
        self._secret = secret
        self._chats = chats
        base = f"{api_url}/bot"
        self._transports = Transport(cut), Transport(cut)
        self._bot = Bot(token, base_url=base, request=self._transports[0], get_updates_request=self._transports[1])
        self._sender = Sender(self._bot, pace)
        self.courier = Courier(self._bot, pace)
        self._lanes = Lanes()
        self._traces = Traces()
        self._done: OrderedDict[int, asyncio.Future[None]] = OrderedDict()
        self._ready = asyncio.Event()
        self._working: OrderedDict[int, asyncio.Future[None]] = OrderedDict()
        self._offset = 0

    def routes(self) -> list[Route]:
        """The webhook's address, where it is used."""
        return [Route(PATH, self._webhook, methods=["POST"])] if self._public_url else []

    async def run(self) -> None:
        """Serve until cancelled. A token that Telegram does not accept ends the channel with one sentence."""
        try:
            await self._start()
            self._ready.set()
            introducing = asyncio.create_task(introduce(self._bot, self._content()))
            try:
                await (asyncio.Event().wait() if self._public_url else self._poll())
            finally:
                introducing.cancel()
        except InvalidToken:
            log.error("token.refused: Telegram does not accept BESIDE_TELEGRAM_TOKEN", channel="telegram")
        finally:
            await self._stop()

    async def _start(self) -> None:
        """Log in and say how updates should come; as long as it takes while the network is down."""
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
                await self._choose_way_in()
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("start.waiting", channel="telegram", kind=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def _choose_way_in(self) -> None:
        if self._public_url:
            await self._bot.set_webhook(
                f"{self._public_url}{PATH}", secret_token=self._secret, allowed_updates=READ, max_connections=100
            )
        else:
            await self._bot.delete_webhook()

    async def _stop(self) -> None:
        await self._lanes.finish(STOPPING)
        if self._confirm() and not self._public_url:
            with suppress(TelegramError):
                await self._bot.get_updates(self._offset, 1, 0, allowed_updates=READ)
        await self._bot.shutdown()
        for transport in self._transports:  # the library closes only what it fully opened
            await transport.shutdown()

    # polling

    async def _poll(self) -> None:
        """Ask for updates again and again; an update is confirmed only once it is done."""
        working, pause = self._working, 1.0
        while True:
            self._confirm()
            try:
                updates = await self._bot.get_updates(
                    self._offset, BATCH, 0 if working else POLL_SECONDS, allowed_updates=READ
                )
                pause = 1.0
            except InvalidToken:
                raise
            except TelegramError as error:
                await self._poll_failed(error, pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            new = [update for update in updates if update.update_id not in working]
            for update in new:
                working[update.update_id] = self._begin(update)
            if len(updates) == BATCH:  # nothing newer can be asked for before some of these are confirmed
                await asyncio.wait(working.values(), timeout=FULL)
            elif working:
                wanted = asyncio.ALL_COMPLETED if new else asyncio.FIRST_COMPLETED
                await asyncio.wait(working.values(), timeout=AT_REST, return_when=wanted)

    def _confirm(self) -> bool:
        """Move the offset past every update that is done, up to the first that is not; whether it moved."""
        before = self._offset
        while self._working and next(iter(self._working.values())).done():
            self._offset = self._working.popitem(last=False)[0] + 1
        return self._offset > before

    async def _poll_failed(self, error: TelegramError, pause: float) -> None:
        if isinstance(error, Conflict):
            log.error("poll.conflict: another program asks for this bot's updates", channel="telegram")
        else:
            log.warning("poll.failed", channel="telegram", kind=type(error).__name__)
        waiting = getattr(mapped(error), "retry_after", 0.0)
        await asyncio.sleep(max(pause, waiting))

    # webhook

    async def _webhook(self, http: HttpRequest) -> Response:
        """An update that Telegram posts; answered 200 when it is done, or after ten seconds of trying."""
        given = http.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return Response(status_code=403)
        try:
            raw = orjson.loads(await body.read(http, LARGEST_BODY))
            update = Update.de_json(cut(raw), self._bot)
            if type(update.update_id) is not int:
                raise TypeError
        except body.BodyError as error:
            return Response(status_code=error.status)
        except Exception as error:  # the library raises whatever a wrong shape leads it to
            log.warning("update.unreadable", channel="telegram", kind=type(error).__name__)
            return Response(status_code=400)
        await self._ready.wait()
        done = self._begin(update, acknowledge=False)
        query = update.callback_query
        if query is None or type(query.id) is not str:
            await asyncio.wait([done], timeout=TRYING)
            return Response(status_code=200)
        return await self._acknowledged(query.id, done)

    async def _acknowledged(self, query: str, done: asyncio.Future[None]) -> Response:
        """A tap is acknowledged in the response, which costs no call; one that takes long, by a call at once."""
        await asyncio.wait([done], timeout=SOON)
        if done.done():
            return Response(orjson.dumps({"method": "answerCallbackQuery", "callback_query_id": query}), headers=JSON)
        await self._sender.acknowledge(query)
        await asyncio.wait([done], timeout=TRYING)
        return Response(status_code=200)

    # one update

    def _begin(self, update: Update, *, acknowledge: bool = True) -> asyncio.Future[None]:
        """Start on an update; a repeated one shares the outcome of the first."""
        known = self._done.get(update.update_id)
        if known is not None:
            return known
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._done[update.update_id] = done
        if len(self._done) > REMEMBERED:
            self._done.popitem(last=False)
        if (news := changed(update)) and self._chats:
            chats = self._chats
            self._lanes.put(news.chat, lambda: self._followed(news, chats, done))
            return done
        incoming = read(update, self._bot.username)
        if incoming is None:
            done.set_result(None)
            return done
        if incoming.offers:
            self._lanes.put(-update.update_id, lambda: self._offered(incoming, done))
            return done
        if incoming.tapped and acknowledge:
            self._lanes.put(-update.update_id, lambda: self._sender.acknowledge(incoming.query))
        self._lanes.put(incoming.chat, lambda: self._answered(incoming, done))
        return done

    async def _answered(self, incoming: Incoming, done: asyncio.Future[None]) -> None:
        try:
            async with asyncio.timeout(TRYING):
                await self._answer(incoming)
        except TimeoutError:
            log.error("answer.late", channel="telegram")
        finally:
            if not done.done():
                done.set_result(None)

    async def _followed(self, news: Changed, chats: Chats, done: asyncio.Future[None]) -> None:
        """A chat is gone, or has a new address; what was in hand for it comes first."""
        try:
            if news.to:
                await chats.moved("telegram", str(news.chat), str(news.to))
            else:
                await chats.gone("telegram", str(news.chat))
        finally:
            done.set_result(None)

    async def _offered(self, incoming: Incoming, done: asyncio.Future[None]) -> None:
        """Cards to pick, for somebody who types the bot's name in any chat."""
        try:
            await self._sender.offer(incoming.query, await self._answerer.offers(incoming.request))
        finally:
            done.set_result(None)

    async def _answer(self, incoming: Incoming) -> None:
        reply = await self._answerer.answer(incoming.request)
        if reply is None:
            return
        if reply.clear:
            newest = 0 if incoming.in_group else incoming.message
            if not await self._sender.delete(incoming.chat, self._traces.take(incoming.chat, newest)):
                reply = replace(reply, blocks=reply.refused)
        shown = [await self._sender.show(incoming, reply)]
        shown += [await self._sender.hand_over(incoming, file) for file in reply.files]
        if not incoming.in_group:
            shown.append(incoming.message)
        self._traces.add(incoming.chat, *filter(None, shown))
