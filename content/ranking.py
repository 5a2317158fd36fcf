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
IDLE_BUCKETS = 1 << 18
"""Places for what speaks for idle talk and against it: one question needs fewer than sixty labels do."""


def leaning_of(words: Iterable[str]) -> tuple["array[int]", "array[float]"]:
    """The same features for that one question: their places, and how much each counts in a message of length one."""
    found = features_of(words)
    length = math.sqrt(sum(amount * amount for amount in found.values())) or 1.0
    places = array("I", (bucket % IDLE_BUCKETS for bucket in found))
    return places, array("f", (amount / length for amount in found.values()))


@dataclass(frozen=True, slots=True)
class Family:
    """Labels that are alternatives to each other, and what speaks for each before any word is read."""

    names: tuple[str, ...]
    before: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What each feature says for each label, numbered through all families.

    The weights of feature number n stand from `starts[n]` to `starts[n + 1]`, each beside the number of its label, in
    parts of a `UNIT`. `leaning` holds what each feature says for idle talk, and at its end what speaks for it before
    any word is read.
    """

    families: tuple[Family, ...]
    starts: "array[int]"
    labels: "array[int]"
    weights: "array[int]"
    leaning: "array[int]"

    def idle(self, words: Iterable[str]) -> float:
        """How likely it is that these words ask for nothing that Beside has, from 0 to 1."""
        weights = self.leaning
        places, amounts = leaning_of(words)
        summed = sum(weights[place] * amount for place, amount in zip(places, amounts, strict=True))
        return likely((summed + weights[IDLE_BUCKETS]) / UNIT)

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
        arrays = (self.leaning, self.starts, self.labels, self.weights)
        return b"\n".join((head, b"".join(array.tobytes() for array in arrays)))


def from_bytes(value: bytes) -> Ranking:
    """What `to_bytes` made, on the same machine."""
    end_of_head = value.index(b"\n")
    families, size = json.loads(value[:end_of_head])
    body = memoryview(value)[end_of_head + 1 :]  # a copy would cost as much again for a moment
    leaning, starts, labels, weights = array("h"), array("I"), array("H"), array("H")
    for part, many in ((leaning, IDLE_BUCKETS + 1), (starts, BUCKETS + 1), (labels, size), (weights, size)):
        part.frombytes(body[: many * part.itemsize])
        body = body[many * part.itemsize :]
    named = tuple(Family(tuple(names), tuple(before)) for names, before in families)
    return Ranking(named, starts, labels, weights, leaning)


def likely(odds: float) -> float:
    """A probability from the logarithm of its odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _likely(family: Family, summed: list[float], total: float) -> dict[str, float]:
    if not total:
        return {}
    trusted = total / (total + DOUBT)
    scores = [trusted * own / total + before for own, before in zip(summed, family.before, strict=True)]
    best = max(scores)
    raised = [math.exp(SHARPNESS * (score - best)) for score in scores]
    everything = sum(raised)
    return {name: one / everything for name, one in zip(family.names, raised, strict=True)}
