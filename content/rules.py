"""Urgent rules: readable patterns that say when somebody is in danger, and when words only sound like it.

A pattern is words with blanks between them. `die*` is every word that begins so; `(he|she is)` is one of these;
`{police}` is one of a group; `~` stands for up to four words of any kind; `?` makes what stands before it optional;
`&` joins parts that must all be there, in any order. Patterns are matched against words without case, accents and
apostrophes, anywhere in the message.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from content.patterns import Patterns
from content.strict import Identifier, Model

Label = Literal["urgent-self-harm", "urgent-danger", "urgent-detained", "out-of-scope"]
Strength = Literal["open", "hint"]
Messages = Annotated[tuple[str, ...], Field(strict=False)]

GUARDS = ("figurative", "asked", "recent", "past", "now")
STRETCH = 30
"""Words read together: in a long message, what stands far apart has nothing to do with each other."""
STEP = 15


class Guard(Model):
    """Words that take the alarm out of a message; `yes` and `no` are messages that must and must not hold them."""

    why: str = ""
    any: Messages = ()
    unless: Messages = ()
    yes: Messages = ()
    no: Messages = ()


class Rule(Guard):
    """Patterns that mean one thing. `strength` says whether it opens the urgent card or only hints at it."""

    id: Identifier
    label: Label
    why: str
    strength: Strength = "open"
    any: Annotated[Messages, Field(min_length=1)]
    yes: Annotated[Messages, Field(min_length=1)]
    no: Annotated[Messages, Field(min_length=1)]


class Certainty(Model):
    """How likely something must be by the example phrases alone, from 0 to 1.

    `opens`: the urgent labels, for a card to open; `hints`: for it to be offered in a line. `python -m
    benchmarks.understanding --crossed 5` measures these. `idle`: that a message needs nothing, by what was learnt of
    that question, which takes needs and idle talk for equally common; at 0.1 about 2 needs in 100 are turned away. All
    differ by language: where words take many forms, fewer are known, and unknown words sound idle.
    """

    opens: Annotated[float, Field(gt=0, lt=1)] = 0.45
    hints: Annotated[float, Field(gt=0, lt=1)] = 0.35
    idle: Annotated[float, Field(gt=0, lt=1)] = 0.1


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that a message set off, and what is left of its strength."""

    id: str
    label: Label
    strength: Strength


class Rules(Model):
    """The rules of one language.

    `groups` are words that mean much the same, for patterns and for the ranking. `figurative` is cut out before the
    rules look; what stands only in `asked` words, or is `recent`, becomes a hint; what is `past` is let go.
    `lookalikes` are right words that are one slip away from an alarming one.
    """

    certainty: Certainty = Certainty()
    groups: Mapping[str, str] = {}
    lookalikes: str = ""
    figurative: Guard = Guard()
    asked: Guard = Guard()
    recent: Guard = Guard()
    past: Guard = Guard()
    now: Guard = Guard()
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = ()

    def fired(self, words: Iterable[str]) -> list[Fired]:
        """The rules that a message sets off, each once and as strongly as anywhere in it."""
        found: dict[str, Fired] = {}
        for stretch in _stretches(self.calmed(words)):
            for fired in self._fired_in(stretch):
                if fired.id not in found or fired.strength == "open":
                    found[fired.id] = fired
        return [found[rule.id] for rule in self.rule if rule.id in found]

    def calmed(self, words: Iterable[str]) -> tuple[str, ...]:
        """The words without figures of speech."""
        return tuple(self._guards["figurative"].without(" ".join(words)).split())

    def guarded(self, name: str, words: Iterable[str]) -> bool:
        """Whether a message holds the words of a guard."""
        return self._guards[name].found(" ".join(words))

    def _fired_in(self, words: str) -> Iterator[Fired]:
        """The rules set off by one stretch, weakened by its guards."""
        matched = [rule for rule in self.rule if self._patterns[rule.id].found(words)]
        if not any(rule.label.startswith("urgent-") for rule in matched):
            return (Fired(rule.id, rule.label, rule.strength) for rule in matched)
        said = self._guards["asked"].without(words)
        now = self._guards["now"].found(words)
        past = not now and self._guards["past"].found(words)
        recent = not now and self._guards["recent"].found(words)
        return (fired for rule in matched if (fired := self._weakened(rule, said, past=past, recent=recent)))

    def _weakened(self, rule: Rule, said: str, *, past: bool, recent: bool) -> Fired | None:
        """A rule after its guards: self-harm is neither asked about idly nor over after a day."""
        strength = rule.strength
        if rule.label == "urgent-self-harm":
            strength = "hint" if past else strength
        elif rule.label != "out-of-scope":
            if past:
                return None
            if recent or not self._patterns[rule.id].found(said):
                strength = "hint"
        return Fired(rule.id, rule.label, strength)

    @cached_property
    def _patterns(self) -> dict[str, Patterns]:
        return {rule.id: Patterns(rule.any, rule.unless, self.groups) for rule in self.rule}

    @cached_property
    def _guards(self) -> dict[str, Patterns]:
        guards = {name: getattr(self, name) for name in GUARDS}
        return {name: Patterns(guard.any, guard.unless, self.groups) for name, guard in guards.items()}


def _stretches(words: tuple[str, ...]) -> Iterator[str]:
    """A message in stretches that overlap; most messages are one."""
    for start in range(0, max(1, len(words) - STRETCH + STEP), STEP):
        yield " ".join(words[start : start + STRETCH])
