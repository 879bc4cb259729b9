"""The limiter on a clock of the test's own: no minute holds more than it may."""

from __future__ import annotations

import asyncio
import contextlib

from hypothesis import given
from hypothesis import strategies as st

from slmaug.llm.limiter import Limiter, Pace


@given(st.integers(1, 5000), st.lists(st.floats(0, 30), min_size=1, max_size=300))
def test_no_minute_has_more_requests_than_it_may(per_minute: int, gaps: list[float]) -> None:
    """Whenever they come: in every window of 60 seconds at most so many begin."""
    pace, now, starts = Pace(per_minute), 0.0, []
    for gap in gaps:
        now += gap / per_minute
        now += pace.wait(now)
        pace.take(1, now)
        starts.append(now)
    for i, start in enumerate(starts):
        assert sum(start <= other < start + 59.999 for other in starts[i:]) <= per_minute


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(0, 3000)), min_size=1, max_size=100))
def test_no_minute_begins_after_more_tokens_than_it_may(calls: list[tuple[int, int]]) -> None:
    """Of the tokens that were really used, the last call's own left out; what was reserved in vain is given back."""
    pace, now, used = Pace(6000), 0.0, []
    for reserved, actual in calls:
        now += pace.wait(now)
        pace.take(reserved, now)
        pace.give_back(reserved - actual)
        used.append((now, actual))
    for i, (start, _) in enumerate(used):
        within = [tokens for at, tokens in used[i:] if at < start + 59.999]
        assert sum(within[:-1]) <= 6000


def test_tokens_given_back_shorten_the_wait() -> None:
    """A reply shorter than its limit lets the next call go earlier."""
    pace = Pace(60)
    pace.take(30, 100.0)
    assert pace.wait(100.0) == 30.0
    pace.give_back(20)
    assert pace.wait(100.0) == 10.0


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_pause_outweighs_a_shorter_one() -> None:
    """The latest end counts."""
    clock = Clock()
    limiter = Limiter(clock=clock)
    limiter.pause(5.0)
    limiter.pause(1.0)
    assert limiter.wait() == 5.0
    clock.now += 6.0
    assert limiter.wait() == 0.0


def test_turns_come_in_the_order_of_asking() -> None:
    """Who asked first goes first, and each takes its own share."""
    clock = Clock()
    limiter = Limiter(requests_per_minute=60, tokens_per_minute=600, clock=clock)
    went: list[tuple[int, float]] = []

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    async def call(number: int, queue: asyncio.Lock) -> None:
        await limiter.turn(20, queue, sleep)
        went.append((number, round(clock.now - 1000.0, 6)))

    async def run() -> None:
        queue = asyncio.Lock()
        await asyncio.gather(*(call(number, queue) for number in range(4)))

    asyncio.run(run())
    assert went == [(0, 0.0), (1, 2.0), (2, 4.0), (3, 6.0)]


def test_a_wait_that_is_given_up_counts_nothing() -> None:
    """What the sleep raises ends it, and the next turn is free as before."""
    clock = Clock()
    limiter = Limiter(requests_per_minute=60, tokens_per_minute=600, clock=clock)
    limiter.pause(5.0)

    async def stop(seconds: float) -> None:
        raise TimeoutError

    async def run() -> None:
        queue = asyncio.Lock()
        with contextlib.suppress(TimeoutError):
            await limiter.turn(600, queue, stop)
        assert not queue.locked()

    asyncio.run(run())
    assert limiter.wait() == 5.0
