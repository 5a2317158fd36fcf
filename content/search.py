"""Understanding what was typed: its language, what it asks for, and whether somebody is in danger."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import Literal

from content.learning import Lesson, learn
from content.model import Content, Language
from content.normalise import words_of
from content.ranking import Ranking
from content.rules import Fired

Kind = Literal["answer", "urgent", "smalltalk", "out-of-scope"]

REFERRALS = ("mental-health", "legal-protection")
NO_CARD = ("smalltalk", "out-of-scope")
URGENT = ("urgent-self-harm", "urgent-danger", "urgent-detained")
HINTED = 0.8
"""The share of the certainty otherwise needed that opens a card where a rule hints as well."""
CALM = 0.6
"""Below this share of it, in every part of the message, the example phrases speak against a rule: a card is offered in
a line instead of opened, and no longer offered where the rule was in doubt itself."""
FEW = 6
"""Words that are too few to speak against a rule: "I will end it" is believed."""
PART = 12
"""Words of a message that are looked at together for that: a need beside an emergency must not drown it."""
PERSON = 1.1
"""Where a card and somebody to turn to are as likely, the person comes first."""
BESIDE = 0.1
"""How likely, beside the likeliest need, idle talk must be by the ranking too: what sounds like a card is one."""
JOKE = 0.7
"""How likely idle talk must be for what sounds alarming to be a manner of speaking, which takes more to open a card."""
JOKING = 1.5
"""How much more certain the alarm must be there."""
NEED_FROM = 0.5
"""How likely, beside the likeliest, a label must be to count as a need of its own in the same message."""
SPOKEN_FROM = 0.1
"""How likely a language must be for its rules to be asked."""
SURE_FROM = 0.9
"""How likely a language must be to answer in it when another was expected."""
CARDS = 3
LABELS = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A card and how likely it is what was meant, from 0 to 1."""

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

    `language` is the one the message is written in, as far as its words tell; the one expected, where they do not.
    `labels` are ranked and never empty: the 23 takeaways, `mental-health`, `legal-protection`, `urgent-self-harm`,
    `urgent-danger`, `urgent-detained`, `smalltalk`, `out-of-scope`. `urgent` holds the urgent labels whose card opens
    first, `hint` those offered in one quiet line. `cards` always names the nearest three or more, also when the message
    is out of scope. `referrals` holds referral kinds. `needs` are the labels asked for nearly as clearly as the first,
    urgent ones included. `alarm` is how likely the urgent labels are together by the example phrases
    alone, `idle` how likely it is that nothing is asked for that Beside has, 0 to 1.
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
    alarm: float = 0.0
    idle: float = 0.0


def families(content: Content) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a message can be about, and what it can be written in."""
    return (*content.cards, *REFERRALS, *URGENT, *NO_CARD), tuple(content.languages)


def learnt(content: Content) -> Ranking:
    """What the content's phrases teach; takes seconds for twelve languages."""
    return learn(lessons(content), families(content), frozenset(NO_CARD))


