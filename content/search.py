"""Understanding what was typed: which cards and referrals it asks for, and whether somebody is in danger."""

from dataclasses import dataclass
from typing import Literal

from content.model import Content

Kind = Literal["answer", "urgent", "smalltalk", "out-of-scope"]


@dataclass(frozen=True, slots=True)
class Match:
    """A card and how well it fits, from 0 to 1."""

    card: str
    takeaways: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a label was chosen: the rule or example that spoke for it."""

    label: str
    rule: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message asks for.

    `labels` are ranked and never empty: the 23 takeaways, `mental-health`, `legal-protection`, `urgent-self-harm`,
    `urgent-danger`, `urgent-detained`, `smalltalk`, `out-of-scope`. `urgent` holds the urgent labels whose card opens
    first, `hint` those offered in one quiet line. `cards` always names the nearest three or more, also when the message
    is out of scope. `referrals` holds referral kinds.
    """

    language: str
    kind: Kind
    urgent: tuple[str, ...]
    hint: tuple[str, ...]
    labels: tuple[str, ...]
    cards: tuple[Match, ...]
    referrals: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()


class Search:
    """What can be asked of the content, made ready once for each Content."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def understand(self, text: str, language: str) -> Understood:
        """What `text`, written in `language`, asks for."""
        raise NotImplementedError
