"""The value everything in training passes around: one question with the completion the model shall learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slmaug.cot.answer_lock import answer_of

Message = Mapping[str, str]
"""One turn of a chat: ``{"role": "user", "content": "How do I ...?"}``."""


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a training file, whatever its format was.

    ``completion`` is what the model is trained to say, the analysis included; ``system`` is the system prompt or None.
    ``seed_id`` is None where the file says nothing of seeds. ``place`` is what an error message names:
    ``out.jsonl:14``.
    """

    question: str
    completion: str
    system: str | None = None
    seed_id: int | None = None
    place: str = ""

    @property
    def prompt(self) -> list[dict[str, str]]:
        """The turns in front of the completion, as a chat template takes them."""
        return turns(self.question, self.system)

    @property
    def answer(self) -> str:
        """The seed's own answer, without the analysis in front of it."""
        return answer_of(self.completion)


def turns(question: str, system: str | None = None) -> list[dict[str, str]]:
    """A question as the turns of a chat."""
    before = [] if system is None else [{"role": "system", "content": system}]
    return [*before, {"role": "user", "content": question}]