class Search:
    """What can be asked of the content. Before anything is learnt only the urgent rules know what a message means."""

    def __init__(self, content: Content, ranking: Ranking | None) -> None:
        self._content = content
        self._ranking = ranking

    @property
    def learnt(self) -> bool:
        """Whether more than the urgent rules is known."""
        return self._ranking is not None

    def warm(self) -> None:
        """Compile every language's rules, which takes seconds, so that nobody's first message has to wait for it."""
        for language in self._content.languages.values():
            language.rules.fired(("warm",))

    def understand(self, text: str, expected: str) -> Understood:
        """What `text` asks for; it is probably written in the language `expected`."""
        words = words_of(text)
        likely, spoken = self._score(words)
        languages = sorted({expected, *_likeliest(spoken)})
        fired = [fired for code in languages for fired in self._content.languages[code].rules.fired(words)]
        language = _clear(spoken, expected)
        needed = self._content.languages[language].rules.certainty
        idle = self._ranking.idle(words) if self._ranking else 0.0
        opens = needed.opens * (JOKING if idle >= JOKE else 1.0)
        doubted = any(rule.label in URGENT for rule in fired) and (len(words) >= FEW or idle >= JOKE)
        believed = not doubted or self._alarm(words) >= CALM * opens
        alarming = self._alarming(words, likely, languages)
        urgent, hint = _urgency(alarming, fired, opens, needed.hints, believed=believed)
        calm = self._calm(likely, fired, certain=idle >= needed.idle)
        top = max(calm.values(), default=0.0)
        labels = (*urgent, *list(calm)[:LABELS]) or ("out-of-scope",)
        return Understood(
            language,
            _kind(labels, urgent),
            urgent,
            hint,
            labels,
            self._cards(likely),
            tuple(label for label in labels if label in REFERRALS) or _referrals_for(urgent, fired),
            (*urgent, *(label for label, score in calm.items() if score >= NEED_FROM * top)),
            (*(Reason(rule.label, rule.id) for rule in fired), Reason(labels[0], "examples")),
            sum(alarming.values()),
            idle,
        )

    def _score(self, words: tuple[str, ...]) -> tuple[Mapping[str, float], Mapping[str, float]]:
        """How likely each label is, and each language; nothing before anything is learnt."""
        if not self._ranking:
            return {}, {}
        likely, spoken = self._ranking.score(words)
        return likely, spoken

    def _alarming(
        self, words: tuple[str, ...], likely: Mapping[str, float], languages: Iterable[str]
    ) -> dict[str, float]:
        """How likely each urgent label is, also without the figures of speech: the lesser of both."""
        calmed = words
        for code in languages:
            calmed = self._content.languages[code].rules.calmed(calmed)
        without = likely if calmed == words else self._score(calmed)[0]
        return {label: min(likely.get(label, 0.0), without.get(label, 0.0)) for label in URGENT}

    def _alarm(self, words: tuple[str, ...]) -> float:
        """How likely the urgent labels are in the most alarming part of a message; certain where nothing is learnt."""
        if not self.learnt:
            return 1.0
        starts = range(0, max(1, len(words) - PART + 1), PART // 2)
        parts = (words, *(words[start : start + PART] for start in starts))
        return max(sum(self._score(part)[0].get(label, 0.0) for label in URGENT) for part in parts)

    def _calm(self, likely: Mapping[str, float], fired: list[Fired], *, certain: bool) -> dict[str, float]:
        """The labels that are not urgent and how likely each is, best first; none where the message is refused.

        `certain` is that nothing is needed.
        """
        if any(rule.label == "out-of-scope" for rule in fired):
            return {}
        by_label: dict[str, float] = {}
        for name, score in likely.items():
            weight = PERSON if name in REFERRALS else 1.0
            for label in self._labels_of(name):
                by_label[label] = max(by_label.get(label, 0.0), weight * score)
        needs = {label: score for label, score in by_label.items() if label not in (*URGENT, *NO_CARD)}
        calm = needs | _idle(likely, max(needs.values(), default=0.0), certain=certain)
        return {label: calm[label] for label in sorted(calm, key=lambda label: (-calm[label], label))}

    def _labels_of(self, name: str) -> tuple[str, ...]:
        """The labels behind a name: itself, or the takeaways a card serves."""
        card = self._content.cards.get(name)
        return card.takeaways if card else (name,)

    def _cards(self, likely: Mapping[str, float]) -> tuple[Match, ...]:
        """The likeliest cards; the first ones of the content where no word is known."""
        cards = self._content.cards
        near = nsmallest(CARDS * 2, (name for name in likely if name in cards), key=lambda name: (-likely[name], name))
        named = near or islice(cards, CARDS)
        return tuple(Match(name, cards[name].takeaways, likely.get(name, 0.0)) for name in named)


def lessons(content: Content) -> Iterator[Lesson]:
    """The example phrases, the rules' own and the cards; for telling languages apart, everything else that is said."""
    for code, language in content.languages.items():
        for name, phrases in language.examples.items():
            yield from ((phrase, (name, code)) for phrase in phrases)
        for rule in language.rules.rule:
            if rule.label in URGENT and rule.strength == "open":
                yield from ((message, (rule.label, code)) for message in rule.yes)
        for name, text in language.cards.items():
            yield from ((line, (name, code)) for line in (text.title, text.answer, *text.steps))
        yield from ((line, (code,)) for line in _spoken(language))


def _spoken(language: Language) -> Iterator[str]:
    for text in language.urgent.values():
        yield from (text.first, *text.steps)
    here = language.interface.keys() - language.borrowed - language.for_coordinators
    yield from (words for key, words in language.interface.items() if key in here)


def _likeliest(spoken: Mapping[str, float]) -> list[str]:
    return [code for code, likely in spoken.items() if likely >= SPOKEN_FROM]


def _clear(spoken: Mapping[str, float], expected: str) -> str:
    best = max(spoken, key=lambda code: spoken[code], default=expected)
    return best if spoken.get(best, 0.0) >= SURE_FROM else expected


def _idle(likely: Mapping[str, float], need: float, *, certain: bool) -> dict[str, float]:
    """How likely each kind of idle talk is; the likelier one comes before every need where it is certain that it is
    idle talk, and none does otherwise."""
    kinds = {label: likely.get(label, 0.0) for label in NO_CARD}
    if certain and sum(kinds.values()) >= BESIDE * need:
        likeliest = max(kinds, key=lambda label: kinds[label])
        return kinds | {likeliest: max(kinds[likeliest], 2 * need)}
    return {label: min(score, 0.99 * need) for label, score in kinds.items()}


def _urgency(
    alarming: Mapping[str, float], fired: Iterable[Fired], opens: float, hints: float, *, believed: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What opens an urgent card, and what only hints: by the rules, by the example phrases, and by both together.

    What is not `believed` by the example phrases counts for less: a card that a rule would open is only offered, and
    what a rule would offer is let go.
    """
    found = [rule for rule in fired if rule.label in URGENT]
    strong: set[str] = {rule.label for rule in found if rule.strength == "open"}
    opened, hinted = (strong, {str(rule.label) for rule in found} - strong) if believed else (set(), strong)
    certainty, likeliest = sum(alarming.values()), max(URGENT, key=lambda label: alarming[label])
    if certainty >= opens or (hinted and certainty >= HINTED * opens):
        opened.add(likeliest)
    elif certainty >= hints:
        hinted.add(likeliest)
    urgent = tuple(label for label in URGENT if label in opened)
    return urgent, tuple(label for label in URGENT if label in hinted and not urgent)


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
