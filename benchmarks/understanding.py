"""How well messages are understood: `python -m benchmarks.understanding [FILE…] [--withheld] [--misses]`.

A file holds one labelled message a line: {"id", "lang", "text", "accept", "must", "note"}. `accept` are labels that
are right in first place (best first; the id of a practice card is right where that card comes first); an urgent label
in `must` has to open its card. Without a file: the project's own messages, written apart from the example phrases by
somebody who had not seen them. With `--withheld` nothing is known of the language but the text itself.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from pydantic import BaseModel

from content.loader import LANGUAGES, load
from content.model import ORIGINAL, Content
from content.search import NO_CARD, Search, Understood, learnt

OWN = Path(__file__).parent / "messages.jsonl"
COLUMNS = ("first", "three", "urgent", "hinted", "false", "hints", "idle", "refused")
MEANING = """
first    the first answer is right
three    one of the first three is
urgent   of the messages that must open an urgent card, those that do; hinted: those that do or offer it in a line
false    of the rest, those that open one; hints: those that offer one
idle     of smalltalk and out of scope, those recognised; refused: real needs taken for these"""


class Message(BaseModel):
    """A labelled message."""

    id: str
    lang: str
    text: str
    accept: tuple[str, ...]
    must: tuple[str, ...] = ()
    note: str = ""

    @property
    def urgent(self) -> str:
        """The urgent label that must open its card, or nothing."""
        return next((label for label in self.must if label.startswith("urgent-")), "")

    @property
    def harmless(self) -> bool:
        """Whether raising any emergency would be a false alarm."""
        return not any(label.startswith("urgent-") for label in self.accept)

    @property
    def idle(self) -> bool:
        """Whether it is nothing that Beside could help with."""
        return self.accept[0] in NO_CARD

    def right(self, labels: Iterable[str], cards: Iterable[str] = ()) -> bool:
        """Whether one of these labels or cards is right."""
        return not set(self.accept).isdisjoint((*labels, *cards))


Pair = tuple[Message, Understood]


def read(files: Iterable[Path]) -> list[Message]:
    """The messages of some files."""
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Message.model_validate_json(line) for line in lines]


def main() -> None:
    """Score and print, by language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[OWN])
    parser.add_argument("--withheld", action="store_true", help="do not tell the language")
    parser.add_argument("--misses", action="store_true", help="print what went wrong")
    given = parser.parse_args()
    content = load(LANGUAGES)
    search, messages = Search(content, learnt(content)), read(given.files)
    for message in messages:
        search.understand(message.text, ORIGINAL)  # compiled once, before the clock runs
    pairs, taken = [], []
    for message in messages:
        expected = ORIGINAL if given.withheld else content.language_for(message.lang) or ORIGINAL
        begun = time.perf_counter()
        pairs.append((message, search.understand(message.text, expected)))
        taken.append(time.perf_counter() - begun)
    report(content, pairs)
    print(f"language told right: {share([told(content, *pair) for pair in pairs])}")
    print(f"a message: {median(taken) * 1000:.2f} ms (median), {max(taken) * 1000:.1f} ms (longest)")
    if given.misses:
        misses(pairs)


def told(content: Content, message: Message, found: Understood) -> bool:
    """Whether the language was recognised."""
    return found.language == content.language_for(message.lang)


def report(content: Content, pairs: list[Pair]) -> None:
    """A line for each language, one for all, and the harder kinds."""
    print(f"{'':14}{'messages':>9}" + "".join(f"{name:>9}" for name in COLUMNS))
    by_language = {code: [pair for pair in pairs if content.language_for(pair[0].lang) == code] for code in LANGUAGES}
    for code, some in by_language.items():
        if some:
            print_row(code, some)
    print_row("all", pairs)
    for label in ("urgent-self-harm", "urgent-danger", "urgent-detained"):
        chosen = [pair for pair in pairs if pair[0].urgent == label]
        print(f"{label}: {share([label in found.urgent for _, found in chosen])} open")
    figurative = [found for message, found in pairs if message.note.startswith("figurative") and message.harmless]
    print(f"false alarms on figures of speech: {share([bool(found.urgent) for found in figurative])}")
    print(MEANING)


def print_row(name: str, pairs: list[Pair]) -> None:
    """The figures of some messages."""
    print(f"{name:14}{len(pairs):9}" + "".join(f"{short(figure(pairs)):>9}" for figure in FIGURES))


def _first(pair: Pair) -> bool:
    message, found = pair
    return message.right(found.labels[:1], [found.cards[0].card] if found.labels[0] in found.cards[0].takeaways else ())


def _three(pair: Pair) -> bool:
    message, found = pair
    return message.right(found.labels[:3], [match.card for match in found.cards[:3]])


def among(chosen: Callable[[Message], object], true: Callable[[Pair], object]) -> Callable[[list[Pair]], list[bool]]:
    """A figure: of the messages chosen, those for which it is true."""
    return lambda pairs: [bool(true(pair)) for pair in pairs if chosen(pair[0])]


FIGURES: tuple[Callable[[list[Pair]], list[bool]], ...] = (
    among(lambda message: True, _first),
    among(lambda message: True, _three),
    among(lambda message: message.urgent, lambda pair: pair[0].urgent in pair[1].urgent),
    among(lambda message: message.urgent, lambda pair: pair[0].urgent in (*pair[1].urgent, *pair[1].hint)),
    among(lambda message: message.harmless, lambda pair: pair[1].urgent),
    among(lambda message: message.harmless, lambda pair: pair[1].hint),
    among(lambda message: message.idle, lambda pair: pair[1].kind in NO_CARD),
    among(lambda message: not message.idle, lambda pair: pair[1].kind in NO_CARD),
)


def short(true: list[bool]) -> str:
    """A share in as few letters as a table needs."""
    return f"{sum(true) / len(true):.1%}" if true else "–"


def share(true: list[bool]) -> str:
    """A share with what it is made of."""
    return f"{short(true)} ({sum(true)} of {len(true)})"


def misses(pairs: list[Pair]) -> None:
    """What went wrong, one line each."""
    for message, found in pairs:
        if (
            not _first((message, found))
            or (message.harmless and found.urgent)
            or message.urgent not in ("", *found.urgent)
        ):
            shown = {"id": message.id, "text": message.text, "accept": message.accept, "found": found.labels[:3]}
            print(json.dumps(shown | {"hint": found.hint}, ensure_ascii=False))


if __name__ == "__main__":
    main()
