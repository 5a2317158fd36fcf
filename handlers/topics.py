"""The topics of updates: four that everyone starts with, and the organisation's own."""

from collections.abc import Mapping

from content.model import Language

DEFAULT = ("safety", "shifts", "legal", "wellbeing")


def titles(words: Language, own: Mapping[str, str]) -> dict[str, str]:
    """Every topic and what it is called; the organisation's own title stands in place of ours."""
    return {topic: words.say(f"topics.{topic}") for topic in DEFAULT} | dict(own)
