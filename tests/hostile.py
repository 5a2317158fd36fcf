"""Updates and requests that nobody sends by accident: `python -m tests.hostile 10000` for the long run."""

import asyncio
import copy
import json
import random
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx
import structlog
from structlog.typing import EventDict

from bot.app import App
from tests.journeys.running import settings_for, telegram_settings
from tests.standins.telegram import TelegramServer

WORDS = ("police are arresting us", "hello", "/start", "/legal", "/clear", "/pack", "i cant sleep", "weather")
CHOICES = ("home", "urgent:danger@pl", "legal", "legal:--70", "pack:all", "guidance:borders-1", "clear", "ask:other")
STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    1.5,
    "",
    "x" * 5000,
    "\u202e\u0000\u200b<b>&amp;</i>",
    "🙂" * 2000,
    [],
    {},
    [[[[[[]]]]]],
    {"a": {"b": {"c": {}}}},
)


def update(number: int, dice: random.Random) -> dict[str, Any]:
    """A good update: a message, a tap, an inline query."""
    person = {"id": 5_000_000 + number % 900, "is_bot": False, "first_name": "A", "language_code": "en"}
    chat = {"id": person["id"], "type": dice.choice(("private", "supergroup")), "title": "x"}
    message = {"message_id": number, "from": person, "chat": chat, "date": 1, "text": dice.choice(WORDS)}
    query = {"id": str(number), "from": person, "chat_instance": "1", "data": dice.choice(CHOICES), "message": message}
    inline = {"id": str(number), "from": person, "query": dice.choice(WORDS), "offset": ""}
    kinds = {"message": message, "callback_query": query, "inline_query": inline, "edited_message": message}
    kind = dice.choice(list(kinds))
    return {"update_id": number, kind: kinds[kind]}


def spoilt(value: Any, dice: random.Random) -> Any:
    """The same with something wrong in it, at any depth."""
    value = copy.deepcopy(value)
    here = value
    while isinstance(here, dict) and here:
        key = dice.choice(list(here))
        if not isinstance(here[key], dict) or dice.random() < 0.3:
            match dice.randrange(3):
                case 0:
                    here[key] = dice.choice(STRANGE)
                case 1:
                    del here[key]
                case _:
                    here[dice.choice(("extra", "photo", "text", "chat", "entities"))] = dice.choice(STRANGE)
            break
        here = here[key]
    return value


def body(number: int, dice: random.Random) -> bytes:
    """What is posted to the webhook: good, spoilt, deep, cut off or no JSON at all."""
    good = update(number, dice)
    match dice.randrange(10):
        case 0:
            return bytes(dice.randrange(256) for _ in range(dice.randrange(300)))
        case 1:
            return json.dumps(good).encode()[: dice.randrange(1, 200)]
        case 2:
            return b'{"update_id":' * 500 + b"1" + b"}" * 500
        case 3 | 4 | 5 | 6:
            return json.dumps(spoilt(good, dice)).encode()
        case _:
            return json.dumps(good).encode()


def form(dice: random.Random) -> dict[str, str]:
    """What is posted to the page."""
    strange = [value for value in STRANGE if isinstance(value, str)]
    names = ("text", "choice", "state", "download", "x")
    return {dice.choice(names): dice.choice((*WORDS, *CHOICES, *strange)) for _ in range(3)}


async def run(many: int, folder: Path, seed: int = 7) -> list[str]:
    """Post them all; everything that should not have happened."""
    dice = random.Random(seed)  # the same every time, so that a finding can be looked at again
    wrong: list[str] = []
    async with TelegramServer(strict=True) as telegram:
        app = App(settings_for(folder, **telegram_settings(telegram, "http://beside.test"))).asgi()
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://beside.test") as client,
        ):
            while not telegram.webhook:  # noqa: ASYNC110 - the channel is starting
                await asyncio.sleep(0.01)
            secret = {"X-Telegram-Bot-Api-Secret-Token": telegram.webhook["secret_token"]}
            telegram.webhook = {}
            for number in range(1, many + 1):
                if number % 4 == 0:
                    answer = await client.post("/", data=form(dice))
                    expected = {200, 400, 413, 429}
                elif number % 50 == 1:
                    answer = await client.post(
                        "/telegram", content=b"{}", headers={**secret, "X-Telegram-Bot-Api-Secret-Token": "wrong"}
                    )
                    expected = {403}
                else:
                    again = number - 3 if number % 97 == 0 else number  # a replay
                    answer = await client.post("/telegram", content=body(again, dice), headers=secret)
                    expected = {200, 400}
                if answer.status_code not in expected:
                    wrong.append(f"{number}: {answer.status_code}")
        wrong += [line for line in telegram.violations if "not modified" not in line]
    return wrong


async def main(many: int) -> int:
    """The long run: what was wrong, and how much memory it took."""
    errors: list[str] = []

    def keep(logger: object, method: str, event: EventDict) -> EventDict:
        if event["event"] in ("answer.failed", "lane.failed"):
            errors.append(str(event.get("kind")))
        raise structlog.DropEvent

    structlog.configure(processors=[keep])
    for part in (many // 10, many):
        with tempfile.TemporaryDirectory() as folder:
            wrong = await run(part, Path(folder))
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(
            f"{part} hostile inputs: {len(wrong)} wrong answers, {len(errors)} failures, {megabytes:.0f} MB at most\n"
        )
        for line in (*wrong[:20], *sorted(set(errors))):
            sys.stdout.write(f"  {line}\n")
    return 1 if wrong or errors else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(int(sys.argv[1]))))
