"""What counting costs, and whether more cards make an answer dearer. `make bench`."""

import asyncio
import time
from pathlib import Path

from bot.conversation import Conversation
from bot.counter import Counter
from bot.observe import Observed
from bot.pack import pack
from content.loader import load
from content.model import Content
from content.search import Search, learnt
from handlers.metrics import register
from handlers.types import Count, Outside, Request
from storage.database import Database

ANSWERS = 20_000
CARDS = 1000


def counting(content: Content) -> float:
    """Microseconds that counting one answer takes, six counts each."""
    counter = Counter(Database(Path("unused")), lambda: register(content))
    counts = [
        Count("card", "borders-1"),
        Count("theme", "borders"),
        Count("understood", "yes"),
        Count("channel", "web"),
        Count("language", "en"),
        Count("hour", "03"),
    ]
    begun = time.perf_counter()
    for number in range(ANSWERS):
        counter.add("telegram", str(number), counts)
    return (time.perf_counter() - begun) / ANSWERS * 1e6


def larger(content: Content) -> Content:
    """The same content with a thousand cards: copies under other names, with their phrases."""
    words = content.languages["en"]
    cards, texts, examples = dict(content.cards), dict(words.cards), dict(words.examples)
    for number in range(CARDS - len(cards)):
        like = content.practice[number % len(content.practice)]
        name = f"{like.id}-copy-{number}"
        cards[name] = like.model_copy(update={"id": name, "related": ()})
        texts[name] = words.cards[like.id]
        examples[name] = tuple(f"{phrase} number{number}" for phrase in words.examples[like.id][:2])
    bigger = words.model_copy(update={"cards": texts, "examples": examples})
    return content.model_copy(update={"cards": cards, "languages": {"en": bigger}})


async def answering(content: Content, *, text: str = "", choice: str = "") -> float:
    """Microseconds of one answer."""
    counter = Counter(Database(Path("unused")), lambda: register(content))
    conversation = Conversation(Outside(content, Search(content, learnt(content)), pack), counter, Observed())
    many = 1000
    begun = time.perf_counter()
    for number in range(many):
        await conversation.answer(Request("telegram", str(number), text=text, choice=choice))
    return (time.perf_counter() - begun) / many * 1e6


async def main() -> None:
    """Measure and print."""
    content = load()
    big = larger(content)
    print(f"counting one answer: {counting(content):.1f} µs")
    for kind, said in (
        ("tap", {"choice": "guidance:borders-1"}),
        ("question", {"text": "neighbours are angry about us"}),
    ):
        few, many = await answering(content, **said), await answering(big, **said)
        print(f"{kind:9} {few:5.0f} µs with {len(content.cards)} cards, {many:5.0f} µs with {CARDS}: {many / few:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
