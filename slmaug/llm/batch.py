"""OpenAI's Batch API as a model: half the price, and replies within a day in place of seconds.

The journal holds what was asked for and paid for here as well. A batch's id goes into it as soon as there is one, and
that its replies are there once they are, so a run that was stopped in between finds its batch again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from slmaug.errors import SlmaugError
from slmaug.llm.background import Shared, ticker
from slmaug.llm.batch_run import BatchSession, Run, UnderWay
from slmaug.llm.chat import Chat
from slmaug.llm.journal import Journal, call_key
from slmaug.llm.model import Progress, Prompt, Reply
from slmaug.llm.prices import Price
from slmaug.llm.spending import Estimate, Spending, Tally, Usage
from slmaug.terminal import progress_bar

PRICE_FACTOR = 0.5
"""What a call in a batch costs, in parts of what it costs at once."""


@dataclass(frozen=True)
class Batch:
    """A :class:`Chat` that sends its calls as batches; implements :class:`slmaug.llm.model.Model`.

    Settings, key, prices and journal are those of ``chat``; its budget holds for what is done here apart from what it
    does itself. Several threads may share one: none sends what another has sent.

    >>> Batch(Chat("gpt-4o-mini", budget=2.50))
    Batch(chat=Chat(model='gpt-4o-mini', budget=2.5), poll=20.0)
    """

    chat: Chat
    poll: float = 20.0
    """Seconds between two looks at a batch."""
    _ledger: _Ledger = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.poll, (int, float)) and 0 < self.poll < math.inf):
            raise SlmaugError(f"poll is {self.poll!r}; expected seconds above 0, such as 20")
        object.__setattr__(self, "_ledger", _Ledger(self.chat, self.poll))

    def __reduce__(self) -> tuple[Any, ...]:
        return Batch, (self.chat, self.poll)  # the copy's ledger starts anew

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
        run = Run(dict(zip(keys, prompts, strict=True)))
        if not keys:
            return []
        try:
            with progress_bar(len(keys), quiet=not self.chat.bar or progress is not None, unit="replies") as bar:
                tick = ticker(keys, run.arrived, progress or bar, run.ahead)
                self._ledger.sessions.run(lambda session: session.complete(run), tick)
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
        return self._ledger.usage()


class _Ledger:
    """What a Batch has done and is doing: the part of it that changes."""

    def __init__(self, chat: Chat, poll: float) -> None:
        self._chat, self._poll = chat, poll
        self._tally = Tally()
        half = chat.price and Price(chat.price.input * PRICE_FACTOR, chat.price.output * PRICE_FACTOR)
        self._spending = Spending(half, chat.budget)
        self._under_way: dict[str, UnderWay] = {}
        self.sessions = Shared(self._new_session)

    def _new_session(self) -> BatchSession:
        journal = Journal.open(self._chat.journal_path)
        self._tally.damaged = journal.damaged
        return BatchSession(self._chat, self._poll, journal, self._tally, self._spending, self._under_way)

    def usage(self) -> Usage:
        return self._tally.usage(self._spending.dollars)
