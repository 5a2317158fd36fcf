"""The process: settings, the command line, and being killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import logs
from bot.channels import plain
from bot.sessions import HOURS, Sessions
from bot.settings import Settings, SettingsError, read
from bot.throttle import AT_ONCE, Throttle, Verdict
from handlers.types import Button, Reply, Session
from tests.journeys.running import free_port
from tests.standins.telegram import TOKEN, TelegramServer

ROOT = Path(__file__).parents[1]


def run(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BESIDE_LANGUAGES": "en", **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "99999", "BESIDE_PORT must be a port number from 1 to 65535."),
        ("TELEGRAM_TOKEN", "abc", "BESIDE_TELEGRAM_TOKEN must be the token that @BotFather gave you"),
        ("COUNTRIES", "Poland", "BESIDE_COUNTRIES must be two-letter country codes"),
        ("PUBLIC_URL", "beside.example.org", "BESIDE_PUBLIC_URL must be the address people reach this server at"),
        ("SECRET_KEY", "short", "BESIDE_SECRET_KEY must be at least 32 random characters"),
        ("LOG_LEVEL", "loud", "BESIDE_LOG_LEVEL must be one of debug, info, warning, error."),
        ("TELEGRAM_TOKEN_FILE", "/nowhere", "BESIDE_TELEGRAM_TOKEN_FILE must name a file that Beside can read."),
    ],
)
def test_a_wrong_setting_is_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(f"BESIDE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        read()
    assert said in str(caught.value)


def test_a_wrong_setting_stops_the_start_without_a_traceback(tmp_path: Path) -> None:
    done = run("serve", folder=tmp_path, BESIDE_PORT="0")
    assert done.returncode == 2
    assert done.stderr.strip() == "BESIDE_PORT must be a port number from 1 to 65535."


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"`BESIDE_{name.upper()}`" in page


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("BESIDE_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    secret = read().telegram_token
    assert secret is not None
    assert secret.get_secret_value() == TOKEN
    assert TOKEN not in repr(read())


def test_asking_on_the_command_line(tmp_path: Path) -> None:
    done = run("ask", "they stopped us at the checkpoint", folder=tmp_path)
    assert "STOPPED, HELD OR ARRESTED" in done.stdout
    told = json.loads(run("ask", "--json", "they stopped us at the checkpoint", folder=tmp_path).stdout)
    assert list(told) == ["language", "kind", "urgent", "hint", "labels", "cards", "referrals"]
    assert told["kind"] == "urgent"
    assert told["urgent"] == ["urgent-detained"]
    assert set(told["cards"][0]) == {"id", "takeaways", "score"}


def test_asking_for_a_whole_file(tmp_path: Path) -> None:
    lines = [{"id": "a", "lang": "en", "text": "hello"}, {"id": "b", "text": "i cant sleep"}]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    done = run("ask", "--jsonl", "questions.jsonl", folder=tmp_path)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in told] == ["a", "b"]
    assert told[0]["kind"] == "smalltalk"
    assert told[1]["labels"][0] == "mental-health"
    (tmp_path / "broken.jsonl").write_text('{"id": "a"}\n')
    broken = run("ask", "--jsonl", "broken.jsonl", folder=tmp_path)
    assert broken.returncode == 1
    assert broken.stderr.startswith("broken.jsonl:1:")


def test_the_content_check_is_a_command(tmp_path: Path) -> None:
    done = run("check-content", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.endswith("The content is whole.\n")


async def test_being_killed_loses_no_message(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BESIDE_PORT": str(free_port())}
    environment["BESIDE_LANGUAGES"] = "en"  # learnt in half a second
    async with TelegramServer() as telegram:
        environment |= {"BESIDE_TELEGRAM_TOKEN": TOKEN, "BESIDE_TELEGRAM_API_URL": telegram.url}
        chat = telegram.user().private()
        telegram.hang("sendMessage")
        await chat.say("police are arresting us")

        async def start() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=tmp_path, env=environment, stdout=-3, stderr=-3
            )

        first = await start()
        async with asyncio.timeout(10):
            while not telegram.hanging:  # noqa: ASYNC110 - the server has no event for everything
                await asyncio.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        await first.wait()
        second = await start()
        assert "Stopped, held or arrested" in (await chat.reply()).text
        second.terminate()
        assert await second.wait() in (0, -signal.SIGTERM)
        assert telegram.waiting == 0


async def test_sessions_are_forgotten_after_hours_and_bounded() -> None:
    now = 0.0
    sessions = Sessions(lambda: now)
    await sessions.keep("a", Session("uk", "PL"))
    assert (await sessions.load("a")).country == "PL"
    now = HOURS * 3600 + 1
    assert await sessions.load("a") == Session()
    sessions.forget_idle()
    assert sessions._kept == {}


def test_a_throttled_chat_recovers() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    assert [throttle.ask("a") for _ in range(AT_ONCE + 2)][-2:] == [Verdict.SAY, Verdict.SILENT]
    now = 10.0
    assert throttle.ask("a") is Verdict.ANSWER
    now = 200.0
    throttle.forget_idle()
    assert throttle._spent == {}


def test_a_log_line_holds_only_allowed_fields() -> None:
    line = logs.allowed_only(None, "info", {"event": "x", "kind": "y", "text": "secret", "chat": 5})
    assert line == {"event": "x", "kind": "y"}


@pytest.mark.parametrize(
    ("words", "choice"), [("2", "b"), (" 1 ", "a"), ("3", ""), ("0", ""), ("²", ""), ("legal", "")]
)
def test_numbers_stand_for_buttons(words: str, choice: str) -> None:
    offered = plain.choices(Reply((), ((Button("A", "a"), Button("Link", url="https://x.org")), (Button("B", "b"),))))
    assert plain.chosen(words, offered) == choice
