"""Urgent rules: readable patterns that say when somebody is in danger, and when words only sound like it.

A pattern is words with blanks between them. `die*` is every word that begins so; `(he|she is)` is one of these; `{who}`
is one of a named group; `~` stands for up to four words of any kind; `?` makes what stands before it optional.
Patterns are matched against words without case, accents and apostrophes, anywhere in the message.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from content.strict import Identifier, Model

Label = Literal["urgent-self-harm", "urgent-danger", "urgent-detained", "out-of-scope"]
Strength = Literal["open", "hint"]
TOKEN = re.compile(r"\(|\)\??|\||~|[^\s()|~]+")
SIGNS = {"(": "(?:", ")": ")", ")?": ")?", "|": "|", "~": r"(?:\S+ ){0,4}"}


class Rule(Model):
    """Patterns that mean one thing; `why` is for readers, `yes` and `no` are messages that must and must not match.

    `strength` says whether it opens the urgent card or only hints at it. `unless` holds patterns that undo it.
    """

    id: Identifier
    label: Label
    why: str
    strength: Strength = "open"
    any: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    unless: Annotated[tuple[str, ...], Field(strict=False)] = ()
    yes: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    no: Annotated[tuple[str, ...], Field(strict=False)] = ()


class Rules(Model):
    """The rules of one language: named word groups, what is only a figure of speech, and the rules themselves."""

    groups: Mapping[str, str] = {}
    figurative: Annotated[tuple[str, ...], Field(strict=False)] = ()
    past: Annotated[tuple[str, ...], Field(strict=False)] = ()
    asking: Annotated[tuple[str, ...], Field(strict=False)] = ()
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = ()

    def fired(self, words: Iterable[str]) -> list[Rule]:
        """The rules that a message sets off. What is past or only asked about still hints."""
        spaced = f" {' '.join(words)} "
        if not self.rule or not spaced.strip():
            return []
        calm = self._figurative.sub(" ", spaced)
        found = [rule for rule in self.rule if self._matched(rule, calm)]
        if any(rule.strength == "open" for rule in found) and (self._past.search(calm) or self._asking.search(calm)):
            return [rule.model_copy(update={"strength": "hint"}) if _softened(rule) else rule for rule in found]
        return found

    def _matched(self, rule: Rule, words: str) -> bool:
        pattern, unless = self._patterns[rule.id]
        return bool(pattern.search(words)) and not (unless and unless.search(words))

    @cached_property
    def _patterns(self) -> dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]:
        return {
            rule.id: (self._compiled(rule.any), self._compiled(rule.unless) if rule.unless else None)
            for rule in self.rule
        }

    @cached_property
    def _figurative(self) -> re.Pattern[str]:
        return self._compiled(self.figurative)

    @cached_property
    def _past(self) -> re.Pattern[str]:
        return self._compiled(self.past)

    @cached_property
    def _asking(self) -> re.Pattern[str]:
        return self._compiled(self.asking)

    def _compiled(self, patterns: tuple[str, ...]) -> re.Pattern[str]:
        """One expression for many patterns; none at all matches nothing."""
        if not patterns:
            return re.compile(r"(?!)")
        # the blank in front lets the engine skip from word to word instead of from letter to letter
        return re.compile(f" (?:{'|'.join(self._expression(pattern) for pattern in patterns)})")

    def _expression(self, pattern: str) -> str:
        for name, group in self.groups.items():
            pattern = pattern.replace(f"{{{name}}}", f"({group})")
        return "".join(_token(token) for token in TOKEN.findall(pattern))


def _softened(rule: Rule) -> bool:
    """Whether being past or only asked about makes a rule a hint. Self-harm is never softened."""
    return rule.label in ("urgent-danger", "urgent-detained")


def _token(token: str) -> str:
    """One token of a pattern as a regular expression; every word brings its blank."""
    if token in SIGNS:
        return SIGNS[token]
    word = re.escape(token.removesuffix("?")).replace(r"\*", r"\S*")
    return rf"(?:{word} )?" if token.endswith("?") else rf"{word} "
