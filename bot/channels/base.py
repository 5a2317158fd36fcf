"""What every channel is: a way in and a way out, and the closed list of what can go wrong on the way out."""

from collections.abc import Awaitable
from typing import Protocol

from handlers.types import Attachment, File, Offer, Reply, Request, Session


class Answerer(Protocol):
    """The conversation, as a channel sees it."""

    def answer(self, request: Request, carried: Session | None = None) -> Awaitable[Reply | None]:
        """The Reply to a Request, or None where silence is right (a throttled chat). Never raises.

        `carried` is the Session where the channel carries it itself (the web page); otherwise it is kept in memory
        under the channel and `request.chat`.
        """
        ...


class Offerer(Protocol):
    """The cards, as a channel offers them while somebody is still typing."""

    def offers(self, request: Request) -> Awaitable[tuple[Offer, ...]]:
        """The cards nearest to the words of a Request, or the first ones where there are none yet."""
        ...


class Chats(Protocol):
    """What wants to know of a chat's end and of its new address."""

    async def gone(self, channel: str, chat: str) -> None:
        """The chat has blocked or removed us."""
        ...

    async def moved(self, channel: str, chat: str, to: str) -> None:
        """The chat goes on under another id (a group that became a supergroup)."""
        ...


class Channel(Protocol):
    """A way to reach the bot that runs beside the others until it is stopped."""

    async def run(self) -> None:
        """Serve until cancelled; on cancellation finish what is in flight and forget the rest."""
        ...


class Deliverer(Protocol):
    """A channel that can write to a chat by itself. Each call raises one of the errors below when it fails.

    An address is the channel's own word for a chat (and its forum topic); a message's number is the channel's own word
    for a message in it.
    """

    async def deliver(self, address: str, reply: Reply, attachment: Attachment | None, *, silent: bool) -> str:
        """Send; the number of the message."""
        ...

    async def correct(self, address: str, message: str, reply: Reply, attachment: Attachment | None) -> str:
        """Change a message in place, or send it anew where the platform no longer lets us; its number from now on."""
        ...

    async def take_back(self, address: str, message: str) -> None:
        """Delete a message."""
        ...


class Shelf(Protocol):
    """A channel that keeps files, so that they can be sent on. It raises one of the errors below when it fails."""

    async def store(self, address: str, file: File, said: str) -> Attachment:
        """Keep a file in a chat, below it some words; what the channel calls it from now on."""
        ...


class SendError(Exception):
    """Something could not be sent; the class says what to do next."""


class TemporaryError(SendError):
    """Try again, at the earliest after `retry_after` seconds."""

    def __init__(self, kind: str, retry_after: float = 0.0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.retry_after = retry_after


class GoneError(SendError):
    """This chat has left or has blocked the bot: nothing more is sent to it."""


class MovedError(SendError):
    """This chat has a new address, `chat`: send there."""

    def __init__(self, chat: str) -> None:
        super().__init__("moved")
        self.chat = chat


class RejectedError(SendError):
    """The platform will not take this message however often it is sent."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind
