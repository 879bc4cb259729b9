"""Work that is done once for all seeds before rows are drawn, such as translating them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, runtime_checkable

from slmaug.augment.augmenter import Augmenter
from slmaug.augment.compose import Chain, Maybe, OneOf
from slmaug.paraphrase import Protect
from slmaug.text import Text

A = TypeVar("A", bound=Augmenter)
Progress = Callable[[int], object]


@runtime_checkable
class Preparable(Protocol):
    """An augmenter that does its slow part for many texts at once, in one process, and draws from the outcome."""

    def prepared(
        self, texts: Sequence[Text], protect: Protect = ..., progress: Progress | None = ...
    ) -> tuple[Augmenter, dict[str, Any]]:
        """What augments these texts alike without the slow part, and notes on what was done, for the manifest.

        ``progress`` is called with the number of things done since its last call.
        """


def prepared(
    augmenter: Augmenter, texts: Sequence[Text], protect: Protect = (), progress: Progress | None = None
) -> tuple[Augmenter, list[dict[str, Any]]]:
    """The augmenter with every part prepared that is sure to be handed these very texts, and the parts' notes."""
    if isinstance(augmenter, Preparable):
        ready, notes = augmenter.prepared(texts, protect, progress)
        return ready, [notes]
    if isinstance(augmenter, Chain):
        first, found = prepared(augmenter.steps[0], texts, protect, progress)
        return (replace(augmenter, steps=(first, *augmenter.steps[1:])) if found else augmenter), found
    if isinstance(augmenter, Maybe):
        inner, found = prepared(augmenter.augmenter, texts, protect, progress)
        return (replace(augmenter, augmenter=inner) if found else augmenter), found
    if isinstance(augmenter, OneOf):
        parts = [prepared(option, texts, protect, progress) for option in augmenter.options]
        found = [notes for _, each in parts for notes in each]
        return (replace(augmenter, options=tuple(option for option, _ in parts)) if found else augmenter), found
    return augmenter, []
