"""Coroutines from ordinary code, with and without a loop that is running already."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from slmaug.llm.background import Background


def run(make: Callable[[], Coroutine[Any, Any, int]], tick: Callable[[], object] | None = None) -> int:
    return Background().run(make, tick)


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


def test_it_gives_what_the_coroutine_gives() -> None:
    """Or raises what it raises."""

    async def fail() -> int:
        raise TimeoutError("mine")

    assert run(lambda: double(3)) == 6
    with pytest.raises(TimeoutError, match="mine"):
        run(fail)


def test_it_works_within_a_running_loop() -> None:
    """As a notebook's cell is."""

    async def cell() -> int:
        return run(lambda: double(4))

    assert asyncio.run(cell()) == 8


def test_threads_share_one_loop_which_ends_with_the_last() -> None:
    """All see the same loop while any of them is at it, and no thread is left."""
    background, before = Background(), threading.active_count()
    barrier = threading.Barrier(4)
    loops: list[asyncio.AbstractEventLoop] = []

    async def meet() -> None:
        loops.append(asyncio.get_running_loop())
        await asyncio.sleep(0.05)

    def use() -> None:
        barrier.wait()
        background.run(meet)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(loops)) == 1
    assert loops[0].is_closed()
    assert threading.active_count() == before
    assert background.run(lambda: double(1)) == 2  # a new loop


def test_an_exception_in_the_waiting_thread_cancels_and_waits_for_the_clean_up() -> None:
    """The coroutine's finally has run when the exception goes on."""
    cleaned = []

    async def long() -> int:
        try:
            return await asyncio.sleep(60, 1)
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(True)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(long, interrupt)
    assert cleaned == [True]


def test_the_tick_comes_once_more_at_the_end() -> None:
    """So what was done since the last one is told."""
    ticks: list[int] = []
    run(lambda: double(1), lambda: ticks.append(1))
    assert ticks == [1]


def test_what_has_not_begun_is_called_off_at_once() -> None:
    """There is nothing to clean up where the loop was too busy to begin."""
    background, release, busy = Background(), threading.Event(), threading.Event()

    async def block() -> int:
        busy.set()
        release.wait(60)
        return 1

    def interrupt() -> None:
        threading.Timer(0.5, release.set).start()
        raise KeyboardInterrupt

    def second() -> None:
        with contextlib.suppress(KeyboardInterrupt):
            background.run(lambda: double(2), interrupt)

    first, other = threading.Thread(target=background.run, args=(block,)), threading.Thread(target=second)
    first.start()
    busy.wait(60)
    other.start()
    other.join(15)
    assert not other.is_alive()
    first.join()
