"""python-telegram-bot's calls over aiohttp: JSON bodies, one pool of connections, answers cut to what is read.

The library's own transport scans every connection at each request and builds objects of everything Telegram sends
back; at 200 answers a second that is most of the work.
"""

from collections.abc import Callable
from typing import Any, Final

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
READ_SECONDS = 8.0
CONNECT_SECONDS = 4.0

Cut = Callable[[Any], Any]


def _nothing(result: Any) -> bool:
    """An answer of which nothing is read."""
    return True


def _sent(result: dict[str, Any]) -> dict[str, Any]:
    """Of a sent message, the number that deleting it needs."""
    chat = result["chat"]
    return {
        "message_id": result["message_id"],
        "date": result["date"],
        "chat": {"id": chat["id"], "type": chat["type"]},
    }


def _sent_file(result: dict[str, Any]) -> dict[str, Any]:
    """The same, and what Telegram calls the file."""
    return _sent(result) | {name: result[name] for name in ("photo", "document") if name in result}


class Transport(BaseRequest):
    """One aiohttp session behind the library's interface. `cut_updates` shortens what getUpdates brings."""

    def __init__(self, cut_update: Cut, read_seconds: float = READ_SECONDS) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._read_seconds: Final = read_seconds
        self._cuts: Final[dict[str, Cut]] = {
            "sendMessage": _sent,
            "sendDocument": _sent_file,
            "sendPhoto": _sent_file,
            "editMessageText": _nothing,
            "editMessageCaption": _nothing,
            "getUpdates": lambda updates: [cut_update(update) for update in updates],
        }

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Open the session, once; it takes no proxy from the environment and keeps no cookies."""
        if self._session:
            return
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call: the status and the body. Errors carry no address, because addresses carry the token."""
        if self._session is None:
            raise RuntimeError("the transport is not open")
        seconds = read_timeout if isinstance(read_timeout, float | int) else self._read_seconds
        timeout = aiohttp.ClientTimeout(
            sock_read=seconds, sock_connect=CONNECT_SECONDS, total=seconds + CONNECT_SECONDS
        )
        body, headers = _body(request_data)
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as answer:
                payload = await answer.read()
                if answer.status == 200:
                    payload = self._shortened(url.rpartition("/")[2], payload)
                return answer.status, payload
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    def _shortened(self, method: str, payload: bytes) -> bytes:
        cut = self._cuts.get(method)
        if cut is None:
            return payload
        try:
            answer = orjson.loads(payload)
            return orjson.dumps({**answer, "result": cut(answer["result"])})
        except (ValueError, KeyError, TypeError):
            return payload  # the library says what is wrong with it


def _body(request_data: RequestData | None) -> tuple[Any, dict[str, str]]:
    """JSON, or a form where there are files."""
    if request_data is None:
        return None, {}
    if not request_data.contains_files:
        return orjson.dumps(request_data.parameters), {"Content-Type": "application/json"}
    form = aiohttp.FormData(request_data.json_parameters)
    for name, file in request_data.multipart_data.items():
        form.add_field(name, file[1], filename=file[0], content_type=file[2])
    return form, {}
