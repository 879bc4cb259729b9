"""Coroutines from ordinary code: an event loop in a thread of its own, which is there only while it is used.

So a notebook, whose own loop is running already, and a script call the same function.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from typing import Any, TypeVar

T = TypeVar("T")

_TICK_SECONDS = 0.1


class Background:
    """An event loop that several threads share: it starts with the first coroutine and ends with the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._thread: _LoopThread | None = None

    def run(self, make: Callable[[], Coroutine[Any, Any, T]], tick: Callable[[], object] | None = None) -> T:
        """Run a coroutine to its end and return what it returns, or raise what it raises.

        ``tick`` is called in the thread that waits, about ten times a second and once at the end. An exception there,
        KeyboardInterrupt above all, cancels the coroutine, waits until it has cleaned up, and goes on.
        """
        with self._lock:
            if self._thread is None:
                self._thread = _LoopThread()
            self._users += 1
            thread = self._thread
        try:
            return _awaited(thread.loop, make, tick)
        finally:
            with self._lock:
                self._users -= 1
                last = self._users == 0
                if last:
                    self._thread = None
            if last:
                thread.end()


def run(make: Callable[[], Coroutine[Any, Any, T]], tick: Callable[[], object] | None = None) -> T:
    """Run one coroutine on a loop of its own; see :meth:`Background.run`."""
    return Background().run(make, tick)


class _LoopThread:
    def __init__(self) -> None:
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(_until_told(started)), name="slmaug-calls", daemon=True
        )
        self._thread.start()
        self.loop, self._stop = started.result()

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()


async def _until_told(started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
    stop = asyncio.Event()
    started.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()


def _awaited(
    loop: asyncio.AbstractEventLoop, make: Callable[[], Coroutine[Any, Any, T]], tick: Callable[[], object] | None
) -> T:
    ended = threading.Event()

    async def whole() -> T:
        try:
            return await make()
        finally:
            ended.set()

    future = asyncio.run_coroutine_threadsafe(whole(), loop)
    try:
        # In short waits, for on Windows a long one cannot be interrupted.
        while not wait([future], timeout=_TICK_SECONDS).done:
            if tick is not None:
                tick()
        if tick is not None and future.exception() is None:
            tick()
    except BaseException:
        # Cancelled from within the loop, since a future that is cancelled before its task began has no end to wait for.
        if not future.done():
            future.cancel()
            ended.wait(_CLEAN_UP_SECONDS)
        raise
    return future.result()


_CLEAN_UP_SECONDS = 30.0
