"""Patterns over words, as content writes them, made into regular expressions."""

import re
from collections.abc import Iterable, Mapping

TOKEN = re.compile(r"\(|\)\??|\||~|[^\s()|~]+")
SIGNS = {"(": "(?:", ")": ")", ")?": ")?", "|": "|", "~": r"(?:\S+ ){0,4}"}
NAMED = re.compile(r"\{([a-z-]+)\}")
TOGETHER = " & "


class Patterns:
    """Many patterns as one question; `unless` holds patterns that undo it. No pattern is never found."""

    def __init__(self, patterns: Iterable[str], unless: Iterable[str], groups: Mapping[str, str]) -> None:
        spelled = [_spelled(pattern, groups) for pattern in patterns]
        self._alone = _either([pattern for pattern in spelled if TOGETHER not in pattern])
        self._together = [
            [_compiled(_expression(part)) for part in pattern.split(TOGETHER)]
            for pattern in spelled
            if TOGETHER in pattern
        ]
        self._unless = _either([_spelled(pattern, groups) for pattern in unless])

    def found(self, words: str) -> bool:
        """Whether words with single blanks between them hold one of the patterns."""
        spaced = f" {words} "
        found = self._alone.search(spaced) or any(
            all(part.search(spaced) for part in parts) for parts in self._together
        )
        return bool(found) and not self._unless.search(spaced)

    def without(self, words: str) -> str:
        """The words with what the patterns found cut out."""
        return self._alone.sub(" ", f" {words} ").strip()


def _spelled(pattern: str, groups: Mapping[str, str]) -> str:
    """A pattern with the words of its groups; KeyError where there is no such group."""
    while NAMED.search(pattern):
        pattern = NAMED.sub(lambda name: f"({groups[name[1]]})", pattern)
    return pattern


def _either(patterns: list[str]) -> re.Pattern[str]:
    return _compiled("|".join(map(_expression, patterns)) or "(?!)")


def _expression(pattern: str) -> str:
    return "".join(map(_token, TOKEN.findall(pattern)))


def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(f" (?:{expression})")


def _token(token: str) -> str:
    """One token of a pattern as a regular expression; every word brings its blank."""
    if token in SIGNS:
        return SIGNS[token]
    word = re.escape(token.removesuffix("?")).replace(r"\*", r"\S*")
    return rf"(?:{word} )?" if token.endswith("?") else rf"{word} "
