"""The protocol of a rewriter: what gives each seed the analyses that its rows carry in front of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from slmaug.record import Seed
from slmaug.rng import Random

Language = Literal["auto", "en", "zh"]
"""The language of an analysis; ``"auto"`` is that of the seed's question, English where it is neither."""


class Analysis(Protocol):
    """What can be said about one seed's answer, in more wordings than one."""

    def write(self, rng: Random) -> str:
        """The numbered steps in one wording, without heading and without the answer: ``1. **Title**: text`` ..."""
        ...


@dataclass(frozen=True)
class Reject:
    """Something a model wrote that could not be used: for which seed, what it was for, why not, and the text itself."""

    seed_id: int
    place: str
    purpose: str
    reason: str
    text: str


@dataclass(frozen=True)
class Analyses:
    """One analysis for each seed, in the seeds' order, and what was turned down on the way."""

    by_seed: tuple[Analysis, ...]
    rejects: tuple[Reject, ...] = ()
    notes: dict[str, object] = field(default_factory=dict)
    """What the manifest and the summary say about how they were made, in JSON's types, without times."""
    settings: str | None = None
    """What the manifest records of the rewriter; None is its repr. A model's place and limits do not belong there."""


class Rewriter(Protocol):
    """Analyses for all seeds at once, so that a model's calls go out together.

    A rewriter is a frozen settings object; its repr is what the manifest records.
    """

    def __call__(self, seeds: Sequence[Seed]) -> Analyses: ...
