"""Ranking labels for a message by how near it is to the example phrases of each."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from content.normalise import words_of

GRAM = 4
WORD_WEIGHT = 1.6
PAIR_WEIGHT = 1.0
TOO_COMMON = 0.2
"""What stands in more than this share of the phrases says nothing and costs most: it is left out."""
FAINT = 0.25
"""Phrases that are fainter than this share of the nearest one are not looked at any further."""
NEAREST = 3
"""A label's score is the mean of its best phrase and of the next ones, so that one freak match does not win."""


def features_of(words: Iterable[str]) -> Counter[str]:
    """What is compared: words, pairs of neighbours, and runs of four letters (typos, endings, compounds)."""
    listed = tuple(words)
    found: Counter[str] = Counter()
    for word in listed:
        found[f"w {word}"] += 1
        padded = f" {word} "
        for start in range(max(1, len(padded) - GRAM + 1)):
            found[padded[start : start + GRAM]] += 1
    for one, other in pairwise(listed):
        found[f"p {one} {other}"] += 1
    return found


class Ranking:
    """An index over phrases: which feature speaks for which phrase, and how strongly."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._labels: list[str] = []
        vectors: list[Counter[str]] = []
        for label, said in phrases.items():
            for phrase in said:
                self._labels.append(label)
                vectors.append(features_of(words_of(phrase)))
        spread = Counter(feature for vector in vectors for feature in vector)
        total = len(vectors)
        self._weight = {
            feature: _kind(feature) * math.log(1 + total / count)
            for feature, count in spread.items()
            if count <= 1 + total * TOO_COMMON
        }
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, vector in enumerate(vectors):
            for feature, weight in self._normed(vector):
                self._postings[feature].append((number, weight))

    def _normed(self, vector: Counter[str]) -> Iterator[tuple[str, float]]:
        weighted = [
            (feature, (1 + math.log(count)) * self._weight[feature])
            for feature, count in vector.items()
            if feature in self._weight
        ]
        length = math.sqrt(sum(weight * weight for _, weight in weighted)) or 1.0
        return ((feature, weight / length) for feature, weight in weighted)

    def score(self, words: Iterable[str]) -> dict[str, float]:
        """Every label that shares something with the words → from 0 (nothing) to 1 (the same phrase)."""
        near: dict[int, float] = defaultdict(float)
        for feature, weight in self._normed(features_of(words)):
            for number, other in self._postings[feature]:
                near[number] += weight * other
        by_label: dict[str, list[float]] = defaultdict(list)
        least = FAINT * max(near.values(), default=0.0)
        for number, similarity in near.items():
            if similarity >= least:
                by_label[self._labels[number]].append(similarity)
        return {label: _mean_of_best(found) for label, found in by_label.items()}


def _kind(feature: str) -> float:
    if feature.startswith("w "):
        return WORD_WEIGHT
    return PAIR_WEIGHT if feature.startswith("p ") else 1.0


def _mean_of_best(found: list[float]) -> float:
    """Half the best one, half the mean of the nearest few; missing ones count as nothing."""
    best = sorted(found, reverse=True)[:NEAREST]
    return 0.6 * best[0] + 0.4 * sum(best) / NEAREST
