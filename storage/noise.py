"""Noise for the counts, drawn by OpenDP in a process of its own that ends: the library would cost 40 MB to keep.

Run as `python -m storage.noise N SCALE` it prints N draws as JSON.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE

SECONDS = 30


class NoiseError(Exception):
    """No noise could be drawn; nothing may be written without it."""


async def draw(many: int, scale: float) -> list[int]:
    """Independent draws from the discrete Laplace distribution with this scale; NoiseError when there are none."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(many), str(scale)), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(SECONDS):  # wait_for forgets a cancellation that comes together with the answer
            printed, _ = await child.communicate()
    except TimeoutError:
        raise NoiseError(f"the draw took more than {SECONDS} seconds") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise NoiseError(f"the draw failed: `{sys.executable} -m {__name__} {many} {scale}` says why")
    return [int(one) for one in json.loads(printed)]


def main() -> None:
    """Draw in this process and print."""
    import opendp.prelude as dp  # noqa: PLC0415 - only in the child: see above

    many, scale = int(sys.argv[1]), float(sys.argv[2])
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    sys.stdout.write(json.dumps(dp.m.make_laplace(*space, scale=scale)([0] * many)))


if __name__ == "__main__":
    main()
