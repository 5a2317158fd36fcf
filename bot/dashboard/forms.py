"""What pages send: fields as browsers write them, and one file that goes with an update.

Starlette's own reader puts a file of more than a megabyte on the disk, where it could be found; this one keeps it in
memory, and no longer than the answer takes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request as HttpRequest

from bot.channels import body
from bot.channels.body import BodyError

LARGEST_BODY = 16_384
MEGABYTES = 5
LARGEST_FILE = MEGABYTES * 1024 * 1024
LARGEST_UPLOAD = LARGEST_FILE + 65_536
"""Bytes of a form with a file and words."""
UPLOAD_SECONDS = 120.0
"""How long a file may take from a phone with one bar."""
DRAINED = 12 * LARGEST_FILE
"""Bytes of something too large that are read and forgotten, so that the browser hears why it was refused."""
MOST_FIELDS = 24
LONGEST_NAME = 60

BOUNDARY = re.compile(r'multipart/form-data;\s*boundary="?([^";,]{1,70})"?', re.IGNORECASE)
NAMED = re.compile(rb'^content-disposition:\s*form-data;\s*name="([^"]*)"(?:;\s*filename="([^"]*)")?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent along."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The first value of each field, and a file where there is one."""

    fields: Mapping[str, str]
    file: Upload | None = None


async def read(http: HttpRequest, *, files: bool = False) -> Sent:
    """What was posted; BodyError where it is too large, too slow or no form. Only some pages take files."""
    boundary = BOUNDARY.match(http.headers.get("content-type", ""))
    if files and boundary:
        posted = await body.read(http, LARGEST_UPLOAD, seconds=UPLOAD_SECONDS, drained=DRAINED)
        return parts(posted, boundary[1].encode())
    try:
        posted = await body.read(http, LARGEST_BODY)
        fields = parse_qs(posted.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BodyError(400) from None
    return Sent({name: values[0].strip() for name, values in fields.items()})


def parts(posted: bytes, boundary: bytes) -> Sent:
    """The parts of a form as browsers send it; BodyError where it is none."""
    first, *rest = (b"\r\n" + posted).split(b"\r\n--" + boundary)
    if first or not rest or not rest[-1].startswith(b"--") or len(rest) > MOST_FIELDS:
        raise BodyError(400)
    fields: dict[str, str] = {}
    file: Upload | None = None
    for part in rest[:-1]:
        head, found, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        named = next((match for line in head.split(b"\r\n") if (match := NAMED.match(line))), None)
        if not found or named is None:
            raise BodyError(400)
        if named[2] is None:
            fields.setdefault(named[1].decode(errors="replace"), value.decode(errors="replace").strip())
        elif value and file is None:
            file = Upload(_named(named[2].decode(errors="replace")), value)
    return Sent(fields, file)


def _named(name: str) -> str:
    """A file's name without a folder, and nothing in it that a screen would not show."""
    shown = "".join(letter for letter in re.split(r"[/\\]", name)[-1] if letter.isprintable())
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) >= LONGEST_NAME // 2:
        return shown[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
