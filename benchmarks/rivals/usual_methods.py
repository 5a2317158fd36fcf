"""The usual ways to understand a message, given the same phrases: `RIVALS` runs this, JSON in, JSON out.

In: {"lessons": [[text, name], …], "messages": [text, …]}. Out: for each method, the names ranked for each message.
"""

import json
import sys
from collections.abc import Callable, Iterable

import numpy as np
from rank_bm25 import BM25Okapi
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

RANKED = 12
"""Names kept for each message."""

Lessons = list[list[str]]


def bm25(lessons: Lessons, messages: list[str]) -> Iterable[list[str]]:
    """The names of the phrases that share the rarest words."""
    names = np.array([name for _, name in lessons])
    index = BM25Okapi([text.lower().split() for text, _ in lessons])
    return (_first(names[np.argsort(-index.get_scores(message.lower().split()))]) for message in messages)


def grams(lessons: Lessons, messages: list[str]) -> Iterable[list[str]]:
    """The names of the phrases that share the rarest runs of letters."""
    names = np.array([name for _, name in lessons])
    weighing = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    known = weighing.fit_transform([text for text, _ in lessons])
    asked = weighing.transform(messages)
    return (_first(names[np.argsort(-(known @ row.T).toarray().ravel())]) for row in asked)


def linear(lessons: Lessons, messages: list[str]) -> Iterable[list[str]]:
    """A linear support vector machine over words, pairs of words and runs of letters."""
    weighing = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
    )
    model = LinearSVC(C=0.3, class_weight="balanced")
    model.fit(weighing.fit_transform([text for text, _ in lessons]), [name for _, name in lessons])
    scores = model.decision_function(weighing.transform(messages))
    return (list(model.classes_[np.argsort(-row)][:RANKED]) for row in scores)


METHODS: dict[str, Callable[[Lessons, list[str]], Iterable[list[str]]]] = {
    "bm25": bm25,
    "character n-grams": grams,
    "linear classifier": linear,
}


def _first(names: Iterable[str]) -> list[str]:
    """Each name once, in the order of its best phrase."""
    found: dict[str, None] = {}
    for name in names:
        found[str(name)] = None
        if len(found) == RANKED:
            break
    return list(found)


def main() -> None:
    """Answer what stands on standard input."""
    asked = json.load(sys.stdin)
    ranked = {name: list(method(asked["lessons"], asked["messages"])) for name, method in METHODS.items()}
    json.dump(ranked, sys.stdout)


if __name__ == "__main__":
    main()
