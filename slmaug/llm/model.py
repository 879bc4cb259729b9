"""What a language model is to the rest of slmaug: prompts in, replies out, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

Outcome = Literal["complete", "truncated", "empty", "refused", "filtered", "failed"]
"""How a call ended: a whole text; one cut off at ``max_tokens``; no text; the model declined; a content filter of the
provider stepped in; or no answer came at all, however often it was asked for."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

Progress = Callable[[int], object]
"""Called with the number of replies that are new since its last call."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call: what the model is told, how long its reply may be, and which sample of the same prompt this is."""

    system: str
    user: str
    max_tokens: int = 1024
    """Limit of the reply, in the model's tokens."""
    sample: int = 0
    """Calls that differ in this number alone are different calls: a sampling model answers each in its own words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. ``text`` is whole only where ``outcome`` is ``"complete"``; ``detail`` says more, for a person.

    ``prompt_tokens`` and ``completion_tokens`` are the provider's own counts, 0 where it gave none.
    """

    text: str
    outcome: Outcome = "complete"
    detail: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Model(Protocol):
    """A language model: one reply for each prompt, in the order of the prompts.

    A call that fails for good is a reply with the outcome ``"failed"``; what no further call could mend (a key that is
    refused, a model that does not exist, a budget that is spent) raises :class:`slmaug.errors.SlmaugError`.
    """

    @property
    def name(self) -> str:
        """The model's name as its provider knows it."""
        ...

    def complete(self, prompts: Sequence[Prompt], progress: Progress | None = None) -> list[Reply]: ...


def check_model(model: object) -> None:
    """Raise :class:`TypeError` for what is no model, such as the name of one."""
    if isinstance(model, type) or not callable(getattr(model, "complete", None)):
        raise TypeError(f"model must be a language model such as Chat('gpt-4o-mini'), got {model!r}")
