"""Work that is done once for all seeds before rows are drawn, such as translating them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from slmaug.augment.augmenter import Augmenter
from slmaug.augment.compose import Chain, parts_of, with_parts
from slmaug.paraphrase import Protect
from slmaug.text import Text

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
        ready, note = augmenter.prepared(texts, protect, progress)
        return ready, [note]
    parts = parts_of(augmenter)
    sure = parts[:1] if isinstance(augmenter, Chain) else parts
    done = [prepared(part, texts, protect, progress) for part in sure]
    notes = [note for _, each in done for note in each]
    return with_parts(augmenter, [*(part for part, _ in done), *parts[len(sure) :]]), notes
