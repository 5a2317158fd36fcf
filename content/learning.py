"""Learning from example phrases what each feature says for each label.

Twelve languages take some seconds and a lot of memory for a moment, so a server learns in a process of its own that
ends: `python -m content.learning` reads lessons as JSON and writes the ranking.
"""

import json
import math
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from statistics import median
from zlib import crc32

from content.normalise import words_of
from content.ranking import BUCKETS, IDLE_BUCKETS, UNIT, Family, Ranking, features_of, leaning_of, likely

LESSON = 20.0
"""What one phrase teaches in all, so that a long one is no better than a short one."""
SMOOTHING = 2.0
"""What is granted to the unseen, as a multiple of what an average label was taught."""
BALANCE = 0.7
"""How far labels with many lessons are levelled: at 1 each label is taught as much as any other, at 0 each lesson is.
Fitted by cross-validation: `python -m benchmarks.understanding --crossed 5`."""
LARGEST = 0xFFFF
"""What two bytes hold: a weight of 32, which no feature reaches."""

ROUNDS = 3
"""How often every lesson is gone through for telling idle talk from a need."""
STEP = 2.0
"""How far a lesson that was told wrongly moves its features in the first round; later rounds move them less."""
SLOWER = 0.02
"""How much of that moves what is thought before any word is read."""

Lesson = tuple[str, Sequence[str]]
"""A text and the labels it speaks for."""


def learn(lessons: Iterable[Lesson], families: Iterable[Iterable[str]], idle: frozenset[str] = frozenset()) -> Ranking:
    """A ranking from lessons; the labels of one family are alternatives to each other.

    A label with many more lessons than usual is taught more by all of them together, but not as much more as they are
    (see BALANCE), so that it does not swallow the others. `idle` are the labels of the first family that ask for
    nothing.
    """
    listed, named = list(lessons), [tuple(family) for family in families]
    taught = _Taught(named)
    many = Counter(label for _, labels in listed for label in labels)
    usual = median(many.values()) if many else 1.0
    for text, labels in listed:
        taught.add(features_of(words_of(text)), {label: (usual / many[label]) ** BALANCE for label in labels})
    questions = [(text, labels) for text, labels in listed if labels[0] in named[0]]
    return taught.ranking(leaning([(text, not idle.isdisjoint(labels)) for text, labels in questions]))


def leaning(lessons: Iterable[tuple[str, bool]]) -> "array[int]":
    """What each feature says for idle talk, from lessons that are idle (True) or ask for something (False).

    Logistic regression by gradient descent: what is told wrongly moves its features, and idle lessons move them more,
    because they are fewer. Naive Bayes, good at ranking sixty labels, tells this one question much worse (decision
    0010).
    """
    listed = sorted(lessons, key=lambda lesson: crc32(lesson[0].encode()))  # mixed, and always in the same way
    many = sum(idle for _, idle in listed)
    fewer = (len(listed) - many) / max(1, many)
    mixed = [(*leaning_of(words_of(text)), idle) for text, idle in listed]
    weights = [0.0] * (IDLE_BUCKETS + 1)
    for number in range(ROUNDS):
        step = STEP / (1 + number)
        for places, amounts, idle in mixed:
            odds = weights[IDLE_BUCKETS] + sum(
                weights[place] * amount for place, amount in zip(places, amounts, strict=True)
            )
            error = step * (fewer * (1 - likely(odds)) if idle else -likely(odds))
            for place, amount in zip(places, amounts, strict=True):
                weights[place] += error * amount
            weights[IDLE_BUCKETS] += SLOWER * error
    return array("h", (max(-LARGEST // 2, min(LARGEST // 2, round(weight * UNIT))) for weight in weights))


class _Taught:
    """How much of each feature the lessons of each label held."""

    def __init__(self, families: Sequence[tuple[str, ...]]) -> None:
        self._names = families
        listed = [name for family in self._names for name in family]
        self._number = {name: number for number, name in enumerate(listed)}
        self._totals = [0.0] * len(listed)
        self._amounts: dict[int, dict[int, float]] = {}

    def add(self, features: Mapping[int, float], labels: Mapping[str, float]) -> None:
        """One lesson, and how much of it counts for each label."""
        share = LESSON / (sum(features.values()) or 1.0)
        numbers = [(self._number[label], weight) for label, weight in labels.items()]
        for bucket, amount in features.items():
            here = self._amounts.setdefault(bucket, {})
            for number, weight in numbers:
                here[number] = here.get(number, 0.0) + share * amount * weight
        for number, weight in numbers:
            self._totals[number] += LESSON * weight

    def ranking(self, leaning: "array[int]") -> Ranking:
        """What follows from everything taught, with what was fitted beside it."""
        features = max(1, len(self._amounts))
        families: list[Family] = []
        labels, weights, sizes = array("H"), array("H"), array("H", bytes(2 * BUCKETS))
        ranges = list(self._ranges())
        granted = [SMOOTHING * sum(self._totals[n] for n in numbers) / len(numbers) / features for numbers in ranges]
        for names, numbers, grant in zip(self._names, ranges, granted, strict=True):
            families.append(Family(names, tuple(self._before(numbers, grant * features))))
        for bucket in sorted(self._amounts):
            for numbers, grant in zip(ranges, granted, strict=True):
                for number, weight in self._weights(bucket, numbers, grant):
                    labels.append(number)
                    weights.append(min(LARGEST, round(weight * UNIT)))
                    sizes[bucket] += 1
        return Ranking(tuple(families), array("I", accumulate(sizes, initial=0)), labels, weights, leaning)

    def _ranges(self) -> Iterator[range]:
        """The numbers of each family's labels."""
        first = 0
        for names in self._names:
            yield range(first, first + len(names))
            first += len(names)

    def _before(self, numbers: range, grants: float) -> Iterator[float]:
        """What speaks for each label of a family before any word: the less it was taught, the more a word counts."""
        everything = sum(self._totals[number] for number in numbers)
        for number in numbers:
            own = self._totals[number]
            yield math.log((everything - own + grants) / (own + grants))

    def _weights(self, bucket: int, numbers: range, grant: float) -> Iterator[tuple[int, float]]:
        """What a feature says for each label whose lessons held it, against the other labels of the family."""
        here = self._amounts[bucket]
        everything = sum(amount for number, amount in here.items() if number in numbers) + grant
        for number in sorted(here):
            if number in numbers:
                yield number, math.log1p(here[number] / grant) + math.log(everything / (everything - here[number]))


def main() -> None:
    """Learn in this process and hand on what was learnt."""
    lessons, families, idle = json.load(sys.stdin)
    sys.stdout.buffer.write(learn(lessons, families, frozenset(idle)).to_bytes())


if __name__ == "__main__":
    main()
