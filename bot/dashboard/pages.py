"""Which pages there are, and what can be sent from them."""

from collections.abc import Mapping

from bot.dashboard import desk, gaps, needs, overview, people, phrases, privacy, referrals, report, sending
from bot.dashboard.parts import Act, Show

SHOWN: Mapping[str, Show] = {
    "": overview.show,
    "needs": needs.show,
    "gaps": gaps.show,
    "referrals": referrals.show,
    "referral": referrals.one,
    "phrases": phrases.show,
    "updates": desk.show,
    "people": people.show,
    "audit": people.audit_list,
    "privacy": privacy.show,
    "report": report.show,
}
MENU = ("", "needs", "gaps", "referrals", "phrases", "updates", "people", "audit", "privacy", "report")
"""The pages that every page leads to."""
ACTS: Mapping[tuple[str, str], Act] = {
    ("referrals", "confirm"): referrals.confirm,
    ("referrals", "undo"): referrals.undo,
    ("referrals", "agree"): referrals.agree,
    ("referrals", "withdraw"): referrals.withdraw,
    ("referral", "propose"): referrals.propose,
    ("phrases", "teach"): phrases.teach,
    ("phrases", "undo"): phrases.undo,
    ("updates", "choose"): sending.choose,
    ("updates", "write"): sending.write,
    ("updates", "upload"): sending.upload,
    ("people", "choose"): sending.choose,
}
TAKE_FILES = ("updates",)
"""Pages that a file may be sent from."""
