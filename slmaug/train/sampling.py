"""Answers drawn at random, for the study of what greedy decoding changes; each prompt has its own generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slmaug.rng import stream_key

if TYPE_CHECKING:
    import torch

_LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn: softmax of the logits over ``temperature``, the likeliest up to ``top_p`` of the mass.

    What is drawn for a prompt depends on ``random_seed`` and on its place among the prompts, not on its batch.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    random_seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.temperature < float("inf"):
            raise ValueError(f"temperature must lie above 0, got {self.temperature}; without sampling it is greedy")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must lie in (0, 1], got {self.top_p}")

    def repeat(self, number: int) -> Sampling:
        """The sampling of repeat ``number``: other draws, the same each time."""
        return self if number == 0 else replace(self, random_seed=stream_key("repeat", self.random_seed, number))


class Draw:
    """A logits processor whose highest score is a draw from the softmax (the Gumbel-max trick).

    So generation stays the arg max over scores, and no global generator has a part in it. ``places`` are the places
    of the batch's rows among all prompts.
    """

    def __init__(self, sampling: Sampling, places: Sequence[int]) -> None:
        import torch
        from transformers import TopPLogitsWarper

        self._temperature = sampling.temperature
        self._cut: Any = None if sampling.top_p == 1 else TopPLogitsWarper(sampling.top_p)
        self._generators = [
            torch.Generator().manual_seed(stream_key("draw", sampling.random_seed, place) & _LARGEST_KEY)
            for place in places
        ]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape (rows, vocabulary) with the noise added."""
        import torch

        scores = scores / self._temperature
        if self._cut is not None:
            scores = self._cut(input_ids, scores)
        waits = [torch.empty(scores.shape[-1]).exponential_(generator=each) for each in self._generators]
        noise = -torch.stack(waits).clamp_min(torch.finfo(torch.float32).tiny).log()
        return scores + noise.to(scores.device)
