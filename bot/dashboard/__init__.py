"""The coordinators' pages: what was needed, what is missing, referrals, phrases, people; for a phone first."""

from bot.dashboard.miniapp import Proofs
from bot.dashboard.parts import Parts
from bot.dashboard.routes import Dashboard

__all__ = ["Dashboard", "Parts", "Proofs"]
