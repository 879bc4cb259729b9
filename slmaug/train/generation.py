"""Asking a model: greedy, repeatable, one by one or in batches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said to one prompt.

    ``text`` is all of it, up to the token that ended it; ``stopped`` is False where the limit of new tokens was reached
    before such a token came. ``tokens`` counts what was generated, the end token included.
    """

    text: str
    stopped: bool
    tokens: int
