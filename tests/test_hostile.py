"""A short run of what nobody sends by accident, and a body that never ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.channels import body
from tests import hostile
from tests.journeys.running import beside

Logged = list[dict[str, object]]


async def test_hostile_input_breaks_nothing(tmp_path: Path, logged: Logged) -> None:
    assert await hostile.run(600, tmp_path) == []
    assert [line for line in logged if line["event"] in ("answer.failed", "lane.failed", "job.failed")] == []


async def test_a_slow_body_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "SECONDS", 0.2)

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"text="
            await asyncio.sleep(0.05)

    async with beside(tmp_path) as address, httpx.AsyncClient() as client:
        answer = await client.post(address, content=slowly())
    assert answer.status_code == 408
    assert "did not arrive whole" in answer.text
