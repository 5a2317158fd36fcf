"""The chat page: one address, every answer a whole page, nothing kept between them but a signed field."""

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import body
from bot.channels.base import Answerer
from bot.channels.web import security
from bot.channels.web.carried import Carried, Field
from bot.channels.web.render import blocks_html, buttons_html
from content.model import ORIGINAL, Content, Language
from handlers.types import Button, Paragraph, Reply, Request

HERE = Path(__file__).parents[2]
LARGEST_BODY = 16_384
MOST_FIELDS = 8
LONGEST_TEXT = 2_000
LONGEST_CHOICE = 64
WORTH_ZIPPING = 500


class Web:
    """Serves the page. `key` signs the hidden field; `content` gives the texts of the moment."""

    def __init__(
        self,
        answerer: Answerer,
        content: Callable[[], Content],
        key: bytes,
        organisation: str = "",
        news: Callable[[str], Awaitable[Reply | None]] | None = None,
    ) -> None:
        """`news` says what has come for a page by itself: a coordinator's answer."""
        self._news = news
        self._answerer = answerer
        self._content = content
        self._field = Field(key)
        self._organisation = organisation
        self._style = _minified((HERE / "static" / "chat.css").read_text(encoding="utf-8"))
        self._script = _minified((HERE / "static" / "chat.js").read_text(encoding="utf-8"))
        self._headers = security.headers(self._style, self._script)
        self._page = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True).get_template("chat.html")

    def routes(self) -> list[Route]:
        """The page's only address."""
        return [Route("/", self._serve, methods=["GET", "POST"])]

    async def _serve(self, http: HttpRequest) -> Response:
        if http.method != "POST":
            return await self._answered(http, Carried(), Request("web", "", text="/start"), said="")
        if security.from_elsewhere(http):
            return self._told(http, Carried(), "web.elsewhere", 403)
        try:
            form = _form(await body.read(http, LARGEST_BODY))
        except body.BodyError as error:
            return self._told(http, Carried(), "web.too_long" if error.status == 413 else "web.broken", error.status)
        if form is None:
            return self._told(http, Carried(), "web.broken", 400)
        carried = self._field.from_field(form.get("state", ""))
        text, choice = form.get("text", "").strip(), form.get("choice", "")
        if len(text) > LONGEST_TEXT or len(choice) > LONGEST_CHOICE:
            return self._told(http, carried, "web.too_long", 413)
        if "news" in form:
            return await self._came(http, carried)
        if wanted := form.get("download", ""):
            return await self._file(http, carried, Request("web", "", choice=wanted[:LONGEST_CHOICE]))
        if choice:
            return await self._answered(http, carried, Request("web", "", choice=choice), said="")
        return await self._answered(http, carried, Request("web", "", text=text), said=text)

    async def _came(self, http: HttpRequest, carried: Carried) -> Response:
        """What has come for this page by itself; nothing, most of the time."""
        reply = await self._news(carried.chat) if self._news else None
        if reply is None:
            return Response(status_code=204, headers=self._headers)
        return self._shown(http, carried, replace(reply, session=carried.session), said="")

    async def _file(self, http: HttpRequest, carried: Carried, request: Request) -> Response:
        """The file of an answer, to be saved; the answer itself where there is none."""
        request = replace(request, chat=carried.chat, hint=_accepted(http))
        reply = await self._answerer.answer(request, carried.session)
        if reply is None or not reply.files:
            return await self._answered(http, carried, request, said="")
        file = reply.files[0]
        headers = {**self._headers, "Content-Disposition": f'attachment; filename="{file.name}"'}
        return _sent(http, file.data, 200, headers)

    async def _answered(self, http: HttpRequest, carried: Carried, request: Request, said: str) -> Response:
        request = replace(request, chat=carried.chat, hint=_accepted(http))
        reply = await self._answerer.answer(request, carried.session)
        if reply is None:
            return self._told(http, carried, "web.slow_down", 429)
        return self._shown(http, carried, reply, said, download=request.choice if reply.files else "")

    def _told(self, http: HttpRequest, carried: Carried, key: str, status: int) -> Response:
        """One sentence instead of an answer, with the way to urgent help still there."""
        words = self._words(http, carried)
        buttons = (Button(words.say("home.urgent"), choice="urgent"), Button(words.say("buttons.home"), choice="home"))
        reply = Reply((Paragraph(words.say(key)),), (buttons,), carried.session)
        return self._shown(http, carried, reply, said="", status=status)

    def _words(self, http: HttpRequest, carried: Carried) -> Language:
        """The texts for the page's own words: the chosen language, else the browser's, else English."""
        content = self._content()
        code = content.language_for(carried.session.language, *_accepted(http).split(","))
        return content.languages[code or ORIGINAL]

    def _shown(
        self, http: HttpRequest, carried: Carried, reply: Reply, said: str, status: int = 200, download: str = ""
    ) -> Response:
        after = replace(carried, session=reply.session)
        words = self._words(http, after)
        page = self._page.render(
            say=words.say,
            language=words.code,
            direction=words.direction,
            organisation=self._organisation,
            style=self._style,
            script=self._script,
            said=said,
            blocks=blocks_html(reply.blocks),
            buttons=buttons_html(reply.buttons),
            state=self._field.to_field(after),
            clear=reply.clear,
            download=download,
        )
        return _sent(http, page.encode(), status, self._headers)


def _minified(source: str) -> str:
    """Comments and line ends cost bytes on one bar of signal."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _accepted(http: HttpRequest) -> str:
    """The languages the browser asks for, in its order."""
    asked = http.headers.get("accept-language", "")[:100].split(",")
    return ",".join(one.partition(";")[0].strip() for one in asked)


def _form(posted: bytes) -> dict[str, str] | None:
    """The fields of a posted form, the first of each name; None when it is no form of ours."""
    try:
        fields = parse_qs(posted.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in fields.items()}


def _sent(http: HttpRequest, page: bytes, status: int, headers: dict[str, str]) -> Response:
    sent = {**headers, "Vary": "Accept-Encoding"}
    if "gzip" in http.headers.get("accept-encoding", "") and len(page) > WORTH_ZIPPING:
        page, sent["Content-Encoding"] = gzip.compress(page, 9, mtime=0), "gzip"
    return Response(page, status, sent, media_type="text/html; charset=utf-8")
