"""Builds everything once and wires it together; the one place that knows all the parts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from starlette.applications import Starlette
from starlette.routing import Route

from bot.broadcasting import Broadcasting
from bot.channels.base import Channel, Deliverer
from bot.channels.web import Web
from bot.charts import Charts
from bot.content import Learner, LiveContent
from bot.conversation import Conversation
from bot.counter import Counter
from bot.dashboard import Dashboard, Parts, Proofs
from bot.desk import AllUpdates, AtDesk
from bot.figures import Figures
from bot.following import EVERY, Following
from bot.jobs import Job, run
from bot.keeping import KeyRing, secret_of
from bot.noticing import Noticing
from bot.observe import Observed
from bot.overlay import Overlay
from bot.pace import PAID_PER_SECOND, PER_SECOND, Pace
from bot.pack import pack
from bot.posting import Posting
from bot.relaying import Relaying
from bot.roles import Roles
from bot.settings import Settings
from bot.subscribing import Subscribing
from bot.team import Members
from bot.telling import Telling
from bot.volunteers import Volunteers
from bot.watching import Watching
from content.model import Content
from content.ranking import Ranking
from content.search import Search
from handlers.metrics import register
from handlers.types import Outside
from storage import audit, broadcasts, coordinators, crypto, subscriptions
from storage.database import Database, DatabaseError

log = structlog.get_logger()

HOUR = 3600.0


class App:
    """One running Beside."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._live = LiveContent(settings.languages)
        self._learner = Learner(settings.data_dir)
        self._database = Database(settings.database_file)
        self._keys = KeyRing(settings)
        self._overlay = Overlay(self._database, self._keys)
        self.observed = Observed()
        self.counter = Counter(self._database, lambda: register(self._live.current))
        self._channels: dict[str, Channel] = {}
        self._deliverers: dict[str, Deliverer] = {}
        self._link: Callable[[str], str] = lambda payload: ""
        self._pace = Pace(PAID_PER_SECOND if settings.paid_broadcasts else PER_SECOND)
        self._telling = Telling(self._database, self._keys, self._deliverers, lambda: self.conversation.outside)
        self.broadcasting = Broadcasting(
            self._database,
            self._keys,
            self._deliverers,
            lambda: self.conversation.outside,
            self._telling,
            self.counter,
            per_second=self._pace.per_second,
            time_zone=settings.time_zone,
        )
        self._following = Following(
            self._database,
            self._keys,
            self._deliverers,
            lambda: self.conversation.outside,
            self.broadcasting,
            settings.time_zone,
        )
        self._charts = Charts()
        self._figures = Figures(self._database, self._charts)
        self._noticing = Noticing(
            self._database, self._figures, self._telling, lambda: self.conversation.outside, settings.time_zone
        )
        self._roles = Roles(self._database, self._keys)
        self._posting = posting = Posting(self._deliverers)
        self._subscribing = Subscribing(
            self._database,
            self._keys,
            posting,
            self._telling,
            lambda: self.conversation.outside,
            time_zone=settings.time_zone,
            join=settings.join,
        )
        self._relaying = Relaying(
            self._database, self._keys, posting, self._telling, self._roles, lambda: self.conversation.outside
        )
        self._volunteers = Volunteers(self._subscribing, self._relaying)
        self._learning = asyncio.Lock()
        self._ranking = self._learner.known(self._live.current)
        self._learnt = self._overlay.changes.taught
        self.conversation = Conversation(self._outside(self._content(), self._ranking), self.counter, self.observed)
        self.conversation.coordinator = self._roles.of
        secret = secret_of(settings)
        key = crypto.derive(secret, "web-session")
        self._web = Web(self.conversation, self._content, key, settings.organisation, self._relaying.news)
        self._routes: list[Route] = [*self._web.routes(), *self.observed.routes()]
        if settings.telegram_token:
            self._add_telegram(settings.telegram_token.get_secret_value(), secret)
        self._add_desk()
        self._add_dashboard(settings)

    def asgi(self) -> Starlette:
        """The web application; serving begins and ends with its lifespan."""
        return Starlette(routes=self._routes, lifespan=self._lifespan)

    def _content(self) -> Content:
        """What was shipped, with the organisation's changes."""
        return self._overlay.over(self._live.current)

    def _outside(self, content: Content, ranking: Ranking | None) -> Outside:
        settings, search = self._settings, Search(content, ranking)
        return Outside(
            content,
            search,
            pack,
            settings.countries,
            settings.organisation,
            settings.contact,
            following=self._following,
            statistics=self._figures,
            subscriptions=self._subscribing,
            relays=self._relaying,
        )

    def _add_desk(self) -> None:
        """What coordinators need; who they are is known once the database was read."""
        self._watching = Watching(self._database, self._keys, self._roles, self._telling)
        team = Members(self._database, self._keys, self._roles, self._deliverers, self._link)
        updates = AllUpdates(self._database, self._keys, self.broadcasting, paid=self._settings.paid_broadcasts)
        self._desk = AtDesk(team, updates, self._telling, self._settings.time_zone)
        self.conversation.coordinator = self._roles.of
        self.conversation.outside = replace(self.conversation.outside, desk=self._desk)

    def _add_dashboard(self, settings: Settings) -> None:
        """The coordinators' pages, and the changes to content that are made there."""
        parts = Parts(
            self._database,
            self._keys,
            self._figures,
            self._overlay,
            lambda: self.conversation.outside,
            lambda: self._live.current,
            self._desk,
            self._telling,
            self._subscribing,
            self._posting,
            self._take_over,
            lambda: self._learnt != self._overlay.changes.taught,
        )
        token = settings.telegram_token
        self.dashboard = Dashboard(
            parts,
            public_url=settings.public_url,
            organisation=settings.organisation,
            proofs=Proofs(token.get_secret_value()) if token else None,
            chat=self._roles.of,
        )
        self._routes += self.dashboard.routes()
        self.conversation.outside = replace(self.conversation.outside, door=self.dashboard)

    def _add_telegram(self, token: str, secret: bytes) -> None:
        from bot.channels.telegram import Telegram  # noqa: PLC0415 - the library is loaded only where it is used

        telegram = Telegram(
            token,
            self.conversation,
            self._content,
            api_url=self._settings.telegram_api_url,
            public_url=self._settings.public_url,
            secret=crypto.derive(secret, "telegram-webhook").hex(),
            pace=self._pace,
            chats=self._volunteers,
        )
        self._subscribing.groups["telegram"] = telegram.courier
        self._channels["telegram"] = telegram
        self._deliverers["telegram"] = telegram.courier
        self._posting.shelves["telegram"] = telegram.courier
        self._link = telegram.courier.link
        self._routes += telegram.routes()

    def _replaced(self, content: Content, ranking: Ranking | None) -> None:
        """Answer from this content from now on, with the organisation's changes."""
        self._ranking = ranking
        outside = self._outside(self._overlay.over(content), ranking)
        self.conversation.outside = replace(outside, desk=self._desk, door=self.dashboard)

    async def _learn(self) -> None:
        """Learn what words mean; taps are answered meanwhile, and typed words wait a little for it."""
        await asyncio.to_thread(self.conversation.outside.search.warm)
        async with self._learning:
            taught = self._overlay.changes.taught
            self._replaced(self._live.current, await self._learner.learn(self._content()))
            self._learnt = taught

    async def _take_over(self) -> None:
        """What coordinators changed is live at once; what a new phrase teaches follows when it is learnt."""
        if await self._overlay.refresh():
            self._replaced(self._live.current, self._ranking)

    async def _catch_up(self) -> None:
        """Notice what was changed anywhere, and learn it."""
        await self._take_over()
        if self._learnt != self._overlay.changes.taught:
            await self._learn()

    async def _tidy(self) -> None:
        self.conversation.throttle.forget_idle()
        self.conversation.sessions.forget_idle()
        self._desk.team.tries.forget_idle()
        self.dashboard.doors.forget_idle()

    def _jobs(self) -> list[Job]:
        return [
            Job("draw", self.counter.draw, HOUR),
            Job("flush", self.counter.flush, 1.0),
            Job("purge", self._purge, HOUR),
            Job("reload", lambda: self._live.reload(self._learner, self._replaced, self._overlay.over), 3.0),
            Job("overlay", self._catch_up, 2.0),
            Job("tidy", self._tidy, 10.0),
            Job("notice", self._noticing.look, HOUR / 4),
            Job("follow", self._following.refresh, EVERY),
            Job("watch", self._watching.look, 2.0),
            Job("volunteers", self._volunteers.tidy, 60.0),
        ]

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        running = [asyncio.create_task(self._learn()), asyncio.create_task(self._keep())]
        running += [asyncio.create_task(self._run(name, channel)) for name, channel in self._channels.items()]
        self.observed.channel("web", up=True)
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._telling.finish(1.0)
            await self.counter.flush()
            await self._charts.close()
            await self._database.truncate_log()
            await self._database.close()

    async def _keep(self) -> None:
        """Open the database and do what has to be done again and again; nobody's answer waits for it."""
        try:
            await self._database.migrate()
        except (DatabaseError, OSError) as error:
            log.error("database.unusable: answers go on, nothing is counted", kind=type(error).__name__)
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(run(self._jobs()))
            group.create_task(self.broadcasting.run())

    async def _purge(self) -> None:
        """Delete everything that is over its time."""
        now = int(time.time())
        await self.counter.purge()
        await coordinators.purge(self._database, now)
        await audit.purge(self._database, now)
        await broadcasts.purge(self._database, now)
        await subscriptions.purge(self._database, now)

    async def _run(self, name: str, channel: Channel) -> None:
        """Serve a channel; when it ends by itself the others go on."""
        self.observed.channel(name, up=True)
        try:
            await channel.run()
        except Exception as error:  # the process and its other channels outlive one channel
            log.error("channel.failed", channel=name, kind=type(error).__name__)
        finally:
            self.observed.channel(name, up=False)
