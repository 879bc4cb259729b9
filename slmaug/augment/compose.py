"""Augmenters made of augmenters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from slmaug.augment.augmenter import Augmenter, check_share
from slmaug.rng import Random
from slmaug.text import Text


@dataclass(frozen=True)
class Chain:
    """One augmenter after the other: ``Chain((Synonyms(), Deletion()))``."""

    steps: tuple[Augmenter, ...]

    def __post_init__(self) -> None:
        check_augmenters("steps", self.steps)
        if not self.steps:
            raise ValueError("steps must hold at least one augmenter")

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        batch = list(texts)
        for step in self.steps:
            batch = _led(batch, step(batch, rngs))
        return batch


def _led(texts: Sequence[Text], made: Sequence[Text]) -> list[Text]:
    """What a step made, each knowing what it was made of: the next step may need the seed."""
    return [new if new is old else new.out_of(old) for new, old in zip(made, texts, strict=True)]


@dataclass(frozen=True)
class OnTop(Chain):
    """A :class:`Chain` that stands on its first step: where this changes nothing, the others do nothing either.

    ``OnTop((Listed(phrasings), Typos()))`` misspells phrasings, and no question that has none.
    """

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        batch = _led(texts, self.steps[0](texts, rngs))
        mine = [i for i, (new, old) in enumerate(zip(batch, texts, strict=True)) if new is not old]
        if len(self.steps) > 1 and mine:
            others = Chain(self.steps[1:])
            for i, text in zip(mine, others([batch[i] for i in mine], [rngs[i] for i in mine]), strict=True):
                batch[i] = text
        return batch


@dataclass(frozen=True)
class LeadingTo(Chain):
    """A :class:`Chain` that leads to its last step: where this changes nothing, the others do nothing either.

    ``LeadingTo((Rewording(), Phrasing("topic")))`` rewords only what it can make a topic of.
    """

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        before = Chain(self.steps[:-1])(texts, rngs) if len(self.steps) > 1 else list(texts)
        after = self.steps[-1](before, rngs)
        return [text if new is led else new for text, led, new in zip(texts, before, after, strict=True)]


@dataclass(frozen=True)
class OneOf:
    """One of several augmenters for each text, drawn by weight; each child gets its part as one batch."""

    options: tuple[Augmenter, ...]
    weights: tuple[float, ...] = ()
    """One positive number per option; empty means equal weights."""

    def __post_init__(self) -> None:
        check_augmenters("options", self.options)
        if not self.options:
            raise ValueError("options must hold at least one augmenter")
        if self.weights and len(self.weights) != len(self.options):
            raise ValueError(f"{len(self.options)} options need {len(self.options)} weights, got {len(self.weights)}")
        if not all(0 < weight < float("inf") for weight in self.weights):
            raise ValueError(f"weights must be positive, got {self.weights}")

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        bounds = tuple(accumulate(self.weights or [1.0] * len(self.options)))
        numbers = range(len(self.options))
        drawn = [rng.choices(numbers, bounds) for rng in rngs]
        batch = list(texts)
        for number in numbers:
            mine = [i for i, choice in enumerate(drawn) if choice == number]
            for i, text in zip(
                mine, self.options[number]([texts[i] for i in mine], [rngs[i] for i in mine]), strict=True
            ):
                batch[i] = text
        return batch


@dataclass(frozen=True)
class Around:
    """What is made of one augmenter: the base of those that decide where it is used."""

    augmenter: Augmenter

    def __post_init__(self) -> None:
        check_augmenters("augmenter", (self.augmenter,))


@dataclass(frozen=True)
class Maybe(Around):
    """An augmenter for a share ``p`` of the texts; the others pass unchanged."""

    p: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_share("p", self.p)

    def __call__(self, texts: Sequence[Text], rngs: Sequence[Random]) -> list[Text]:
        batch = list(texts)
        mine = [i for i, rng in enumerate(rngs) if rng.random() < self.p]
        for i, text in zip(mine, self.augmenter([texts[i] for i in mine], [rngs[i] for i in mine]), strict=True):
            batch[i] = text
        return batch


def parts_of(augmenter: Augmenter) -> tuple[Augmenter, ...]:
    """The augmenters that one is made of: none, unless it is one of this module's kinds."""
    if isinstance(augmenter, Chain):
        return augmenter.steps
    if isinstance(augmenter, OneOf):
        return augmenter.options
    return (augmenter.augmenter,) if isinstance(augmenter, Around) else ()


def with_parts(augmenter: Augmenter, parts: Sequence[Augmenter]) -> Augmenter:
    """The augmenter made of other parts, as many as it has; the very same where the parts are."""
    if all(new is old for new, old in zip(parts, parts_of(augmenter), strict=True)):
        return augmenter
    if isinstance(augmenter, Chain):
        return replace(augmenter, steps=tuple(parts))
    if isinstance(augmenter, OneOf):
        return replace(augmenter, options=tuple(parts))
    assert isinstance(augmenter, Around)
    return replace(augmenter, augmenter=parts[0])


def check_augmenters(name: str, given: tuple[Augmenter, ...]) -> None:
    if not isinstance(given, tuple):
        raise TypeError(f"{name} must be a tuple of augmenters, got {type(given).__name__}")
    for augmenter in given:
        if not callable(augmenter) or isinstance(augmenter, type):
            hint = f": write {augmenter.__name__}()" if isinstance(augmenter, type) else ""
            raise TypeError(f"{name} must hold augmenters, got {augmenter!r}{hint}")
