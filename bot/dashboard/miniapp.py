"""Signing in inside Telegram's own apps: what a Mini App is given proves who opened it.

Telegram signs the fields with a key made from the bot's token. They are believed for five minutes and once.
"""

import hmac
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import orjson

SECONDS = 300
AHEAD = 30
"""Seconds that Telegram's clock may be ahead of ours."""
MOST_FIELDS = 32
LABEL = b"WebAppData"


class Proofs:
    """Reads what Mini Apps post."""

    def __init__(self, token: str, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(LABEL, token.encode(), "sha256")
        self._clock = clock
        self._used: dict[str, float] = {}

    def person(self, data: str) -> str:
        """The chat of whoever opened the Mini App; empty where it is not proved, too old, or was used before."""
        try:
            fields = dict(parse_qsl(data, strict_parsing=True, max_num_fields=MOST_FIELDS))
            given = fields.pop("hash")
            lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
            if not hmac.compare_digest(given.encode(), hmac.digest(self._key, lines.encode(), "sha256").hex().encode()):
                return ""
            made, person = int(fields["auth_date"]), orjson.loads(fields["user"])["id"]
        except (ValueError, KeyError, TypeError):
            return ""
        now = self._clock()
        self._used = {one: until for one, until in self._used.items() if until > now}
        if not now - SECONDS <= made <= now + AHEAD or given in self._used or type(person) is not int:
            return ""
        self._used[given] = made + SECONDS + AHEAD
        return str(person)
