"""Coroutines from ordinary code: an event loop in a thread of its own, which is there only while it is used.

So a notebook, whose own loop is running already, and a script call the same function.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError, Future, wait
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")

_TICK_SECONDS = 0.1
_CLEAN_UP_SECONDS = 30.0


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


class Closable(Protocol):
    async def close(self) -> None: ...


S = TypeVar("S", bound=Closable)


class Shared(Generic[S]):
    """A :class:`Background` and what is open on it: made with the first coroutine, closed with the last."""

    def __init__(self, make: Callable[[], S]) -> None:
        self._make = make
        self._background = Background()
        self._open: S | None = None
        self._users = 0

    def run(self, use: Callable[[S], Coroutine[Any, Any, T]], tick: Callable[[], object] | None = None) -> T:
        """What a coroutine gives that uses it; see :meth:`Background.run`."""
        return self._background.run(partial(self._used, use), tick)

    async def _used(self, use: Callable[[S], Coroutine[Any, Any, T]]) -> T:
        if self._open is None:
            self._open = self._make()
        opened = self._open
        self._users += 1
        try:
            return await use(opened)
        finally:
            self._users -= 1
            if not self._users:
                self._open = None
                await opened.close()


def ticker(
    keys: Sequence[str],
    arrived: Mapping[str, object],
    progress: Callable[[int], object] | None,
    ahead: Callable[[], int] = lambda: 0,
) -> Callable[[], None] | None:
    """What tells ``progress`` of the replies that are new; a key that stands twice counts twice. ``ahead`` is how many
    are known to be on their way."""
    if progress is None:
        return None
    times = Counter(keys)
    told = 0

    def tick() -> None:
        nonlocal told
        now = min(len(keys), sum(times[key] for key in tuple(arrived)) + ahead())
        if now > told:
            told, new = now, now - told
            progress(new)

    return tick


async def cancelled(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel what is not done, wait for all, and take note of every exception, so that none is reported as lost."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
    ended: Future[T] = Future()
    tasks: list[asyncio.Task[T]] = []

    def start() -> None:
        tasks.append(loop.create_task(make()))
        tasks[0].add_done_callback(partial(_tell, ended))

    loop.call_soon_threadsafe(start)
    try:
        # In short waits, for on Windows a long one cannot be interrupted.
        while not wait([ended], timeout=_TICK_SECONDS).done:
            if tick is not None:
                tick()
        if tick is not None and ended.exception() is None:
            tick()
    except BaseException:
        # Cancelled on the loop, behind its start: so there is a task, and ``ended`` tells when it has cleaned up.
        loop.call_soon_threadsafe(lambda: tasks[0].cancel())
        wait([ended], timeout=_CLEAN_UP_SECONDS)
        raise
    return ended.result()


def _tell(ended: Future[T], task: asyncio.Task[T]) -> None:
    if task.cancelled():
        ended.set_exception(CancelledError())
    elif (error := task.exception()) is not None:
        ended.set_exception(error)
    else:
        ended.set_result(task.result())
