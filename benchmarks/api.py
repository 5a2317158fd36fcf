"""A Bot API server for measuring: it takes every call, answers as much as Telegram does, and counts.

`python -m benchmarks.api PORT DELAY [LIMIT [FAULTS [JITTER]]]`: LIMIT messages in any second, more are answered with a
flood wait; a share FAULTS of the messages is answered with a flood wait, a 500 or a closed connection; up to JITTER
seconds pass before a message arrives.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
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
CHAT = re.compile(rb'chat_id"?[:=]"?(-?\d+)')
LIMITED = ("sendmessage", "editmessagetext")
FLOOD = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}'
BROKEN = b'{"ok":false,"error_code":500,"description":"Internal"}'
REACHED: Counter[bytes] = Counter()
FILLED: deque[dict[str, Any]] = deque()


@dataclass
class Conditions:
    """What the API is like."""

    delay: float = 0.0
    limit: int = 0
    faults: float = 0.0
    jitter: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    taken_at: deque[float] = field(default_factory=deque)

    def problem(self) -> bytes | None:
        """What is answered instead of taking a message; empty for a closed connection, None for nothing."""
        now = time.monotonic()
        while self.taken_at and self.taken_at[0] <= now - 1:
            self.taken_at.popleft()
        if self.limit and len(self.taken_at) >= self.limit:
            COUNTED["floods"] = COUNTED.get("floods", 0) + 1
            return refused(429, FLOOD)
        if self.faults and self.dice.random() < self.faults:
            COUNTED["faults"] = COUNTED.get("faults", 0) + 1
            return self.dice.choice((refused(429, FLOOD), refused(500, BROKEN), b""))
        self.taken_at.append(now)
        return None


def refused(status: int, body: bytes) -> bytes:
    """A whole HTTP answer with an error."""
    head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    return head + body


class Api(asyncio.Protocol):
    """One connection: requests are cut at their length, answers are prebuilt."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
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
        if method in LIMITED and self.conditions.jitter:
            late = self.conditions.dice.uniform(0, self.conditions.jitter)
            asyncio.get_running_loop().call_later(late, self._take, method, body)
        else:
            self._take(method, body)

    def _take(self, method: str, body: bytes) -> None:
        if method in LIMITED and (problem := self.conditions.problem()) is not None:
            if problem:
                self._write(problem)
            else:
                self.transport.close()
            return
        if method == "sendmessage":
            REACHED[chat_of(body)] += 1
        COUNTED[method] = COUNTED.get(method, 0) + 1
        answer = ANSWERS.get(method) or EMPTY.get(method) or (TEXTS if method.startswith("getmy") else TRUE)
        if method == "counted":
            answer = answered(COUNTED)
        elif method == "reached":
            recipients = [times for chat, times in REACHED.items() if len(chat) >= 7]  # others are the coordinators
            answer = answered({"chats": len(recipients), "doubled": sum(recipients) - len(recipients)})
        elif method == "fill":
            FILLED.extend(json.loads(body))
        elif method == "getupdates":
            answer = self._updates(body)
        if self.conditions.delay and method not in ("counted", "fill", "reached"):
            asyncio.get_running_loop().call_later(self.conditions.delay, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


def chat_of(body: bytes) -> bytes:
    """The chat that a call is for, in JSON or in a form."""
    found = CHAT.search(body)
    return found[1] if found else b""


async def main(port: int, conditions: Conditions) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(lambda: Api(conditions), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    given = [*sys.argv[2:], "0", "0", "0"]
    about = Conditions(float(given[0]), int(given[1]), float(given[2]), float(given[3]))
    uvloop.run(main(int(sys.argv[1]), about))
