"""Reads the content files into one Content; a file that is wrong is refused with its name and line."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from content.model import (
    ORIGINAL,
    Card,
    CardText,
    Content,
    Country,
    Language,
    Referral,
    ReferralText,
    Source,
    Theme,
    UrgentKind,
    UrgentText,
)
from content.rules import Rules
from content.versions import State

ROOT = Path(__file__).parent
LANGUAGES = ("en", "uk", "pl", "ru", "de", "fr", "es", "it", "ro", "ar", "tr", "sr-Latn")
"""What Beside speaks, in the order in which languages are offered."""

T = TypeVar("T")
Path_ = tuple[str | int, ...]


class ContentError(Exception):
    """A content file that cannot be used, with the place to look at."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file = file
        self.line = line
        self.sentence = sentence


class File:
    """One TOML file that remembers its lines, so that an error can name one."""

    def __init__(self, path: Path, root: Path) -> None:
        self.name = path.relative_to(root).as_posix()
        try:
            self.text = path.read_text(encoding="utf-8")
            self.tables: dict[str, Any] = tomllib.loads(self.text)
        except OSError as error:
            raise ContentError(self.name, 1, f"cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ContentError(self.name, 1, "is not UTF-8 text") from error
        except tomllib.TOMLDecodeError as error:
            raise ContentError(self.name, _line_in(str(error)), f"is not TOML: {error}") from error

    def read(self, kind: type[T], *where: str) -> T:
        """What stands at `where`, validated."""
        found: Any = self.tables
        for key in where:
            found = found.get(key) if isinstance(found, dict) else None
        try:
            return TypeAdapter(kind).validate_python(found)
        except ValidationError as error:
            first = error.errors()[0]
            path: Path_ = (*where, *first["loc"])
            inside = ".".join(map(str, path))
            raise ContentError(self.name, line_of(self.text, path), f"{inside}: {first['msg']}") from error

    def refuse(self, sentence: str, *path: str | int) -> ContentError:
        """The error to raise for something this file says at `path`."""
        return ContentError(self.name, line_of(self.text, path), sentence)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line (from 1) of a TOML text where `path` stands, or the nearest table above it."""
    best, depth, seen = 1, 0, dict[str, int]()
    table: Path_ = ()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]") and "=" not in stripped:
            table = _table(stripped, seen)
            here = table
        elif "=" in stripped:
            here = (*table, stripped.split("=", 1)[0].strip().strip('"'))
        else:
            continue
        if len(here) > depth and tuple(path[: len(here)]) == here:
            best, depth = number, len(here)
    return best


def _table(header: str, seen: dict[str, int]) -> Path_:
    """The path of a table header; the tables of an array are numbered as they come."""
    name = header.strip("[] ")
    if not header.startswith("[["):
        head, _, rest = name.partition(".")
        return (head, seen[head], *rest.split(".")) if head in seen else tuple(name.split("."))
    head, _, rest = name.partition(".")
    if rest and head in seen:
        return (head, seen[head], *rest.split("."))
    seen[name] = seen.get(name, -1) + 1
    return (name, seen[name])


def _line_in(message: str) -> int:
    """The line tomllib names in its message."""
    _, _, after = message.partition("at line ")
    digits = after.split(",")[0].strip()
    return int(digits) if digits.isdigit() else 1


def load(languages: Iterable[str] = (ORIGINAL,), root: Path = ROOT) -> Content:
    """All content in the given languages; raises ContentError at the first file that is wrong."""
    takeaways = File(root / "takeaways.toml", root)
    practice = File(root / "practice.toml", root)
    cards = takeaways.read(list[Card], "card") + practice.read(list[Card], "card")
    referrals = File(root / "referrals.toml", root).read(list[Referral], "referral")
    countries = File(root / "countries.toml", root).read(list[Country], "country")
    spoken = {code: load_language(code, root) for code in languages}
    return Content(
        report=takeaways.read(Source, "report"),
        themes=tuple(takeaways.read(list[Theme], "theme")),
        cards={card.id: card for card in cards},
        referrals={referral.id: referral for referral in referrals},
        countries={country.code: country for country in countries},
        languages={code: _completed(language, spoken.get(ORIGINAL)) for code, language in spoken.items()},
    )


def _completed(language: Language, original: Language | None) -> Language:
    """A language with the original's sentences where it has none: that stops a release, not a conversation."""
    if original is None or language.code == original.code:
        return language
    missing = original.interface.keys() - language.interface.keys()
    borrowed = {key: words for key, words in original.interface.items() if key in missing}
    return language.model_copy(update={"interface": {**language.interface, **borrowed}, "borrowed": frozenset(missing)})


def load_language(code: str, root: Path = ROOT) -> Language:
    """Everything said in one language."""
    folder = root / "texts" / code
    if not folder.is_dir():
        raise ContentError(f"texts/{code}", 1, "there is no such language folder")
    takeaways = File(folder / "takeaways.toml", root)
    practice = File(folder / "practice.toml", root)
    return Language(
        code=code,
        interface=_flat(folder / "interface", root) | (desk := _flat(folder / "coordinators", root)),
        for_coordinators=frozenset(desk),
        themes=takeaways.read(dict[str, str], "themes"),
        cards=takeaways.read(dict[str, CardText], "cards") | practice.read(dict[str, CardText], "cards"),
        urgent=File(folder / "urgent.toml", root).read(dict[UrgentKind, UrgentText]),
        referrals=File(folder / "referrals.toml", root).read(dict[str, ReferralText]),
        examples=File(folder / "examples.toml", root).read(dict[str, tuple[str, ...]], "examples"),
        rules=File(folder / "rules.toml", root).read(Rules),
        state=_state(folder, root),
    )


def _state(folder: Path, root: Path) -> State:
    """Which versions the texts have; the original has none, nor has a language that is just begun."""
    path = folder / "state.toml"
    return File(path, root).read(State) if path.exists() else State()


def _flat(folder: Path, root: Path) -> dict[str, str]:
    """The files of a folder as one flat table."""
    flat: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        file = File(path, root)
        for key, words in flattened(file.tables):
            if not isinstance(words, str):
                raise file.refuse(f"{key} must be text", *key.split("."))
            if key in flat:
                raise file.refuse(f"{key} is said twice", *key.split("."))
            flat[key] = words
    return flat


def flattened(tables: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    """Nested tables as `a.b.c` → value."""
    for key, value in tables.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            yield from flattened(value, f"{name}.")
        else:
            yield name, value
