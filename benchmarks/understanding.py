"""How well messages are understood: `python -m benchmarks.understanding FILE… [--lang en]`.

A file holds one labelled message a line: {"id", "lang", "text", "accept", "must", "note"}. `accept` are labels that
are right in first place; an urgent label in `must` has to open its card.
"""

import argparse
import json
import time
from pathlib import Path

from pydantic import BaseModel

from content.loader import load
from content.search import Search, Understood


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


def main() -> None:
    """Score and print, the misses last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--lang", default="en")
    given = parser.parse_args()
    lines = [line for file in given.files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    messages = [message for message in map(Message.model_validate_json, lines) if message.lang == given.lang]
    search = Search(load((given.lang,)))
    begun = time.perf_counter()
    understood = [search.understand(message.text, given.lang) for message in messages]
    milliseconds = (time.perf_counter() - begun) * 1000 / max(1, len(messages))
    pairs = list(zip(messages, understood, strict=True))
    report(pairs)
    print(f"{milliseconds:.2f} ms a message")
    for message, found in pairs:
        if found.labels[0] not in message.accept or (message.harmless and found.urgent):
            print(json.dumps({"id": message.id, "accept": message.accept, "found": found.labels[:3]}))


def report(pairs: list[tuple[Message, Understood]]) -> None:
    """The figures."""
    urgent = [(message, found) for message, found in pairs if message.urgent]
    harmless = [(message, found) for message, found in pairs if message.harmless]
    figurative = [(message, found) for message, found in harmless if message.note.startswith("figurative")]
    idle = [(message, found) for message, found in pairs if message.accept[0] in ("smalltalk", "out-of-scope")]
    needs = [(message, found) for message, found in pairs if message.accept[0] not in ("smalltalk", "out-of-scope")]
    share("first answer right", [found.labels[0] in message.accept for message, found in pairs])
    share("right among three", [bool(set(found.labels[:3]) & set(message.accept)) for message, found in pairs])
    share("urgent card opened", [message.urgent in found.urgent for message, found in urgent])
    share("false alarms", [bool(found.urgent) for _, found in harmless])
    share("false alarms, figurative", [bool(found.urgent) for _, found in figurative])
    share("hints on the rest", [bool(found.hint) for _, found in harmless])
    share("idle talk recognised", [found.kind in ("smalltalk", "out-of-scope") for _, found in idle])
    share("real needs turned away", [found.kind in ("smalltalk", "out-of-scope") for _, found in needs])


def share(name: str, true: list[bool]) -> None:
    """One figure with what it is made of."""
    print(f"{name:26} {sum(true) / max(1, len(true)):6.1%}  ({sum(true)} of {len(true)})")


if __name__ == "__main__":
    main()
