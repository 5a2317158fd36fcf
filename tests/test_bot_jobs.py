"""What is done again and again goes on, whatever fails, until it is told to stop."""

import asyncio

import pytest

from bot.jobs import Job, run

SECRET = "what somebody wrote"


async def test_a_job_that_fails_is_tried_again_and_says_only_what_kind(logged: list[dict[str, object]]) -> None:
    tries = 0
    worked = asyncio.Event()

    async def fail_once() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ValueError(SECRET)
        worked.set()

    running = asyncio.create_task(run([Job("try", fail_once, 0.0)]))
    await worked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [(one["event"], one["job"], one["kind"]) for one in logged] == [("job.failed", "try", "ValueError")]
    assert SECRET not in str(logged)


async def test_a_stop_ends_every_job_in_the_middle_of_what_it_does() -> None:
    begun = asyncio.Barrier(3)
    ended = []

    async def wait_for_ever() -> None:
        try:
            await begun.wait()
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    running = asyncio.create_task(run([Job("one", wait_for_ever, 0.0), Job("two", wait_for_ever, 0.0)]))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended == [True, True]


async def test_a_stop_ends_a_job_that_loses_its_cancellation() -> None:
    begun = asyncio.Event()

    async def swallow() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    running = asyncio.create_task(run([Job("one", swallow, 3600.0)]))
    await begun.wait()
    running.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await running
