"""The seizure drill."""

from bot.drill.holding import drill
from bot.drill.marks import eyes_work, found_in, new_marks

__all__ = ["drill", "eyes_work", "found_in", "new_marks"]
