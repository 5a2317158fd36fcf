"""The dashboard's addresses: signing in and out, pages, what is sent from them, charts and exports."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.body import BodyError
from bot.channels.web import security
from bot.dashboard import export, forms, needs, pages
from bot.dashboard.auth import LINK_SECONDS, SESSION_SECONDS, Doors
from bot.dashboard.miniapp import Proofs
from bot.dashboard.paper import sheet
from bot.dashboard.parts import PATH, Page, Parts, Visit, address
from bot.dashboard.shown import Shown
from content.model import ORIGINAL, Language
from storage import audit, coordinators
from storage.coordinators import SERVER

COOKIE = "beside-dashboard"

log = structlog.get_logger()

Answer = Callable[[HttpRequest], Awaitable[Response]]


class Dashboard:
    """Serves the pages. `chat` gives the number of the coordinator who has a chat, 0 where there is none."""

    def __init__(
        self,
        parts: Parts,
        *,
        public_url: str | None,
        organisation: str,
        proofs: Proofs | None,
        chat: Callable[[str, str], int],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._parts = parts
        self._public = urlsplit(public_url or "")
        self._organisation = organisation
        self._proofs = proofs
        self._chat = chat
        self._now = now
        self._shown = Shown()
        self.doors = Doors()

    def routes(self) -> list[Route]:
        """Everything under /dashboard."""
        return [
            Route(f"{PATH}{path}", self._safe(answer), methods=methods)
            for path, answer, methods in (
                ("", self._page, ["GET"]),
                ("/in/{token}", self._door, ["GET"]),
                ("/in", self._enter, ["POST"]),
                ("/out", self._leave, ["POST"]),
                ("/app", self._app, ["GET", "POST"]),
                ("/chart.svg", self._chart, ["GET"]),
                ("/{page}.{form}", self._export, ["GET"]),
                ("/{page}", self._page, ["GET"]),
                ("/{page}", self._act, ["POST"]),
            )
        ]

    def _safe(self, answer: Answer) -> Answer:
        """An answer whose fault becomes a sentence with a next step."""

        async def answered(http: HttpRequest) -> Response:
            try:
                return await answer(http)
            except Exception as error:  # one of the three broad catches: nobody may meet an empty page
                log.error("dashboard.failed", kind=type(error).__name__)
                return self._outside(http, "failed", 500)

        return answered

    # what the chat is handed

    def link(self, coordinator: int) -> str:
        """An address that signs a coordinator in; empty without a public address."""
        return f"{self._public.geturl()}{address(f'in/{self.doors.link(coordinator)}')}" if self._public.netloc else ""

    def here(self) -> str:
        """The path that signs in whoever has the server."""
        return address(f"in/{self.doors.link(SERVER)}")

    def app(self) -> str:
        """The address for Telegram's apps, which open nothing without TLS."""
        return f"{self._public.geturl()}{address('app')}" if self._public.scheme == "https" and self._proofs else ""

    # signing in and out

    async def _door(self, http: HttpRequest) -> Response:
        """A page with one button: looking at a link, as previews do, does not spend it."""
        token = http.path_params["token"]
        good = self.doors.is_good(token)
        return self._outside(http, "link" if good else "over", 200 if good else 403, token=token if good else "")

    async def _enter(self, http: HttpRequest) -> Response:
        form = await self._form(http)
        if isinstance(form, Response):
            return form
        who = self.doors.spend(form.get("token", ""))
        return self._outside(http, "over", 403) if who is None else await self._begun(http, who)

    async def _app(self, http: HttpRequest) -> Response:
        """What Telegram's apps open, and what our few lines there post."""
        if http.method != "POST":
            return self._outside(http, "app", script=True)
        form = await self._form(http)
        if isinstance(form, Response):
            return form
        person = self._proofs.person(form.get("data", "")) if self._proofs else ""
        who = self._chat("telegram", person) if person else 0
        return await self._begun(http, who) if who else self._outside(http, "no_app", 403)

    async def _begun(self, http: HttpRequest, who: int) -> Response:
        now = int(self._now().timestamp())
        if who == SERVER:
            await audit.note(self._parts.database, "dashboard-opened", "server", now)
        elif await coordinators.language_of(self._parts.database, who, now) is None:
            return self._outside(http, "over", 403)
        response = self._shown.redirect(address())
        response.set_cookie(
            COOKIE,
            self.doors.begin(who),
            SESSION_SECONDS,
            path=PATH,
            secure=self._public.scheme == "https" and http.headers.get("host") == self._public.netloc,
            httponly=True,
            samesite="lax",
        )
        return response

    async def _leave(self, http: HttpRequest) -> Response:
        form = await self._form(http)
        if isinstance(form, Response):
            return form
        self.doors.end(http.cookies.get(COOKIE, ""))
        response = self._outside(http, "left")
        response.delete_cookie(COOKIE, path=PATH)
        return response

    # pages

    async def _page(self, http: HttpRequest) -> Response:
        name = http.path_params.get("page", "")
        visit = await self._visit(http)
        if visit is None:
            return self._outside(http, "who", 403)
        if name not in pages.SHOWN:
            return self._outside(http, "nowhere", 404)
        return self._whole(http, visit, name, await pages.SHOWN[name](visit, self._parts))

    def _whole(self, http: HttpRequest, visit: Visit, name: str, page: Page, status: int = 200) -> Response:
        said = f"dashboard.said.{visit.asked.get('said', '')}"
        return self._shown.page(
            http,
            page.template,
            {
                **self._around(visit.words),
                "page": page,
                "name": name,
                "said": visit.words.say(said, megabytes=forms.MEGABYTES) if said in visit.words.interface else "",
                "asked": visit.asked,
                "menu": pages.MENU,
                "saved": export.addresses(name, visit.asked) if page.save else (),
            },
            status,
        )

    async def _act(self, http: HttpRequest) -> Response:
        """Only whoever may is read at length; rights are looked up again when all has come, and when it is done."""
        name = http.path_params["page"]
        if security.from_elsewhere(http):
            return self._outside(http, "elsewhere", 403)
        if await self._visit(http) is None:
            return self._outside(http, "who", 403)
        try:
            sent = await forms.read(http, files=name in pages.TAKE_FILES)
        except BodyError as error:
            if error.status == 413 and name in pages.TAKE_FILES:
                return self._shown.redirect(address(name, view=http.query_params.get("view"), said="too_large"))
            return self._outside(http, "broken", error.status)
        visit = await self._visit(http)
        if visit is None:
            return self._outside(http, "who", 403)
        act = pages.ACTS.get((name, sent.fields.get("do", "")))
        done = await act(replace(visit, file=sent.file), self._parts, sent.fields) if act else None
        if done is None:
            return self._outside(http, "nowhere", 404)
        if await self._visit(http) is None:
            return self._outside(http, "gave_up")
        if isinstance(done, Page):  # something in the form is wrong: it is shown again
            return self._whole(http, visit, name, done, 422)
        return self._shown.redirect(address(done.page, **{**done.asked, "said": done.said}))

    async def _export(self, http: HttpRequest) -> Response:
        """Exactly what a page shows, as a file."""
        visit, name, form = await self._visit(http), http.path_params["page"], http.path_params["form"]
        if visit is None:
            return self._outside(http, "who", 403)
        show = pages.SHOWN.get("" if name == export.OVERVIEW else name)
        printed = form == export.PDF and name in export.PRINTED
        page = await show(visit, self._parts) if show and (printed or form in export.FORMS) else None
        if page is None or not page.save:
            return self._outside(http, "nowhere", 404)
        file = f"beside-{name}-{visit.now:%Y-%m-%d}.{form}"
        if printed:
            paper = await self._parts.figures.pdf(sheet(page, visit.words.direction))
            if paper is None:
                return self._outside(http, "failed", 503)
            return self._shown.file(http, paper, "application/pdf", name=file)
        media_type, made = export.FORMS[form]
        return self._shown.file(http, made(page).encode(), media_type, name=file)

    async def _chart(self, http: HttpRequest) -> Response:
        visit = await self._visit(http)
        drawn = await needs.drawn(visit, self._parts) if visit else None
        if drawn is None:
            return self._outside(http, "nowhere" if visit else "who", 404 if visit else 403)
        return self._shown.file(http, drawn, "image/svg+xml")

    # around them

    async def _visit(self, http: HttpRequest) -> Visit | None:
        """Who asks; None where nobody may. Rights are looked up each time, so they end at once."""
        opened, now = self.doors.opened(http.cookies.get(COOKIE, "")), self._now()
        if opened is None:
            return None
        who, words = opened.who, self._words(http)
        if who != SERVER:
            language = await coordinators.language_of(self._parts.database, who, int(now.timestamp()))
            if language is None:
                self.doors.shut(who)
                return None
            words = self._parts.outside().content.languages.get(language, words)
        return Visit(who, words, dict(http.query_params), now.astimezone(self._parts.desk.zone), opened.talk)

    def _words(self, http: HttpRequest) -> Language:
        """The browser's language, for whoever is not known yet."""
        content = self._parts.outside().content
        accepted = http.headers.get("accept-language", "")[:100].split(",")
        code = content.language_for(*(one.partition(";")[0].strip() for one in accepted))
        return content.languages[code or ORIGINAL]

    def _around(self, words: Language) -> Mapping[str, object]:
        """What every page needs."""
        return {
            "say": words.say,
            "language": words.code,
            "direction": words.direction,
            "organisation": self._organisation,
            "address": address,
        }

    def _outside(
        self, http: HttpRequest, why: str, status: int = 200, *, token: str = "", script: bool = False
    ) -> Response:
        """The page for whoever is not signed in, or went astray."""
        given = {"token": token, "why": why, "minutes": LINK_SECONDS // 60}
        shown = {**self._around(self._words(http)), **given}
        return self._shown.page(http, "door.html", shown, status, script=script)

    async def _form(self, http: HttpRequest) -> Mapping[str, str] | Response:
        """What was sent from one of our own pages, or what to answer where it was not."""
        if security.from_elsewhere(http):
            return self._outside(http, "elsewhere", 403)
        try:
            return (await forms.read(http)).fields
        except BodyError as error:
            return self._outside(http, "broken", error.status)
