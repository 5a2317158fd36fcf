"""`beside ask`: one question answered once, or what was understood as JSON, for one message or a whole file."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.channels import plain
from bot.offline import offline_conversation
from bot.settings import Settings
from content.model import ORIGINAL
from content.search import Understood
from handlers.types import Request


class Line(BaseModel):
    """One line of a file of messages. Without `lang` the language is found out."""

    id: str
    text: str
    lang: str | None = None


def one(settings: Settings, question: str) -> None:
    """Print the answer as the terminal shows it."""
    reply = asyncio.run(offline_conversation(settings).answer(Request("terminal", "ask", text=question)))
    print(plain.to_text(reply) if reply else "")


def one_as_json(settings: Settings, question: str, *, explain: bool) -> None:
    """Print what was understood; with `explain`, and why."""
    search = offline_conversation(settings).outside.search
    understood = search.understand(question, ORIGINAL)
    shown = as_json(understood)
    if explain:
        shown["reasons"] = [{"label": reason.label, "rule": reason.rule} for reason in understood.reasons]
        shown["alarm"] = round(understood.alarm, 2)
    print(json.dumps(shown, ensure_ascii=False))


def many(settings: Settings, file: Path) -> None:
    """Print one object for each line of a file; a line that cannot be read is named and ends with code 1."""
    outside = offline_conversation(settings).outside
    for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = Line.model_validate_json(text)
        except ValidationError as error:
            print(f"{file.name}:{number}: {error.errors()[0]['msg']}", file=sys.stderr)
            raise SystemExit(1) from None
        language = outside.content.language_for(line.lang or ORIGINAL) or ORIGINAL
        understood = outside.search.understand(line.text, language)
        print(json.dumps({"id": line.id, **as_json(understood)}, ensure_ascii=False))


def as_json(understood: Understood) -> dict[str, Any]:
    """What was understood, in the words of the evaluation."""
    return {
        "language": understood.language,
        "kind": understood.kind,
        "urgent": understood.urgent,
        "hint": understood.hint,
        "labels": understood.labels,
        "cards": [
            {"id": match.card, "takeaways": match.takeaways, "score": round(match.score, 3)}
            for match in understood.cards
        ],
        "referrals": understood.referrals,
    }
