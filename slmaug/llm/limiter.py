"""When requests may go: so many and so many tokens a minute, and the pauses that a server asks for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_NAP_SECONDS = 0.25


class Pace:
    """An even flow of at most ``per_minute`` units: the next may go when the last has had its share of the minute.

    No burst is let through, so that within any 60 seconds no more than a minute's units begin, the last request's own
    left out. Units that turn out not to have been used are given back.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._free_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next may go."""
        return max(0.0, self._free_at - now)

    def take(self, units: int, now: float) -> None:
        self._free_at = max(self._free_at, now) + units * 60.0 / self.per_minute

    def give_back(self, units: int) -> None:
        """Negative units are taken besides."""
        self._free_at -= units * 60.0 / self.per_minute


class Limiter:
    """When the next request may go. Its state outlives an event loop; :meth:`turn` is for one loop at a time."""

    def __init__(
        self,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._requests = Pace(requests_per_minute) if requests_per_minute else None
        self._tokens = Pace(tokens_per_minute) if tokens_per_minute else None
        self._paused_until = 0.0
        self._clock = clock

    def pause(self, seconds: float) -> None:
        """Let nothing go for so long, because the server asked for it."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def wait(self) -> float:
        """Seconds until the next request may go."""
        now = self._clock()
        paces = [pace.wait(now) for pace in (self._requests, self._tokens) if pace]
        return max(0.0, self._paused_until - now, *paces)

    async def turn(
        self, tokens: int, queue: asyncio.Lock, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    ) -> None:
        """Wait for this request's turn, in the order of asking, and count it. ``queue`` is the loop's; what ``sleep``
        raises ends the wait, and nothing is counted."""
        if not queue.locked() and self.wait() <= 0:
            self._count(tokens)
            return
        async with queue:
            while (seconds := self.wait()) > 0:
                await sleep(min(seconds, _NAP_SECONDS))  # tokens may be given back in the meantime
            self._count(tokens)

    def settle(self, reserved: int, used: int) -> None:
        """Correct the tokens that :meth:`turn` counted by those that were used."""
        if self._tokens:
            self._tokens.give_back(reserved - used)

    def _count(self, tokens: int) -> None:
        now = self._clock()
        if self._requests:
            self._requests.take(1, now)
        if self._tokens:
            self._tokens.take(tokens, now)
