"""Urgent rules: readable patterns that say when somebody is in danger, and when words only sound like it."""

from content.strict import Model


class Rules(Model):
    """The rules of one language."""
