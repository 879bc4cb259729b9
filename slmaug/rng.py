"""Randomness as a value: one light generator for every variant.

Python's own ``random.Random`` spends about 4 microseconds seeding its 2.5 KB of state, more than an
edit takes. ``Random`` is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", OOPSLA 2014): a counter stepped by an odd constant and mixed, so a generator is one
integer, and neighbouring keys give unrelated streams. It has the standard library's method names;
it is not for cryptography.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import MutableSequence, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")

_MASK = 0xFFFFFFFFFFFFFFFF
_STEP = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB


class Random:
    """A stream of pseudo-random numbers that depends on ``key`` and on nothing else.

    ``common`` is a second key, shared by the variants of the same number of every seed: see :meth:`frame`.

    >>> Random(1).randrange(100) == Random(1).randrange(100)
    True
    """

    __slots__ = ("_common", "_state")

    def __init__(self, key: int, common: int = 0) -> None:
        self._state = key & _MASK
        self._common = common

    def _bits(self) -> int:
        self._state = z = (self._state + _STEP) & _MASK
        z = ((z ^ (z >> 30)) * _MIX_1) & _MASK
        z = ((z ^ (z >> 27)) * _MIX_2) & _MASK
        return z ^ (z >> 31)

    def random(self) -> float:
        """A float in [0, 1) with 53 random bits."""
        return (self._bits() >> 11) * (1.0 / 9007199254740992.0)

    def randrange(self, stop: int) -> int:
        """An integer in [0, stop). The bias against a uniform draw is below stop / 2**64."""
        if stop <= 0:
            raise ValueError(f"stop must be positive, got {stop}")
        return (self._bits() * stop) >> 64

    def choice(self, options: Sequence[T]) -> T:
        """One element of a non-empty sequence."""
        # _bits, written out: of all methods this one is called most, and the call costs as much as the mixing.
        self._state = z = (self._state + _STEP) & _MASK
        z = ((z ^ (z >> 30)) * _MIX_1) & _MASK
        z = ((z ^ (z >> 27)) * _MIX_2) & _MASK
        return options[((z ^ (z >> 31)) * len(options)) >> 64]

    def choices(self, options: Sequence[T], cumulative_weights: Sequence[float]) -> T:
        """One element, drawn with the given running totals of weights."""
        point = self.random() * cumulative_weights[-1]
        for option, bound in zip(options, cumulative_weights, strict=True):
            if point < bound:
                return option
        return options[-1]

    def picks(self, options: Sequence[T], k: int) -> list[T]:
        """``k`` elements, the same one maybe several times. One draw serves four: a generator's step is the cost."""
        size, picked = len(options), []
        bits = 0
        for number in range(k):
            bits = (bits & _MASK if number % 4 else self._bits()) * size
            picked.append(options[bits >> 64])
        return picked

    def some(self, options: Sequence[T], p: float) -> list[T]:
        """Each element with probability ``p``, in order. One draw serves eight: it picks one of their subsets."""
        chosen: list[T] = []
        for start in range(0, len(options), 8):
            bounds, subsets = _subsets(min(8, len(options) - start), p)
            chosen += [options[start + i] for i in subsets[bisect_right(bounds, self.random())]]
        return chosen

    def sample(self, options: Sequence[T], k: int) -> list[T]:
        """``k`` elements of different positions, in random order."""
        pool = list(options)
        if not 0 <= k <= len(pool):
            raise ValueError(f"cannot take {k} of {len(pool)}")
        for i in range(k):
            j = i + self.randrange(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]

    def shuffle(self, items: MutableSequence[T]) -> None:
        """Put ``items`` into random order, in place (Fisher-Yates)."""
        for i in range(len(items) - 1, 0, -1):
            j = self.randrange(i + 1)
            items[i], items[j] = items[j], items[i]

    def frame(self) -> Random:
        """What this variant has in common with the variants of the same number of the other seeds.

        Frames drawn from it ("Could you tell me ...") fall on every seed alike, so no frame becomes a
        sign of one answer: in a small set drawn freely, chance alone would tie them together.
        """
        return Random(self._common)

    def favourite(self, options: tuple[str, ...]) -> str:
        """One string of several, such that draws from more or fewer options mostly agree.

        Rendezvous hashing (Thaler and Ravishankar, 1996): each option gets a weight of its own and the
        heaviest wins, so leaving another one out changes nothing. An option given twice counts double.
        """
        bits = self._bits()
        weights = [((name ^ bits) * _MIX_1) & _MASK for name in _names(options)]
        return options[weights.index(max(weights))]


def stream_key(*parts: int | str) -> int:
    """A 64-bit key from names and numbers, the same in every process and on every machine."""
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in parts)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def generators(key: int, first: int, count: int, common: int = 0) -> list[Random]:
    """Generators number ``first`` to ``first + count - 1`` of the family ``key``.

    Number i is the same whichever batch it is made in. Its state is mixed once, so that the
    streams of neighbours do not overlap.
    """
    return [Random(_mixed(key, number), common + number * _STEP) for number in range(first, first + count)]


def _mixed(key: int, number: int) -> int:
    z = (key + (number + 1) * 0xD1342543DE82EF95) & _MASK
    z = ((z ^ (z >> 32)) * _MIX_1) & _MASK
    return z ^ (z >> 29)


@lru_cache(maxsize=256)
def _subsets(count: int, p: float) -> tuple[list[float], list[tuple[int, ...]]]:
    """All subsets of ``count`` places, and the running totals of their probabilities."""
    subsets = [tuple(i for i in range(count) if mask >> i & 1) for mask in range(1 << count)]
    totals = list(accumulate(p ** len(subset) * (1 - p) ** (count - len(subset)) for subset in subsets))
    return [*totals[:-1], 1.0], subsets


@lru_cache(maxsize=8192)
def _names(options: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(stream_key(option, options[:i].count(option)) for i, option in enumerate(options))
