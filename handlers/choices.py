"""What a button says when it comes back: `name`, `name:argument`, each perhaps with `@country`.

Choices are stable for ever: a message sent last year still carries them. They say nothing about a person and fit into
Telegram's 64 bytes. A deep link carries the same in the letters Telegram allows there: `legal:2@pl` is `legal-2_pl`.
"""

import re
from dataclasses import dataclass

CHOICE = re.compile(r"([a-z]+)(?::([a-z0-9-]+))?(?:@([a-z]{2}))?")
PAYLOAD = re.compile(r"([a-z]+)(?:-([a-z0-9-]+))?(?:_([a-z]{2}))?")


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice taken apart. `country` is an upper-case ISO code or empty."""

    name: str
    argument: str = ""
    country: str = ""

    def __str__(self) -> str:
        return self._joined(":", "@")

    def to_payload(self) -> str:
        """The choice as the payload of a deep link."""
        return self._joined("-", "_")

    def _joined(self, colon: str, at: str) -> str:
        argument = f"{colon}{self.argument}" if self.argument else ""
        country = f"{at}{self.country.lower()}" if self.country else ""
        return f"{self.name}{argument}{country}"


def from_choice(words: str) -> Choice | None:
    """The choice behind a button, or None when it is none of ours."""
    return _matched(CHOICE, words)


def from_payload(words: str) -> Choice | None:
    """The choice behind a deep link, or None when it is none of ours."""
    return _matched(PAYLOAD, words)


def _matched(pattern: re.Pattern[str], words: str) -> Choice | None:
    if len(words) > 64 or not (found := pattern.fullmatch(words)):
        return None
    name, argument, country = found.groups(default="")
    return Choice(name, argument, country.upper())
