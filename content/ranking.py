"""Ranking labels for a message by what its words say for each: log-odds learnt from the example phrases.

This is naive Bayes over words, pairs of neighbours and runs of letters, for all languages together: words that
languages share speak for each other, and a message in two languages is one message. What was learnt is kept in flat
arrays, a few megabytes for twelve languages.
"""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from zlib import crc32

from content.normalise import words_of

GRAMS = (3, 4, 5)
WORD, PAIR, GRAM = 2.0, 1.0, 0.6
"""How much a word, a pair of words and a run of letters count for."""
BUCKETS = 1 << 20
"""Features are told apart by a checksum: few of them share a place, which costs little."""
LESSON = 20.0
"""What one phrase teaches in all, so that a long one is no better than a short one."""
SMOOTHING = 4.0
"""What is granted to the unseen, as a multiple of what an average label was taught."""
SHARPNESS = 4.5
"""How fast a lead in the score becomes certainty."""

Lesson = tuple[str, tuple[str, ...]]
"""A text and the labels it speaks for."""


def features_of(words: Iterable[str]) -> Mapping[int, float]:
    """What is compared: words, pairs of neighbours, runs of letters (typos, endings) → how much each counts."""
    listed = tuple(words)
    found: defaultdict[int, float] = defaultdict(float)
    for word in listed:
        found[crc32(b"w" + word.encode()) % BUCKETS] += WORD
        padded = f" {word} ".encode()
        for size in GRAMS:
            for start in range(max(1, len(padded) - size + 1)):
                found[crc32(padded[start : start + size]) % BUCKETS] += GRAM
    for one, other in pairwise(listed):
        found[crc32(f"{one} {other}".encode()) % BUCKETS] += PAIR
    return found


@dataclass(frozen=True, slots=True)
class Family:
    """Labels that are alternatives to each other, as a range of numbers, and what speaks for each before any word."""

    names: tuple[str, ...]
    first: int
    before: tuple[float, ...]


class Ranking:
    """What each feature says for each label."""

    def __init__(self, lessons: Iterable[Lesson], *families: Iterable[str]) -> None:
        taught = _Taught(families)
        for text, labels in lessons:
            taught.add(features_of(words_of(text)), labels)
        self._families = taught.families()
        self._labels, self._weights = array("B"), array("f")
        sizes = bytearray(BUCKETS)
        for bucket in taught.buckets():
            for label, weight in taught.weights(bucket):
                self._labels.append(label)
                self._weights.append(weight)
                sizes[bucket] += 1
        self._starts = array("I", accumulate(sizes, initial=0))

    def score(self, words: Iterable[str]) -> list[dict[str, float]]:
        """For each family, how likely each label is for these words; nothing where no word is known."""
        total = 0.0
        starts, labels, weights = self._starts, self._labels, self._weights
        summed = [0.0] * sum(len(family.names) for family in self._families)
        for bucket, amount in features_of(words).items():
            start, end = starts[bucket], starts[bucket + 1]
            if start == end:
                continue
            total += amount
            for place in range(start, end):
                summed[labels[place]] += amount * weights[place]
        return [_likely(family, summed, total) for family in self._families]


def _likely(family: Family, summed: list[float], total: float) -> dict[str, float]:
    if not total:
        return {}
    scores = [summed[number] / total + before for number, before in enumerate(family.before, family.first)]
    best = max(scores)
    raised = [math.exp(SHARPNESS * (score - best)) for score in scores]
    return dict(zip(family.names, (one / sum(raised) for one in raised), strict=True))


class _Taught:
    """How much of each feature the lessons of each label held."""

    def __init__(self, families: Iterable[Iterable[str]]) -> None:
        self._names = [tuple(family) for family in families]
        listed = [name for family in self._names for name in family]
        self._number = {name: number for number, name in enumerate(listed)}
        self._totals = [0.0] * len(listed)
        self._amounts: dict[int, dict[int, float]] = {}
        self._granted = 0.0

    def add(self, features: Mapping[int, float], labels: Iterable[str]) -> None:
        """One lesson."""
        share = LESSON / (sum(features.values()) or 1.0)
        numbers = [self._number[label] for label in labels]
        for bucket, amount in features.items():
            here = self._amounts.setdefault(bucket, {})
            for number in numbers:
                here[number] = here.get(number, 0.0) + share * amount
        for number in numbers:
            self._totals[number] += LESSON

    def families(self) -> tuple[Family, ...]:
        """The families, once everything is taught."""
        self._granted = SMOOTHING * sum(self._totals) / len(self._totals) / max(1, len(self._amounts))
        found, first = [], 0
        for names in self._names:
            found.append(Family(names, first, tuple(self._before(range(first, first + len(names))))))
            first += len(names)
        return tuple(found)

    def _before(self, numbers: range) -> Iterator[float]:
        everything = sum(self._totals[number] for number in numbers)
        grants = self._granted * len(self._amounts)
        for number in numbers:
            own = self._totals[number]
            yield math.log((everything - own + grants) / (own + grants))

    def buckets(self) -> list[int]:
        """Every feature that a lesson held, in order."""
        return sorted(self._amounts)

    def weights(self, bucket: int) -> Iterator[tuple[int, float]]:
        """What a feature says for each label whose lessons held it, against the other labels of the family."""
        here, first = self._amounts[bucket], 0
        for names in self._names:
            numbers = [number for number in range(first, first + len(names)) if number in here]
            everything = sum(here[number] for number in numbers) + self._granted
            for number in numbers:
                own = here[number]
                yield number, math.log1p(own / self._granted) + math.log(everything / (everything - own))
            first += len(names)
