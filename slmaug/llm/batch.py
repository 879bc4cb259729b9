"""OpenAI's Batch API as a model: half the price, and replies within a day in place of seconds.

The journal holds what was asked for and paid for here as well. A batch's id goes into it as soon as there is one, and
that its replies are there once they are, so a run that was stopped in between finds its batch again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slmaug.errors import SlmaugError
from slmaug.llm import background
from slmaug.llm.batch_run import Run
from slmaug.llm.calls import Tally
from slmaug.llm.chat import Chat
from slmaug.llm.journal import Journal, call_key
from slmaug.llm.model import OUTCOMES, Progress, Prompt, Reply
from slmaug.llm.prices import Price
from slmaug.llm.spending import Estimate, Spending, Usage
from slmaug.terminal import progress_bar

PRICE_FACTOR = 0.5
"""What a call in a batch costs, in parts of what it costs at once."""


@dataclass(frozen=True)
class Batch:
    """A :class:`Chat` that sends its calls as batches; implements :class:`slmaug.llm.model.Model`.

    Settings, key, prices and journal are those of ``chat``; its budget holds for what is done here apart from what it
    does itself.

    >>> Batch(Chat("gpt-4o-mini", budget=2.50))
    Batch(chat=Chat(model='gpt-4o-mini', budget=2.5), poll=20.0)
    """

    chat: Chat
    poll: float = 20.0
    """Seconds between two looks at a batch."""
    _tally: Tally = field(default_factory=Tally, init=False, repr=False, compare=False)
    _spending: Spending = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.poll, (int, float)) and 0 < self.poll < math.inf):
            raise SlmaugError(f"poll is {self.poll!r}; expected seconds above 0, such as 20")
        price = self.chat.price
        half = price and Price(price.input * PRICE_FACTOR, price.output * PRICE_FACTOR)
        object.__setattr__(self, "_spending", Spending(half, self.chat.budget))

    def __reduce__(self) -> tuple[Any, ...]:
        return Batch, (self.chat, self.poll)  # the copy's count starts anew

    @property
    def name(self) -> str:
        return self.chat.name

    def complete(self, prompts: Sequence[Prompt], progress: Progress | None = None) -> list[Reply]:
        """One reply for each prompt, in order, once every batch that holds one of them has ended.

        What a batch did not answer (it expired, the server failed at a line) has the outcome ``"failed"`` and is asked
        for again by the next run. ``progress`` is called in the calling thread, from the provider's own counts.

        Raises :class:`SlmaugError` where going on makes no sense, and before anything is sent where the calls may cost
        more than the budget has left. A KeyboardInterrupt leaves the batch under way, and its message says so.
        """
        keys = [call_key(self.chat.model, self.chat.parameters, prompt) for prompt in prompts]
        wanted = dict(zip(keys, prompts, strict=True))
        if not wanted:
            return []
        with Journal.open(self.chat.journal_path) as journal:
            self._tally.damaged = journal.damaged
            run = Run(self.chat, self.poll, journal, wanted, self._tally, self._spending)
            try:
                quiet = not self.chat.bar or progress is not None
                with progress_bar(len(keys), quiet, unit="replies") as bar:
                    background.run(run.complete, _ticker(keys, run, progress or bar))
            except KeyboardInterrupt:
                raise KeyboardInterrupt(run.goes_on()) from None
        return [run.arrived[key] for key in keys]

    def estimate(self, prompts: Sequence[Prompt]) -> Estimate:
        """What these prompts would take, at half the price; what is in a batch under way counts as still to be paid."""
        whole = self.chat.estimate(prompts)
        return replace(whole, dollars=None if whole.dollars is None else whole.dollars * PRICE_FACTOR)

    @property
    def usage(self) -> Usage:
        """A snapshot of what was done so far: ``requests`` are calls put into batches, ``retries`` the requests about
        files and batches that had to be sent again."""
        tally = self._tally
        outcomes = {outcome: tally.outcomes[outcome] for outcome in OUTCOMES if tally.outcomes[outcome]}
        return Usage(
            calls=tally.calls,
            from_journal=tally.from_journal,
            requests=tally.requests,
            retries=dict(tally.retries),
            outcomes=outcomes,
            prompt_tokens=tally.prompt_tokens,
            completion_tokens=tally.completion_tokens,
            dollars=self._spending.dollars,
            uncertain=tally.uncertain,
            damaged=tally.damaged,
        )


def _ticker(keys: Sequence[str], run: Run, progress: Progress | None) -> Callable[[], None] | None:
    """What tells ``progress`` how far the batches are; a prompt that stands twice counts twice."""
    if progress is None:
        return None
    times = Counter(keys)
    told = 0

    def tick() -> None:
        nonlocal told
        now = min(len(keys), sum(times[key] for key in tuple(run.arrived)) + run.ahead)
        if now > told:
            told, new = now, now - told
            progress(new)

    return tick
