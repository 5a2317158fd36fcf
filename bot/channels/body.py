"""Reading what was posted, up to a size and for so long: a slow or endless body must hold nothing up."""

import asyncio

from starlette.requests import ClientDisconnect, Request

SECONDS = 10.0
"""How long a body may take to arrive."""


class BodyError(Exception):
    """A body that is not read; `status` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


async def read(request: Request, largest: int, *, seconds: float | None = None, drained: int = 0) -> bytes:
    """The whole body; BodyError 413 when it is larger than `largest` bytes, 408 when it takes too long.

    What is larger is read on, and forgotten, up to `drained` bytes: a browser hears an answer only when it is through.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS if seconds is None else seconds):
            async for part in request.stream():
                size += len(part)
                if size > max(largest, drained):
                    raise BodyError(413)
                if size > largest:
                    parts.clear()
                else:
                    parts.append(part)
    except TimeoutError:
        raise BodyError(408) from None
    except ClientDisconnect:
        raise BodyError(400) from None
    if size > largest:
        raise BodyError(413)
    return b"".join(parts)
