"""What is prepared once for all seeds, inside other augmenters as well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slmaug.augment import Augmenter, Chain, Maybe, OneOf, Swap, Typos
from slmaug.augment.preparing import prepared
from slmaug.rng import Random
from slmaug.text import Text


@dataclass(frozen=True)
class Slow:
    """Prepares by counting."""

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        raise AssertionError("not prepared")

    def prepared(
        self, texts: Sequence[Text], protect: object = (), progress: Callable[[int], object] | None = None
    ) -> tuple[Augmenter, dict[str, Any]]:
        if progress is not None:
            progress(len(texts))
        return Swap(), {"texts": len(texts)}


TEXTS = [Text.parse("How do I pay?"), Text.parse("Where is it?")]


def test_each_part_that_is_handed_the_seeds_is_prepared() -> None:
    """The first of a chain, any of a choice, and what may be left out."""
    done, notes = prepared(OneOf((Chain((Maybe(Slow()), Typos())), Slow(), Typos()), (1, 2, 3)), TEXTS)
    assert done == OneOf((Chain((Maybe(Swap()), Typos())), Swap(), Typos()), (1, 2, 3))
    assert notes == [{"texts": 2}, {"texts": 2}]


def test_a_later_part_of_a_chain_is_not() -> None:
    """What it will be handed is not known yet."""
    chain = Chain((Typos(), Slow()))
    assert prepared(chain, TEXTS) == (chain, [])


def test_others_stay_as_they_are() -> None:
    """The very same object."""
    for augmenter in (Swap(), Maybe(Swap()), OneOf((Swap(), Typos())), Chain((Swap(),))):
        assert prepared(augmenter, TEXTS)[0] is augmenter


def test_progress_is_handed_on() -> None:
    """Counted by the augmenter itself."""
    told: list[int] = []
    prepared(Maybe(Slow()), TEXTS, (), told.append)
    assert told == [2]
