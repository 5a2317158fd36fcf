"""The register of metrics: what may be counted, and nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import get_args

from content.model import Content, ReferralKind, UrgentKind
from handlers.types import ChannelName

MOST_LABELS = 64
OWNER = "the maintainers"
REVIEW = date(2027, 5, 24)
"""When each metric is looked at again: is it still used, and is it still no more than needed?"""


@dataclass(frozen=True, slots=True)
class Metric:
    """Something counted: `purpose` is what the privacy page says; `owner` looks at it again on `review_date`."""

    name: str
    purpose: str
    labels: tuple[str, ...]
    owner: str = OWNER
    review_date: date = REVIEW


def register(content: Content) -> tuple[Metric, ...]:
    """Every metric; its labels are closed lists, and none says anything about a person."""
    return (
        Metric("theme", "which themes volunteers need", tuple(theme.id for theme in content.themes)),
        Metric("card", "which cards are read", tuple(content.cards)),
        Metric("referral", "which kinds of referral are used", get_args(ReferralKind)),
        Metric("country", "where referrals are asked for", ("none", *content.countries)),
        Metric("urgent", "how often urgent cards open, by kind", get_args(UrgentKind)),
        Metric("chats", "how many chats asked anything that day", ("distinct",)),
        Metric("pack", "how many packs were handed out", ("handed-out",)),
        Metric("update", "how updates arrived", ("reached", "failed", "acknowledged", "corrected", "taken-back")),
        Metric("subscription", "how many began and ended to get updates", ("began", "ended")),
        Metric("channel", "which channels are used", get_args(ChannelName)),
        Metric("language", "which languages are answered in", tuple(content.languages)),
        Metric(
            "understood",
            "whether typed words were understood",
            ("yes", "smalltalk", "out-of-scope", "not-helped"),
        ),
        Metric("missed-language", "in which languages Beside had no good answer", tuple(content.languages)),
        Metric("missed-theme", "for which themes the answer did not help", tuple(theme.id for theme in content.themes)),
        Metric(
            "hour", "at which hours (UTC) help is needed; shown for weeks only", tuple(f"{h:02}" for h in range(24))
        ),
    )
