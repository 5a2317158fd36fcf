"""The noise: drawn whole, or an error that says so."""

import pytest

from storage import noise


async def test_a_draw_that_fails_says_how_to_see_why() -> None:
    with pytest.raises(noise.NoiseError, match=r"`\S+ -m storage.noise 3 -1.0` says why"):
        await noise.draw(3, -1.0)


async def test_a_draw_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "SECONDS", 0)
    with pytest.raises(noise.NoiseError, match="more than 0 seconds"):
        await noise.draw(3, 10.0)
