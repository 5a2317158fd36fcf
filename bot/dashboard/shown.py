"""Pages as they are sent: one template around each, strict headers, nothing from elsewhere, no script."""

import gzip
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from bot.channels.web import security

HERE = Path(__file__).parents[1]
WORTH_ZIPPING = 500
NO_SCRIPT = ""


class Shown:
    """Makes responses."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates" / "dashboard"), autoescape=True, trim_blocks=True
        )
        self._style = _minified("dashboard.css")
        self._script = _minified("miniapp.js")
        self._headers = _with_pictures(security.headers(self._style, NO_SCRIPT))
        self._app_headers = _with_pictures(security.headers(self._style, self._script))

    def page(
        self, http: HttpRequest, template: str, shown: Mapping[str, object], status: int = 200, *, script: bool = False
    ) -> Response:
        """A whole page."""
        given = {**shown, "style": self._style, "script": self._script if script else ""}
        made = self._templates.get_template(template).render(given)
        return self.file(
            http, made.encode(), "text/html; charset=utf-8", status, self._app_headers if script else self._headers
        )

    def file(
        self,
        http: HttpRequest,
        data: bytes,
        media_type: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        name: str = "",
    ) -> Response:
        """Anything else; `name` makes it a file to save."""
        sent = {**(headers or self._headers), "Vary": "Accept-Encoding"}
        if name:
            sent["Content-Disposition"] = f'attachment; filename="{name}"'
        if "gzip" in http.headers.get("accept-encoding", "") and len(data) > WORTH_ZIPPING:
            data, sent["Content-Encoding"] = gzip.compress(data, 6, mtime=0), "gzip"
        return Response(data, status, sent, media_type=media_type)

    def redirect(self, to: str) -> Response:
        """Go on with another page, asked for anew."""
        return Response(status_code=303, headers={**self._headers, "Location": to})


def _with_pictures(headers: Mapping[str, str]) -> dict[str, str]:
    """Charts are pictures from this server, which the chat page has none of."""
    policy = headers["Content-Security-Policy"].replace("img-src data:", "img-src 'self' data:")
    return {**headers, "Content-Security-Policy": policy}


def _minified(name: str) -> str:
    """Without comments and indents."""
    lines = (line.strip() for line in (HERE / "static" / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
