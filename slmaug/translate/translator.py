"""What a translator is: a batch of sentences in, a few translations of each out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Decoding:
    """How a model chooses its words, and how many translations of a sentence are wanted.

    The default is greedy: the likeliest word each time, one translation.

    >>> Decoding(candidates=4, top_k=10).samples
    True
    """

    candidates: int = 1
    """Translations of each sentence, at most; equal ones count once."""
    beams: int = 1
    """Width of the beam search; 1 is greedy. At least ``candidates``, unless words are sampled."""
    top_k: int = 0
    """Draw each word among this many of the likeliest (Fan, Lewis and Dauphin, 2018); 0 draws none."""
    temperature: float = 1.0
    """Above 1 the draw is flatter, below 1 steeper; without effect where none is drawn."""
    random_seed: int = 0
    """The only source of randomness where words are drawn; without effect where none are."""

    def __post_init__(self) -> None:
        for name in ("candidates", "beams"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number from 1, got {value!r}")
        if isinstance(self.top_k, bool) or not isinstance(self.top_k, int) or self.top_k < 0:
            raise ValueError(f"top_k must be a whole number from 0, got {self.top_k!r}")
        if not isinstance(self.temperature, (int, float)) or not 0 < self.temperature < float("inf"):
            raise ValueError(f"temperature must be a number above 0, got {self.temperature!r}")
        if self.samples and self.beams > 1:
            raise ValueError(f"beams and sampling exclude each other, got beams={self.beams}, top_k={self.top_k}")
        if not self.samples and self.candidates > self.beams:
            raise ValueError(
                f"{self.candidates} candidates need as many beams or sampling, got beams={self.beams}, top_k=0"
            )

    @property
    def samples(self) -> bool:
        """Whether words are drawn at random."""
        return self.top_k > 0


GREEDY = Decoding()


@runtime_checkable
class Translator(Protocol):
    """Anything that translates. Equal calls give equal results; languages are ISO 639-1 codes such as "en" and "zh".

    A translator is a frozen dataclass of settings whose repr can be typed back in. Models are loaded when they are
    first needed and kept; they are no part of what is compared, printed or pickled.
    """

    @property
    def alone(self) -> bool:
        """Whether a sentence's sampled translations depend on that sentence only, whatever else is in the call.

        Translations that are not sampled always do.
        """

    def check(self, source: str, target: str) -> None:
        """Nothing where this pair can be translated now; else :class:`SlmaugError`, one line that says what to do.

        Quick: what is missing turns out before anything is loaded or downloaded.
        """

    def identity(self, source: str, target: str) -> str:
        """What translations of this pair depend on besides sentence and decoding: engine, model and its version.

        Translations are cached under it.
        """

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        """For each text, in order, 1 to ``decoding.candidates`` different translations, the likeliest first.

        A text that cannot be translated (it is too long for the model, say) has none. A translator that has one way
        only, such as a rule-based one, gives one. Raises :class:`SlmaugError` as :meth:`check` does.
        """
