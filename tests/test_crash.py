"""A short run of `kill -9` in the middle of a broadcast."""

from pathlib import Path

from bot.broadcasting import FEWEST
from tests import crash


async def test_killed_again_and_again_it_misses_nobody_and_doubles_at_most_those_in_flight(tmp_path: Path) -> None:
    found = await crash.run(3, 100, tmp_path)
    assert found.kills >= 2
    assert found.missed == 0
    assert found.most_doubled_by_one <= 2 * FEWEST
