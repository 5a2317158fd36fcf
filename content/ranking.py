"""Ranking labels for a message by what its words say for each: log-odds learnt from the example phrases.

This is naive Bayes over words, pairs of neighbours and runs of letters, for all languages together: words that
languages share speak for each other, and a message in two languages is one message. How it is learnt stands in
`content.learning`; what was learnt is kept in flat arrays, a few megabytes for twelve languages.
"""

import json
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

GRAMS = (3, 4, 5)
WORD, PAIR, GRAM = 2.0, 1.0, 0.6
"""How much a word, a pair of words and a run of letters count for."""
BUCKETS = 1 << 20
"""Features are told apart by a checksum: few of them share a place, which costs little."""
DOUBT = 12.0
"""What is known of a message counts half when it is as much as this: two short words say little for certain."""
SHARPNESS = 5.0
"""How fast a lead in the score becomes certainty; fitted so that what is 70 % likely is right seven times in ten."""


def features_of(words: Iterable[str]) -> Mapping[int, float]:
    """What is compared: words, pairs of neighbours, runs of letters (typos, endings) → how much each counts."""
    listed = tuple(words)
    found: defaultdict[int, float] = defaultdict(float)
    for word in listed:
        found[crc32(f"w{word}".encode()) % BUCKETS] += WORD
        padded = f" {word} "
        for size in GRAMS:
            for start in range(max(1, len(padded) - size + 1)):
                found[crc32(padded[start : start + size].encode()) % BUCKETS] += GRAM
    for one, other in pairwise(listed):
        found[crc32(f"{one} {other}".encode()) % BUCKETS] += PAIR
    return found


UNIT = 2048
"""Weights are kept in two bytes each, as so many parts of one: half the memory, and no answer differs."""


@dataclass(frozen=True, slots=True)
class Family:
    """Labels that are alternatives to each other, and what speaks for each before any word is read."""

    names: tuple[str, ...]
    before: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What each feature says for each label, numbered through all families.

    The weights of feature number n stand from `starts[n]` to `starts[n + 1]`, each beside the number of its label, in
    parts of a `UNIT`.
    """

    families: tuple[Family, ...]
    starts: "array[int]"
    labels: "array[int]"
    weights: "array[int]"

    def score(self, words: Iterable[str]) -> list[dict[str, float]]:
        """For each family, how likely each label is for these words; nothing where no word is known."""
        total = 0.0
        starts, labels, weights = self.starts, self.labels, self.weights
        summed = [0.0] * sum(len(family.names) for family in self.families)
        for bucket, amount in features_of(words).items():
            start, end = starts[bucket], starts[bucket + 1]
            if start == end:
                continue
            total += amount
            for place in range(start, end):
                summed[labels[place]] += amount * weights[place]
        found, first = [], 0
        for family in self.families:
            found.append(_likely(family, [one / UNIT for one in summed[first : first + len(family.names)]], total))
            first += len(family.names)
        return found

    def to_bytes(self) -> bytes:
        """Everything in one value."""
        families = [[family.names, family.before] for family in self.families]
        head = json.dumps([families, len(self.labels)]).encode()
        return b"\n".join((head, self.starts.tobytes() + self.labels.tobytes() + self.weights.tobytes()))


def from_bytes(value: bytes) -> Ranking:
    """What `to_bytes` made, on the same machine."""
    end_of_head = value.index(b"\n")
    families, size = json.loads(value[:end_of_head])
    body = memoryview(value)[end_of_head + 1 :]  # a copy would cost as much again for a moment
    starts, labels, weights = array("I"), array("H"), array("H")
    middle = (BUCKETS + 1) * starts.itemsize
    starts.frombytes(body[:middle])
    end = middle + size * labels.itemsize
    labels.frombytes(body[middle:end])
    weights.frombytes(body[end:])
    return Ranking(tuple(Family(tuple(names), tuple(before)) for names, before in families), starts, labels, weights)


def _likely(family: Family, summed: list[float], total: float) -> dict[str, float]:
    if not total:
        return {}
    trusted = total / (total + DOUBT)
    scores = [trusted * own / total + before for own, before in zip(summed, family.before, strict=True)]
    best = max(scores)
    raised = [math.exp(SHARPNESS * (score - best)) for score in scores]
    everything = sum(raised)
    return {name: one / everything for name, one in zip(family.names, raised, strict=True)}
