"""Translations on paper: as a table for a speaker to read and change, and back into the files.

A table has one line for each sentence: the text it belongs to, where it stands, the English, the translation, and
whether a speaker has read it. Only what was changed is written, in its place; the rest of a file stays as it is.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from content.loader import ROOT, ContentError, File, line_of, load_language
from content.model import ORIGINAL, Language
from content.versions import State, behind, drafts, texts_of, version_of

HEAD = ("text", "where", "english", "translation", "reviewed")
YES = ("yes", "x", "1", "true")
FILES = {"themes": "takeaways.toml", "urgent": "urgent.toml", "referrals": "referrals.toml"}

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a language stands: texts whose English has changed since, and texts that no speaker has read as they are."""

    behind: tuple[str, ...]
    unread: tuple[str, ...]


def standing(original: Language, language: Language) -> Standing:
    """How a translation stands against its original."""
    return Standing(tuple(behind(language.state, original)), tuple(sorted(drafts(language.state, original, language))))


def to_table(original: Language, language: Language) -> str:
    """A language as CSV, the texts that matter most first: urgent, then cards, then the rest."""
    written = StringIO()
    table = csv.writer(written)
    table.writerow(HEAD)
    english, translated = texts_of(original), texts_of(language)
    unread = drafts(language.state, original, language)
    for name in sorted(translated, key=_order):
        for where, words in _sentences(translated[name]):
            said = dict(_sentences(english[name])).get(where, "") if name in english else ""
            table.writerow((name, _spelled(where), said, words, "" if name in unread else "yes"))
    return written.getvalue()


def from_table(table: str, code: str, today: date, root: Path = ROOT) -> tuple[int, int]:
    """Write what a table changes into a language's files: how many sentences changed, how many texts were reviewed.

    A text counts as reviewed when every line of it says so. Raises ContentError, and writes nothing, where a line does
    not belong to the language any more.
    """
    original, language = load_language(ORIGINAL, root), load_language(code, root)
    rows = list(csv.DictReader(StringIO(table)))
    changed, read = _wanted(rows, language)
    files: dict[Path, str] = {}
    for (name, where), words in changed.items():
        path, place = _place(name, where, code, root, language)
        text = files.get(path) or path.read_text(encoding="utf-8")
        files[path] = _replaced(path, text, place, words, root)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    stamp(code, today, read, root, original=original, fresh={name for name, _ in changed})
    return len(changed), len(read)


def stamp(
    code: str,
    today: date,
    read: set[str] | None = None,
    root: Path = ROOT,
    *,
    original: Language | None = None,
    fresh: set[str] | None = None,
) -> None:
    """Note that texts were made from the English of now (all of them, or `fresh` ones), and which a speaker read."""
    original = original or load_language(ORIGINAL, root)
    language = load_language(code, root)
    english, translated = texts_of(original), texts_of(language)
    made = dict(language.state.made_from)
    for name in translated if fresh is None else fresh | (read or set()):
        if name in english:
            made[name] = version_of(english[name])
    reviewed = dict(language.state.reviewed)
    for name in read or ():
        reviewed[name] = f"{today.isoformat()} {version_of(translated[name])}"
    state = State(made_from={name: made[name] for name in translated if name in made}, reviewed=reviewed)
    (root / "texts" / code / "state.toml").write_text(_state_file(state), encoding="utf-8")


def _state_file(state: State) -> str:
    lines = [
        "# Which English each text was made from, and when a speaker read it. Written by `beside translation`.",
        "",
    ]
    tables: tuple[tuple[str, Mapping[str, str]], ...] = (("made_from", state.made_from), ("reviewed", state.reviewed))
    for table, entries in tables:
        lines += [f"[{table}]", *(f"{json.dumps(name)} = {json.dumps(entries[name])}" for name in sorted(entries)), ""]
    return "\n".join(lines)


def _order(name: str) -> tuple[int, str]:
    kinds = ("urgent", "cards", "interface", "themes", "referrals")
    return kinds.index(name.partition(".")[0]), name


def _sentences(text: Any, above: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every sentence of a text, with the way to it."""
    if isinstance(text, str):
        yield above, text
    elif isinstance(text, Mapping):
        for key, value in text.items():
            yield from _sentences(value, (*above, key))
    elif isinstance(text, list | tuple):
        for number, value in enumerate(text):
            yield from _sentences(value, (*above, number))


def _spelled(where: Path_) -> str:
    return "/".join(map(str, where))


def _wanted(rows: list[dict[str, str]], language: Language) -> tuple[dict[tuple[str, str], str], set[str]]:
    """The sentences that a table changes, and the texts it calls reviewed."""
    now = {
        (name, _spelled(where)): words for name, text in texts_of(language).items() for where, words in _sentences(text)
    }
    changed: dict[tuple[str, str], str] = {}
    read: dict[str, bool] = {}
    for number, row in enumerate(rows, 2):
        key = row.get("text") or "", row.get("where") or ""
        if key not in now:
            raise ContentError("the table", number, f"{key[0]} {key[1]} does not stand in this language")
        said = (row.get("translation") or "").strip()
        if said and said != now[key]:
            changed[key] = said
        read[key[0]] = read.get(key[0], True) and (row.get("reviewed") or "").strip().casefold() in YES
    return changed, {name for name, all_read in read.items() if all_read}


def _place(name: str, where: str, code: str, root: Path, language: Language) -> tuple[Path, Path_]:
    """The file a sentence stands in, and the way to it there."""
    kind, _, rest = name.partition(".")
    folder = root / "texts" / code
    steps: Path_ = tuple(int(part) if part.isdecimal() else part for part in where.split("/"))
    if kind == "cards":
        inside = ("cards", rest, *steps)
        both = (folder / "takeaways.toml", folder / "practice.toml")
        return next(path for path in both if rest in File(path, root).tables["cards"]), inside
    if kind == "interface":
        dotted = (rest, *str(steps[0]).split("."))
        files = sorted((*(folder / "interface").glob("*.toml"), *(folder / "coordinators").glob("*.toml")))
        return next(path for path in files if _at(path, dotted, root)), dotted
    inside = ("themes", *steps) if kind == "themes" else (rest, *steps)
    return folder / FILES[kind], inside


def _at(path: Path, where: Path_, root: Path) -> str | None:
    found: Any = File(path, root).tables
    for key in where:
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, list) and isinstance(key, int):
            found = found[key]
        else:
            return None
    return found if isinstance(found, str) else None


def _replaced(path: Path, text: str, where: Path_, words: str, root: Path) -> str:
    """A file with one sentence replaced in its place."""
    old = _at(path, where, root)
    start = sum(len(line) + 1 for line in text.split("\n")[: line_of(text, where) - 1])
    quoted = json.dumps(old, ensure_ascii=False)
    at = text.find(quoted, start)
    if old is None or at < 0:
        raise ContentError(path.relative_to(root).as_posix(), 1, f"{_spelled(where)} must be changed by hand")
    return text[:at] + json.dumps(words, ensure_ascii=False) + text[at + len(quoted) :]
