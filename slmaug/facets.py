"""Who asks, and how: the axes along which a language model's phrasings of a question are to differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from slmaug.rng import Random, stream_key

AXES: Mapping[str, Mapping[str, str]] = {
    "who": {
        "customer": "a customer",
        "beginner": "a beginner",
        "expert": "an expert",
        "non-native": "someone new to the language, with small slips of grammar",
        "go-between": "someone asking for a friend or colleague",
    },
    "terms": {
        "usual": "the usual terms",
        "everyday": "everyday words in place of terms",
        "wrong": "a wrong term for something, yet clear",
        "tried": "has tried something already",
    },
    "register": {
        "chat": "casual chat",
        "e-mail": "polite e-mail",
        "hurried": "hurried and blunt",
        "spoken": "spoken, as on the phone",
        "forum": "matter-of-fact",
    },
    "length": {
        "keywords": "search words only",
        "brief": "three to seven words",
        "sentence": "one short sentence",
        "long": "one long sentence",
        "story": "first what happened or is planned, then the question",
    },
    "aim": {
        "question": "asks straight out",
        "goal": "says the goal",
        "symptom": "says what goes wrong",
    },
}
"""The axes by name, with the values by name and what each becomes in a prompt. A manner has one value of each."""

CLASHES = frozenset(
    {
        ("expert", "everyday"),
        ("expert", "wrong"),
        ("e-mail", "keywords"),
        ("spoken", "keywords"),
        ("non-native", "keywords"),
        ("go-between", "keywords"),
        ("tried", "keywords"),
        ("tried", "brief"),
        ("e-mail", "brief"),
        ("go-between", "brief"),
    }
)
"""Pairs of values that do not go together."""


def manners(seed_id: int) -> Iterator[str]:
    """Manners of asking without end, as a prompt names them, in an order that depends on the seed alone.

    Each axis is a shuffled deck that is dealt out again and again, so every value has its turn before any comes twice,
    as far as values that clash allow.
    """
    decks = {axis: _Deck(axis, tuple(values), seed_id) for axis, values in AXES.items()}
    while True:
        dealt: dict[str, str] = {}
        for axis, deck in decks.items():
            dealt[axis] = deck.dealt(tuple(dealt.values()))
        yield "; ".join(AXES[axis][value] for axis, value in dealt.items())


class _Deck:
    """The values of an axis in ever new order; what does not go with the values before waits for the next deal."""

    def __init__(self, axis: str, values: tuple[str, ...], seed_id: int) -> None:
        self._values = values
        self._keys = (stream_key("facets", axis, seed_id, turn) for turn in count())
        self._waiting: list[str] = []

    def dealt(self, before: tuple[str, ...]) -> str:
        if not any(_fits(value, before) for value in self._waiting):
            fresh = list(self._values)
            Random(next(self._keys)).shuffle(fresh)
            self._waiting += fresh
        value = next(value for value in self._waiting if _fits(value, before))
        self._waiting.remove(value)
        return value


def _fits(value: str, before: tuple[str, ...]) -> bool:
    return not any((other, value) in CLASHES for other in before)
