"""Understanding what was typed: which cards and referrals it asks for, and whether somebody is in danger."""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import Literal

from content.model import Content, Language
from content.normalise import words_of
from content.ranking import Ranking
from content.rules import Fired

Kind = Literal["answer", "urgent", "smalltalk", "out-of-scope"]

REFERRALS = ("mental-health", "legal-protection")
NO_CARD = ("smalltalk", "out-of-scope")
URGENT_FROM = 0.5
"""Nearness to an urgent phrase from which its card opens; below, from HINT_FROM, it is only hinted at."""
HINT_FROM = 0.34
UNDERSTOOD_FROM = 0.1
IDLE_WEIGHT = 0.85
"""Idle talk has to be clearer than a need: turning a real need away is worse than answering a joke."""
NEED_FROM = 0.75
"""How near, beside the nearest, a label must be to count as a need of its own in the same message."""
CARDS = 3
LABELS = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A card and how well it fits, from 0 to 1."""

    card: str
    takeaways: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a label was chosen: the id of the rule that spoke for it, or `examples`."""

    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message asks for.

    `labels` are ranked and never empty: the 23 takeaways, `mental-health`, `legal-protection`, `urgent-self-harm`,
    `urgent-danger`, `urgent-detained`, `smalltalk`, `out-of-scope`. `urgent` holds the urgent labels whose card opens
    first, `hint` those offered in one quiet line. `cards` always names the nearest three or more, also when the message
    is out of scope. `referrals` holds referral kinds. `needs` are the labels asked for nearly as clearly as the first,
    urgent ones included.
    """

    language: str
    kind: Kind
    urgent: tuple[str, ...]
    hint: tuple[str, ...]
    labels: tuple[str, ...]
    cards: tuple[Match, ...]
    referrals: tuple[str, ...]
    needs: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Search:
    """What can be asked of the content, made ready once for each Content."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._rankings = {code: Ranking(_phrases(language)) for code, language in content.languages.items()}

    def understand(self, text: str, language: str) -> Understood:
        """What `text`, written in `language`, asks for."""
        words = words_of(text)
        scores = self._rankings[language].score(words)
        fired = self._content.languages[language].rules.fired(words)
        urgent, hint = _urgency(scores, fired)
        calm = self._calm(scores, fired)
        top = max(calm.values(), default=0.0)
        labels = (*urgent, *list(calm)[:LABELS]) or ("out-of-scope",)
        return Understood(
            language,
            _kind(labels, urgent),
            urgent,
            hint,
            labels,
            self._cards(scores),
            tuple(label for label in labels if label in REFERRALS) or _referrals_for(urgent, fired),
            (*urgent, *(label for label, score in calm.items() if score >= NEED_FROM * top)),
            (*(Reason(rule.label, rule.id) for rule in fired), Reason(labels[0], "examples")),
        )

    def _calm(self, scores: Mapping[str, float], fired: list[Fired]) -> dict[str, float]:
        """The labels that are not urgent and how near each is, best first; none where the message is refused."""
        if any(rule.label == "out-of-scope" for rule in fired):
            return {}
        by_label: dict[str, float] = {}
        for name, score in scores.items():
            for label in self._labels_of(name):
                weight = IDLE_WEIGHT if label in NO_CARD else 1.0
                by_label[label] = max(by_label.get(label, 0.0), weight * score)
        ranked = sorted(by_label, key=lambda label: (-by_label[label], label))
        return {label: by_label[label] for label in ranked if not _urgent(label) and by_label[label] >= UNDERSTOOD_FROM}

    def _labels_of(self, name: str) -> tuple[str, ...]:
        """The labels behind a table of examples: itself, or the takeaways a practice card serves."""
        card = self._content.cards.get(name)
        return card.takeaways if card else (name,)

    def _cards(self, scores: Mapping[str, float]) -> tuple[Match, ...]:
        """The nearest cards; the first ones of the content where nothing is near."""
        cards = self._content.cards
        near = nsmallest(CARDS * 2, (name for name in scores if name in cards), key=lambda name: (-scores[name], name))
        named = dict.fromkeys((*near, *islice(cards, CARDS)))
        return tuple(
            Match(name, cards[name].takeaways, scores.get(name, 0.0))
            for name in list(named)[: max(CARDS, len(near[:6]))]
        )


def _phrases(language: Language) -> dict[str, tuple[str, ...]]:
    """The example phrases of each label and card, and the words of the cards themselves."""
    phrases = {label: tuple(said) for label, said in language.examples.items()}
    for card, text in language.cards.items():
        phrases[card] = (*phrases.get(card, ()), text.title, text.answer)
    return phrases


def _urgent(label: str) -> bool:
    return label.startswith("urgent-")


def _urgency(scores: Mapping[str, float], fired: list[Fired]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What opens an urgent card, and what only hints: rules first, then nearness to urgent phrases."""
    calm = max((score for label, score in scores.items() if not _urgent(label)), default=0.0)
    near = {label: score for label, score in scores.items() if _urgent(label) and score > calm}
    opened: list[str] = [rule.label for rule in fired if rule.strength == "open" and _urgent(rule.label)]
    opened += [label for label, score in near.items() if score >= URGENT_FROM]
    hinted: list[str] = [rule.label for rule in fired if rule.strength == "hint" and _urgent(rule.label)]
    hinted += [label for label, score in near.items() if score >= HINT_FROM]
    order = ("urgent-self-harm", "urgent-danger", "urgent-detained")
    urgent = tuple(sorted(dict.fromkeys(opened), key=order.index))
    hint = tuple(label for label in sorted(dict.fromkeys(hinted), key=order.index) if not urgent)
    return urgent, hint


def _kind(labels: tuple[str, ...], urgent: tuple[str, ...]) -> Kind:
    if urgent:
        return "urgent"
    if labels[0] == "smalltalk":
        return "smalltalk"
    return "out-of-scope" if labels[0] == "out-of-scope" else "answer"


def _referrals_for(urgent: tuple[str, ...], fired: list[Fired]) -> tuple[str, ...]:
    """The kinds of referral that go with urgent labels, and with what is refused."""
    kinds = {"urgent-self-harm": "mental-health", "urgent-detained": "legal-protection"}
    found = [kinds[label] for label in urgent if label in kinds]
    found += ["legal-protection" for rule in fired if rule.id in ("asks-for-route", "asks-for-papers")]
    return tuple(dict.fromkeys(found))
