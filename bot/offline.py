"""A conversation without database and channels: for the terminal and for questions on the command line."""

from collections.abc import Iterable

from bot.content import Learner
from bot.conversation import Conversation
from bot.observe import Observed
from bot.pack import pack
from bot.settings import Settings
from content.loader import load
from content.search import Search
from handlers.types import Count, Outside


class Uncounted:
    """Counts nothing: what is asked on the server's own terminal is nobody's statistic."""

    def add(self, channel: str, chat: str, counts: Iterable[Count]) -> None:
        """Forget the answer."""


def offline_conversation(settings: Settings) -> Conversation:
    """A conversation over the shipped content."""
    content = load(settings.languages)
    search = Search(content, Learner(settings.data_dir).learn_here(content))
    outside = Outside(content, search, pack, settings.countries, settings.organisation, settings.contact)
    return Conversation(outside, Uncounted(), Observed())
