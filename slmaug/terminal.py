"""The terminal around a build: what is said and where, how wide, the progress bar, and the signals that end it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from slmaug.errors import SlmaugError

if TYPE_CHECKING:
    from types import FrameType

# --- words -------------------------------------------------------------------------------------------------------


def is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def has_colour(stream: TextIO) -> bool:
    """Whether escape codes for colours are wanted there (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO | None) -> int | None:
    """The columns of the terminal, or None where there is none and nothing needs to wrap."""
    if stream is None or not is_terminal(stream):
        return None
    columns = os.environ.get("COLUMNS", "")  # shutil.get_terminal_size would ask standard output alone
    found = int(columns) if columns.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    return max(found or 80, 30)


def _print(text: str, stream: TextIO) -> None:
    # A Windows console or LANG=C lacks most characters; better an escape than no output.
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    stream.flush()


def show(text: str) -> None:
    """Print to standard output; that it takes nothing is a :class:`SlmaugError`, a reader that left BrokenPipeError."""
    try:
        _print(text, sys.stdout)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise SlmaugError(f"standard output: cannot be written: {error.strerror or error}") from None


def drop_output() -> None:
    """Let go of what standard output did not take: the interpreter's last flush must not fail a second time."""
    with contextlib.suppress(OSError):
        if sys.stdout is not None:
            sys.stdout.flush()
        return
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Print to standard error."""
    # Whoever closed standard error wants no words, and gets the rows all the same.
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            _print(text, sys.stderr)


def failed(message: str, code: int = 1) -> int:
    """Say what is wrong on one line; return the exit code."""
    say(f"slmaug: error: {' '.join(message.splitlines())}")
    return code


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this, whose cells show what goes to standard error."""
    return "ipykernel" in sys.modules


@contextmanager
def progress_bar(total: int | None, quiet: bool, unit: str = "rows") -> Iterator[Callable[[int], object] | None]:
    """What to call with each number of new things so that a bar moves up to ``total``; None where there is no bar.

    Where the total is None, the bar counts.
    """
    if quiet or not (is_terminal(sys.stderr) or in_notebook()):
        yield None
        return
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:  # the rows are the same without a bar
        yield None
        return
    tqdm.monitor_interval = 0  # its thread would be there when workers fork
    with tqdm(total=total, unit=f" {unit}", leave=False, dynamic_ncols=True) as bar:
        yield bar.update


# --- signals -----------------------------------------------------------------------------------------------------


class Stopped(BaseException):
    """A signal asked the build to stop; like KeyboardInterrupt, no ``except Exception`` may swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__("interrupted" if number == signal.SIGINT else "terminated")
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Within the block the first of SIGINT, SIGTERM and SIGHUP raises Stopped; later ones do not disturb cleaning up.

    A signal that is ignored from outside (nohup, a shell's background job) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    owner = os.getpid()

    def stop(number: int, frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a forked worker: the parent ends it, unless it is asked to end by itself
            if number != signal.SIGINT:
                os._exit(128 + number)
            return
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        # Found, not imported: the signal may have come in the midst of that very import.
        for worker in getattr(sys.modules.get("multiprocessing"), "active_children", list)():
            worker.kill()
        # Before Python 3.13 the pool's own thread stumbles over workers that are gone, and would print it.
        threading.excepthook = _ignore
        raise Stopped(number)

    names, excepthook = ("SIGINT", "SIGTERM", "SIGHUP"), threading.excepthook
    wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {each: signal.getsignal(each) for each in wanted if signal.getsignal(each) != signal.SIG_IGN}
    for each in before:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        threading.excepthook = excepthook


def _ignore(_: object) -> None:
    pass
