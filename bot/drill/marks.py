"""Marks that must turn up nowhere, in every form a name or number can take, and the eyes that look for them."""

import base64
import gzip
import hashlib
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PEOPLE = 40
"""Marked people; enough that nobody is so fast that the bot falls silent."""


@dataclass(frozen=True)
class Marks:
    """What must turn up nowhere."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Every form of every mark: its name, and the bytes."""
        for word in (*self.words, *map(str, self.numbers)):
            yield from _text_forms(word)
        for number in self.numbers:
            for size in range(4, 9):
                if number < 256**size:
                    yield f"{size}-byte big-endian", number.to_bytes(size, "big")
                    yield f"{size}-byte little-endian", number.to_bytes(size, "little")


def _text_forms(word: str) -> Iterator[tuple[str, bytes]]:
    raw = word.encode()
    yield "text", raw
    yield "UTF-16 little-endian", word.encode("utf-16-le")
    yield "UTF-16 big-endian", word.encode("utf-16-be")
    yield "hex", raw.hex().encode()
    for shift in range(3):  # what stands before a word moves it inside base64
        whole = base64.b64encode(b"\0" * shift + raw)
        start = -(-shift * 8 // 6) if shift else 0
        yield f"base64, shifted by {shift}", whole[start : len(whole) - 4]
    yield "SHA-256", hashlib.sha256(raw).digest()
    yield "SHA-256 in hex", hashlib.sha256(raw).hexdigest().encode()


def new_marks() -> Marks:
    """Names, words, a phone number, coordinates and ids that nobody has."""
    word = secrets.token_hex(6)
    name = "Q" + secrets.token_hex(5)
    phone = "+4860" + "".join(secrets.choice("0123456789") for _ in range(7))
    place = (
        f"{secrets.randbelow(80)}.{secrets.randbelow(10**7):07}, {secrets.randbelow(80)}.{secrets.randbelow(10**7):07}"
    )
    chat = 5_000_000_000 + secrets.randbelow(10**9)
    return Marks((word, name, phone, place), tuple(range(chat, chat + PEOPLE)))


def found_in(folder: Path, marks: Marks) -> list[str]:
    """Which forms stand in which files, compressed files looked into."""
    found = []
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        for where, data in _layers(file):
            lowered = data.lower()
            for form, raw in marks.forms():
                if raw in data or (form == "text" and raw.lower() in lowered):
                    found.append(f"{form} in {where.relative_to(folder)}")
    return found


def _layers(file: Path) -> Iterator[tuple[Path, bytes]]:
    """A file's bytes, and what is inside it when it is compressed."""
    data = file.read_bytes()
    yield file, data
    if data[:2] == b"\x1f\x8b":
        yield file, gzip.decompress(data)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                yield file / name, archive.read(name)
    if data[:1] == b"\x78":
        try:
            yield file, zlib.decompress(data)
        except zlib.error:
            return


def eyes_work(folder: Path, marks: Marks) -> bool:
    """Hide one of each form, compressed ones too, and see whether all are found."""
    planted = 0
    for number, (_, raw) in enumerate(marks.forms()):
        (folder / f"{number}.bin").write_bytes(b"\x00" + raw + b"\xff")
        planted += 1
    word = marks.words[0].encode()
    (folder / "log.gz").write_bytes(gzip.compress(word))
    (folder / "z").write_bytes(zlib.compress(word))
    with zipfile.ZipFile(folder / "copy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", word)
    seen = {line.split(" in ", 1)[1].split("/")[0] for line in found_in(folder, marks)}
    return len(seen) == planted + 3
