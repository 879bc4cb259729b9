"""The two values everything else passes around: a seed that came in and a row that goes out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

OnDuplicate = Literal["error", "first"]
"""What to do with one question under two answers: stop, or go on with the first."""


def answer_hash(answer: str) -> str:
    """SHA-256 of the answer's UTF-8 bytes, as lower-case hex."""
    return hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Seed:
    """One question-answer pair as the user wrote it.

    ``id`` is the 0-based position of the pair among the source's data rows, skipped rows
    counted, so it points back into the user's file. ``place`` is what an error message
    names: ``seeds.csv:14`` for a file, ``row 3`` for a list or a DataFrame.
    """

    id: int
    question: str
    answer: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One training row: a question, the seed's answer byte for byte, and where it came from.

    ``form`` names the kind of variant (``"seed"`` for the seed's own question). ``steps``
    holds the repr of every augmenter that changed the question, in order; each can be typed
    back in. ``answer_sha256`` is :func:`answer_hash` of the seed's answer. ``analysis`` is what
    stands in front of the answer, up to the line that opens it; "" where nothing does.
    """

    question: str
    answer: str
    seed_id: int
    form: str
    steps: tuple[str, ...]
    answer_sha256: str
    analysis: str = ""

    @property
    def completion(self) -> str:
        """What the model is trained to say: the analysis and, spliced in behind it, the answer's own bytes."""
        return self.analysis + self.answer
