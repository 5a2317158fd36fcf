"""How well messages are understood: `python -m benchmarks.understanding [FILE…] [--withheld] [--misses] [--usual]`.

A file holds one labelled message a line: {"id", "lang", "text", "accept", "must", "note"}. `accept` are labels that
are right in first place (best first; the id of a practice card is right where that card comes first); an urgent label
in `must` has to open its card. Without a file: the project's own messages, written apart from the example phrases by
somebody who had not seen them; `benchmarks/strangers.jsonl` holds others, by other people. With `--withheld` nothing is
known of the language but the text itself. With `--usual` the usual methods, given the same phrases, stand beside
Beside; `RIVALS` names the Python that has them. With
`--crossed N` the example phrases themselves are asked, each by a Beside that learnt without its N-th part of them.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

from pydantic import BaseModel

from content.loader import LANGUAGES, load
from content.model import ORIGINAL, Content
from content.rules import Rules
from content.search import NO_CARD, URGENT, Match, Search, Understood, families, learnt, lessons

ROOT = Path(__file__).parent.parent
OWN = ROOT / "benchmarks" / "messages.jsonl"
RIVALS = os.environ.get("RIVALS", sys.executable)
OPENING, HINTING = 0.025, 0.035
"""The share of harmless example phrases, held back while learning, that may open an urgent card and be offered one."""
CONFUSED = 12
"""Pairs of labels shown that are most often taken for each other."""
COLUMNS = ("first", "three", "urgent", "hinted", "wrong", "false", "hints", "idle", "refused")
MEANING = """
first    the first answer is right
three    one of the first three is
urgent   of the messages that must open an urgent card, those that do; hinted: those that do or offer it in a line
wrong    of the same messages, those that open another urgent card first
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
    parser.add_argument("--usual", action="store_true", help="measure the usual methods too")
    parser.add_argument("--crossed", type=int, metavar="N", help="ask the example phrases, learnt without their N-th")
    given = parser.parse_args()
    content = load(LANGUAGES)
    if given.crossed:
        pairs = [pair for part in range(given.crossed) for pair in crossed(content, part, given.crossed)]
        report(content, pairs)
        suggest(content, pairs)
        return
    messages = read(given.files)
    pairs = asked(content, messages, withheld=given.withheld)
    if given.misses:
        misses(pairs)
    for name, found in usual(content, messages) if given.usual else ():
        print(f"\n{name}")
        report(content, list(zip(messages, found, strict=True)))


def asked(content: Content, messages: list[Message], *, withheld: bool) -> list[Pair]:
    """What Beside understands, its report printed, and how long a message takes."""
    search = Search(content, learnt(content))
    for message in messages:
        search.understand(message.text, ORIGINAL)  # compiled once, before the clock runs
    pairs, taken = [], []
    for message in messages:
        expected = ORIGINAL if withheld else content.language_for(message.lang) or ORIGINAL
        begun = time.perf_counter()
        pairs.append((message, search.understand(message.text, expected)))
        taken.append(time.perf_counter() - begun)
    report(content, pairs)
    print(MEANING)
    print(f"language told right: {share([told(content, *pair) for pair in pairs])}")
    print(f"a message: {median(taken) * 1000:.2f} ms (median), {max(taken) * 1000:.1f} ms (longest)")
    return pairs


def crossed(content: Content, part: int, parts: int) -> Iterator[Pair]:
    """Each `parts`-th example phrase as a message, understood by what the others teach: without the rules, which were
    written knowing them all."""
    held, languages = [], {}
    for code, language in content.languages.items():
        held += [
            Message(id=name, lang=code, text=phrase, accept=(*labels_of(content, name), name), must=must(name))
            for name, phrases in language.examples.items()
            for phrase in phrases[part::parts]
        ]
        left = {
            name: tuple(phrase for number, phrase in enumerate(phrases) if number % parts != part)
            for name, phrases in language.examples.items()
        }
        unruled = Rules(certainty=language.rules.certainty)
        languages[code] = language.model_copy(update={"examples": left, "rules": unruled})
    asked = content.model_copy(update={"languages": languages})
    search = Search(asked, learnt(asked))
    return ((message, search.understand(message.text, message.lang)) for message in held)


def suggest(content: Content, pairs: list[Pair]) -> None:
    """The certainty that each language's rules should ask for, from what its phrases sound like."""
    print("certainty, to stand in rules.toml:")
    for code in content.languages:
        here = [(message, found) for message, found in pairs if message.lang == code]
        alarms = [found.alarm for message, found in here if message.harmless]
        print(f"  {code:8} opens = {exceeded(alarms, OPENING):.2f}  hints = {exceeded(alarms, HINTING):.2f}")


def exceeded(values: list[float], share: float) -> float:
    """The value that a share of them exceed."""
    return sorted(values)[int(len(values) * (1 - share))]


def must(name: str) -> tuple[str, ...]:
    """The urgent label whose card has to open."""
    return (name,) if name in URGENT else ()


def labels_of(content: Content, name: str) -> tuple[str, ...]:
    """The labels behind a name: itself, or the takeaways a card serves."""
    return content.cards[name].takeaways if name in content.cards else (name,)


def usual(content: Content, messages: list[Message]) -> Iterator[tuple[str, list[Understood]]]:
    """What the usual methods find, in the words that Beside's own findings have."""
    names = set(families(content)[0])
    taught = [(text, labels[0]) for text, labels in lessons(content) if labels[0] in names]
    question = json.dumps({"lessons": taught, "messages": [message.text for message in messages]})
    answered = subprocess.run(
        [RIVALS, "-m", "benchmarks.rivals.usual_methods"], cwd=ROOT, input=question, stdout=-1, text=True, check=True
    )
    for method, ranked in json.loads(answered.stdout).items():
        yield method, [as_understood(content, names) for names in ranked]


def as_understood(content: Content, ranked: list[str]) -> Understood:
    """Names ranked by a method that knows no more: what comes first decides."""
    labels = tuple(dict.fromkeys(label for name in ranked for label in labels_of(content, name)))
    cards = tuple(Match(name, content.cards[name].takeaways, 0.0) for name in ranked if name in content.cards)
    nothing = Match("", (), 0.0)
    kind = labels[0] if labels[0] in NO_CARD else "answer"
    return Understood("", kind, must(ranked[0]), (), labels, cards or (nothing,), ())  # type: ignore[arg-type]


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
    confused = Counter((message.accept[0], found.labels[0]) for message, found in pairs if not _first((message, found)))
    print(
        "taken for another: " + ", ".join(f"{one} → {other} {n}" for (one, other), n in confused.most_common(CONFUSED))
    )


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
    among(lambda message: message.urgent, lambda pair: pair[1].urgent and not pair[0].right(pair[1].urgent[:1])),
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
