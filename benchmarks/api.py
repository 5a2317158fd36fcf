"""A Bot API server for measuring: it takes every call, answers as much as Telegram does, and counts."""

import asyncio
import json
import sys
from collections import deque
from itertools import islice
from typing import Any, cast

import uvloop

SENT = {
    "message_id": 7,
    "from": {"id": 110201543, "is_bot": True, "first_name": "Beside", "username": "BesideBenchBot"},
    "chat": {"id": 1, "type": "private", "first_name": "Anna"},
    "date": 1700000000,
    "text": "Agree on one form with the teams on both sides. " * 13,
    "entities": [{"type": "bold", "offset": 0, "length": 20}],
    "reply_markup": {
        "inline_keyboard": [[{"text": f"Button {n}", "callback_data": f"guidance:borders-{n}"}] for n in range(6)]
    },
}
ME = {"id": 110201543, "is_bot": True, "first_name": "Beside", "username": "BesideBenchBot"}


def answered(result: object) -> bytes:
    """A whole HTTP answer."""
    body = json.dumps({"ok": True, "result": result}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


ANSWERS = {"getme": answered(ME), "sendmessage": answered(SENT), "editmessagetext": answered(SENT)}
EMPTY = {name: answered([]) for name in ("getmycommands",)}
TRUE = answered(True)
TEXTS = answered({"name": "", "description": "", "short_description": ""})
COUNTED: dict[str, int] = {}
FILLED: deque[dict[str, Any]] = deque()


class Api(asyncio.Protocol):
    """One connection: requests are cut at their length, answers are prebuilt."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\r\n\r\n")
            lower = head.lower()
            length = 0
            if b"content-length:" in lower:
                length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            body = rest[:length]
            self._answer(head.split(b" ", 2)[1].rpartition(b"/")[2].decode().lower(), body)

    def _updates(self, body: bytes) -> bytes:
        """What was filled in and is not yet confirmed."""
        asked = json.loads(body)
        offset, limit = asked.get("offset", 0), asked.get("limit", 100)
        while FILLED and FILLED[0]["update_id"] < offset:
            FILLED.popleft()
        return answered(list(islice(FILLED, limit)))

    def _answer(self, method: str, body: bytes) -> None:
        COUNTED[method] = COUNTED.get(method, 0) + 1
        answer = ANSWERS.get(method) or EMPTY.get(method) or (TEXTS if method.startswith("getmy") else TRUE)
        if method == "counted":
            answer = answered(COUNTED)
        elif method == "fill":
            FILLED.extend(json.loads(body))
        elif method == "getupdates":
            answer = self._updates(body)
        if self.delay and method not in ("counted", "fill"):
            asyncio.get_running_loop().call_later(self.delay, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


async def main(port: int, delay: float) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(lambda: Api(delay), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2])))
