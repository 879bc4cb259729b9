"""What an augmenter is: a callable on a batch of texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Protocol, TypeVar, runtime_checkable

from slmaug.rng import Random, generators, stream_key
from slmaug.text import Text

A = TypeVar("A")


@runtime_checkable
class Augmenter(Protocol):
    """One text out for each text in, in the same order; unchanged where there is nothing to do.

    ``rngs`` has one generator for each text. An augmenter draws from nothing else, so what
    becomes of a text does not depend on the batch it came in.
    """

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random], /) -> list[Text]: ...


def per_text(edit: Callable[[A, Text, Random], Text]) -> Callable[[A, Sequence[Text], Sequence[Random]], list[Text]]:
    """Lift an edit of one text to a batch, and write the step down in every text it changed."""

    @wraps(edit)
    def over_batch(self: A, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        step = repr(self)
        batch = []
        before = marked = None
        for text, rng in zip(texts, rngs, strict=True):
            # The step is written into what goes in: an edit hands it on, and a batch is mostly one text many times.
            if marked is None or text is not before:
                before, marked = text, text.made_by((*text.steps, step))
            new = edit(self, marked, rng)
            if new is marked:
                batch.append(text)
            else:
                batch.append(new if new.steps is marked.steps else new.made_by(marked.steps))
        return batch

    return over_batch


def vary(question: str, augmenter: Augmenter, random_seed: int = 0) -> str:
    """One variant of ``question``, for trying an augmenter out.

    >>> from slmaug.augment import Swap
    >>> vary("How do I read a large file?", Swap(), random_seed=1)
    'How do I read large a file?'
    """
    key = stream_key(random_seed)
    return str(augmenter([Text.parse(question)], generators(key, 0, 1, key))[0])


def check_share(name: str, value: float) -> None:
    """Raise ``ValueError`` unless ``value`` is a number in [0, 1]."""
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{name} must lie in [0, 1], got {value!r}")
