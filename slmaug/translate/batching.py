"""Texts put into batches of similar length within a budget of tokens, and batches halved when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from slmaug.errors import SlmaugError, printable

R = TypeVar("R")

LENGTH_STEP = 8
"""Texts share a batch only if they need as many steps of this many tokens."""
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "alloc_cpu", "bad_alloc")


@dataclass(frozen=True)
class Batch:
    """Some of the texts, by their places, all of nearly one length."""

    places: tuple[int, ...]
    length: int
    """The bound of their lengths in tokens: a multiple of :data:`LENGTH_STEP`, so equal for a text in any batch."""

    def halves(self) -> tuple[Batch, Batch]:
        middle = (len(self.places) + 1) // 2
        return Batch(self.places[:middle], self.length), Batch(self.places[middle:], self.length)


def rounded(length: int) -> int:
    """A length rounded up to a whole step.

    >>> rounded(8), rounded(9)
    (8, 16)
    """
    return -(-length // LENGTH_STEP) * LENGTH_STEP


def batches(lengths: Sequence[int], rows_per_text: int, tokens_per_batch: int) -> list[Batch]:
    """The places of ``lengths`` in batches, the longest first: what does not fit into memory turns out at the start.

    A batch's cost is its texts times ``rows_per_text`` times the longest text's length, and at most
    ``tokens_per_batch``; a single text that costs more goes alone. All texts of a batch have the same rounded length,
    so what is derived from it, the bound of the output above all, does not depend on the batch.

    >>> [batch.places for batch in batches([3, 30, 4, 31], rows_per_text=1, tokens_per_batch=32)]
    [(3,), (1,), (2, 0)]
    """
    found: list[Batch] = []
    places: list[int] = []
    longest = 0
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        fits = (len(places) + 1) * rows_per_text * longest <= tokens_per_batch
        if places and not (fits and rounded(lengths[place]) == rounded(longest)):
            found.append(Batch(tuple(places), rounded(longest)))
            places = []
        if not places:
            longest = lengths[place]
        places.append(place)
    return [*found, Batch(tuple(places), rounded(longest))] if places else found


def in_batches(
    planned: Sequence[Batch],
    run: Callable[[Batch], Sequence[R]],
    release: Callable[[], None] = lambda: None,
    lanes: int = 1,
) -> dict[int, R]:
    """What ``run`` returns for each place of the batches, ``lanes`` of which are run at a time, each in a thread.

    A batch for which memory runs out is halved, and so is every later one that is as large; ``release`` is called
    before. With several lanes such batches are run once more, one by one, when all others are done. Raises
    :class:`SlmaugError` where a single text does not fit, and whatever else ``run`` raises.
    """
    found: dict[int, R] = {}
    waiting = list(reversed(planned))
    most: int | None = None
    if lanes > 1 and len(planned) > 1:
        waiting = []
        with ThreadPoolExecutor(lanes) as pool:
            for batch, (results, _) in zip(planned, pool.map(partial(_tried, run), planned), strict=True):
                if results is None:
                    waiting.insert(0, batch)
                else:
                    found.update(zip(batch.places, results, strict=True))
    while waiting:
        batch = waiting.pop()
        if len(batch.places) > 1 and most is not None and len(batch.places) * batch.length > most:
            waiting += reversed(batch.halves())
            continue
        results, reason = _tried(run, batch)
        if results is not None:
            found.update(zip(batch.places, results, strict=True))
            continue
        # Only here is the error gone, and with it the frames that hold what filled the memory.
        release()
        if len(batch.places) == 1:
            raise SlmaugError(
                f"a text of up to {batch.length} tokens does not fit into memory ({reason}); free some, ask for fewer "
                'candidates or beams, or use device="cpu"'
            )
        most = len(batch.places) * batch.length // 2
        waiting.append(batch)
    return found


def _tried(run: Callable[[Batch], Sequence[R]], batch: Batch) -> tuple[Sequence[R] | None, str]:
    """The results, or None and the reason where memory ran out."""
    try:
        return run(batch), ""
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        return None, printable((str(error).splitlines() or [type(error).__name__])[0][:160])


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is one of the many ways in which torch, CTranslate2 and Python say that memory is full."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error).lower() for sign in _OUT_OF_MEMORY)
