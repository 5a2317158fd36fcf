"""The session as the page carries it: one signed hidden field, and nothing on the server.

The field is `2.<body>.<signature>`: base64url of JSON `[issued, chat, language, country, step, chosen]`, and of
HMAC-SHA256 over `2.<body>` under a key of its own. `issued` is in seconds; after HOURS the field is worth nothing.
`chat` is a random word that lives as long as the page and tells chats apart for the throttle and the counts' cap. What
is forged, expired or broken is an empty session, never an error.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.types import Session

HOURS = 12
LONGEST = 512
VERSION = "2"


def _new_chat() -> str:
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the field says: which chat this is, and its session."""

    session: Session = field(default_factory=Session)
    chat: str = field(default_factory=_new_chat)


class Field:
    """Signs and reads the hidden field."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock

    def to_field(self, carried: Carried) -> str:
        """The field's value."""
        session = carried.session
        parts = [int(self._clock()), carried.chat, session.language, session.country, session.step, session.chosen]
        signed = f"{VERSION}.{_encoded(json.dumps(parts, separators=(',', ':')).encode())}"
        return f"{signed}.{self._signature(signed)}"

    def from_field(self, value: str) -> Carried:
        """What a value says, or an empty session in a new chat."""
        signed, _, signature = value.rpartition(".")
        if len(value) > LONGEST or not value.startswith(f"{VERSION}."):
            return Carried()
        if not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            return Carried()
        issued, chat, *session = json.loads(_decoded(signed.partition(".")[2]))
        if self._clock() - issued > HOURS * 3600:
            return Carried()
        return Carried(Session(*session), chat)

    def _signature(self, signed: str) -> str:
        return _encoded(hmac.digest(self._key, signed.encode(), hashlib.sha256))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(words: str) -> bytes:
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))
