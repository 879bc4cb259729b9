"""How often and after what time a request is sent again, and when that makes no sense any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from slmaug.errors import MissingPackage
from slmaug.llm.faults import Again, CallError
from slmaug.llm.keys import INSTALL, Server

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")

_TRIES_TO_FIND_IT = 3


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, before asking again: ``first_delay``, twice that, and so on to ``longest_delay``,
    each shortened at random by up to half. A server that asks for more than ``longest_pause`` ends the run, and a run
    that ends lets calls in flight come home for ``grace``."""

    first_delay: float = 0.5
    longest_delay: float = 60.0
    longest_pause: float = 300.0
    grace: float = 30.0

    def delay(self, again: Again, attempt: int, luck: float) -> float:
        """Seconds before the request that follows the ``attempt``-th; ``luck`` is a random number from 0 to 1."""
        longest = min(self.longest_delay, self.first_delay * 2.0 ** min(attempt - 1, 60))
        return max(again.after or 0.0, longest * (0.5 + 0.5 * luck))

    def check(self, again: Again, server: Server, unanswered: int, kept: str) -> None:
        """Raise :class:`CallError` where nobody is there after so many requests without any answer, and where the
        server asks for a longer pause; ``kept`` says what there is to do then."""
        if again.absent and unanswered >= _TRIES_TO_FIND_IT:
            raise CallError(f"nothing answers at {server.shown} ({again}); is the server running?")
        if again.after is not None and again.after > self.longest_pause:
            raise CallError(f"{server.shown} answers {again} and asks to wait {again.after:.0f} s; {kept}")


def check_packages() -> None:
    """Raise :class:`MissingPackage` where what sends again is not installed: before anything was sent."""
    try:
        import_module("tenacity")
    except ModuleNotFoundError:
        raise MissingPackage(INSTALL) from None


async def patiently(
    request: Callable[[], Awaitable[T]],
    attempts: int,
    delay: Callable[[Again, int], float],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """What a request gives, sent again where it raises :class:`Again`, whose last one is raised after ``attempts``."""
    try:
        return await request()
    except Again as fault:
        first: Again | None = fault
    # Tenacity comes in when something failed: for a call that goes well it would be an eighth of the work.
    import tenacity

    async def once_more() -> T:
        nonlocal first
        if first is not None:
            failed, first = first, None
            raise failed
        return await request()

    def wait(state: RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome is not None else None
        assert isinstance(fault, Again)
        return delay(fault, state.attempt_number)

    retrying = tenacity.AsyncRetrying(
        sleep=sleep,
        stop=tenacity.stop_after_attempt(attempts),
        wait=wait,
        retry=tenacity.retry_if_exception_type(Again),
        reraise=True,
    )
    return await retrying(once_more)
