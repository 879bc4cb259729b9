"""Ask, check, ask again: what a model writes is taken only where a gate has read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from slmaug.llm.model import Model, Prompt, Reply, check_model

T = TypeVar("T")

ROUND = 1_000_000
"""How far apart the sample numbers of two rounds lie, so that no two calls are the same call."""
MOST_TOKENS = 4096
"""No reply may be longer, in tokens: what the models with the smallest limit (gpt-3.5, gpt-4o of May 2024) accept, and
what a local server leaves room for. One call that asks for more than its model has is refused, and with it the run. The
limit of a reply is doubled after a truncated one, up to this."""


class Unusable(Exception):
    """A reply that cannot be used. ``reason`` is for a person: the kind of fault, and after a colon the particulars."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Request(Generic[T]):
    """A prompt, and the gate that reads the reply: it returns what it read, or raises :class:`Unusable`."""

    prompt: Prompt
    gate: Callable[[str], T]

    def __post_init__(self) -> None:
        if not 0 <= self.prompt.sample < ROUND:
            raise ValueError(f"sample must lie in [0, {ROUND:,}), got {self.prompt.sample}")


@dataclass(frozen=True)
class Try:
    """A reply that was turned down: why, and what it said."""

    reason: str
    text: str


@dataclass(frozen=True)
class Result(Generic[T]):
    """What came of a request: the value its gate accepted, None where no try was good; and the tries before."""

    value: T | None
    rejected: tuple[Try, ...]


def kind_of(reason: str) -> str:
    """The kind of fault that a reason names, without the particulars.

    >>> kind_of("a name that stands nowhere: `load_all`")
    'a name that stands nowhere'
    """
    return reason.split(": ", 1)[0]


def asked(model: Model, requests: Sequence[Request[T]], attempts: int = 4) -> list[Result[T]]:
    """The requests' results, in their order; each is asked for up to ``attempts`` times.

    A round sends all requests that are still open in one ``model.complete``, so a batch service is asked once a round.
    After it the gates are called one by one in the order of the requests, each for a whole reply only. So a gate may
    compare with what others accepted before it, and the results depend on the replies and not on their arrival. What a
    gate turned down is asked for again with its reason added, which helps even a model that answers without chance.
    """
    check_model(model)
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, got {attempts}")
    values: dict[int, T] = {}
    rejected: list[list[Try]] = [[] for _ in requests]
    limits = [request.prompt.max_tokens for request in requests]
    faults = ["" for _ in requests]
    still_open = list(range(len(requests)))
    for turn in range(attempts):
        if not still_open:
            break
        prompts = [_prompt(requests[i].prompt, turn, limits[i], faults[i]) for i in still_open]
        replies = model.complete(prompts)
        if len(replies) != len(prompts):
            raise ValueError(f"{model!r} gave {len(replies)} replies for {len(prompts)} prompts")
        for i, reply in zip(still_open, replies, strict=True):
            try:
                values[i] = requests[i].gate(_whole(reply, limits[i]))
            except Unusable as fault:
                rejected[i].append(Try(fault.reason, reply.text))
                faults[i] = fault.reason if reply.outcome == "complete" and reply.text.strip() else ""
            if reply.outcome == "truncated":
                limits[i] = max(limits[i], min(2 * limits[i], MOST_TOKENS))
        still_open = [i for i in still_open if i not in values]
    return [Result(values.get(i), tuple(rejected[i])) for i in range(len(requests))]


def _prompt(prompt: Prompt, turn: int, max_tokens: int, fault: str) -> Prompt:
    user = (
        f"{prompt.user}\n\nAn earlier reply was turned down ({fault}). Do not repeat that fault."
        if fault
        else prompt.user
    )
    return replace(prompt, user=user, sample=prompt.sample + turn * ROUND, max_tokens=max_tokens)


def _whole(reply: Reply, max_tokens: int) -> str:
    """The reply's text, if it is all there."""
    if reply.outcome == "truncated":
        raise Unusable(f"truncated: cut off at {max_tokens:,} tokens")
    if reply.outcome != "complete":
        raise Unusable(f"{reply.outcome}: {reply.detail}" if reply.detail else reply.outcome)
    if not reply.text.strip():
        raise Unusable("empty")
    return reply.text
