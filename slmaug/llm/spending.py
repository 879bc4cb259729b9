"""Money: what calls cost, what they may cost at most, and a budget that is never passed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from slmaug.errors import SlmaugError
from slmaug.llm.model import OUTCOMES, Outcome, Prompt, Reply
from slmaug.llm.prices import Price

_PICO = 10**12  # sums of whole picodollars are exact, and a token of the cheapest model is thousands of them
_ENVELOPE_TOKENS = 64
"""What a chat template puts around two messages, with room to spare: OpenAI's takes 11."""


@dataclass(frozen=True)
class Estimate:
    """What calls would take, before any is made. Replies count at the longest they may be, so ``dollars`` is about the
    most; it is None where the price is not known."""

    calls: int
    """Different calls; a prompt that stands twice is asked once."""
    in_journal: int
    """How many of them were answered before, and cost nothing."""
    prompt_tokens: int
    """Of the others: guessed from the length of the text."""
    completion_tokens: int
    """Of the others: the sum of their ``max_tokens``."""
    dollars: float | None


@dataclass(frozen=True)
class Usage:
    """What a :class:`slmaug.llm.chat.Chat` has done so far."""

    calls: int
    """Different calls asked for, those in the journal included."""
    from_journal: int
    requests: int
    """Requests sent, each retry included."""
    retries: Mapping[str, int]
    """Requests sent again, by reason: ``"429"``, ``"500"``, ``"connection"``, ``"timeout"``, ``"unreadable reply"``,
    ``"other parameter"`` and ``"max_tokens"`` where the server takes another name or a smaller number for it."""
    outcomes: Mapping[Outcome, int]
    prompt_tokens: int
    """As the server counted them, over all requests; replies out of the journal count nothing."""
    completion_tokens: int
    dollars: float | None
    """None where the price is not known. Requests of uncertain bill count as the most that they can have cost."""
    uncertain: int
    """Requests that may have been billed though no whole reply with its counts came back."""
    damaged: int
    """Lines of the journal that could not be read; their calls are made again."""


@dataclass
class Tally:
    """What was done so far: the counts behind a :class:`Usage`, which says what each of them is."""

    calls: int = 0
    from_journal: int = 0
    requests: int = 0
    uncertain: int = 0
    retries: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    damaged: int = 0

    def usage(self, dollars: float | None) -> Usage:
        """A snapshot."""
        return Usage(
            calls=self.calls,
            from_journal=self.from_journal,
            requests=self.requests,
            retries=dict(self.retries),
            outcomes={outcome: self.outcomes[outcome] for outcome in OUTCOMES if self.outcomes[outcome]},
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            dollars=dollars,
            uncertain=self.uncertain,
            damaged=self.damaged,
        )


class BudgetSpent(SlmaugError):
    """The next call could pass the budget. What was paid for is in the journal."""


def guessed_prompt_tokens(prompt: Prompt) -> int:
    """About how many tokens a prompt is: four ASCII characters to one, and one for each other character."""
    text = prompt.system + prompt.user
    other = sum(not char.isascii() for char in text) if not text.isascii() else 0
    return math.ceil((len(text) - other) / 4) + other + 11


def most_prompt_tokens(prompt: Prompt) -> int:
    """No prompt has more tokens than this: a token is at least one byte."""
    return len((prompt.system + prompt.user).encode("utf-8", "replace")) + _ENVELOPE_TOKENS


def is_counted(reply: Reply) -> bool:
    """Whether the server told how many tokens it charges for."""
    return reply.prompt_tokens > 0 and (reply.completion_tokens > 0 or not reply.text)


class Spending:
    """The purse of a run. Each request first reserves the most that it can cost, then settles for what it did cost.

    So what is spent and what is reserved never pass the budget together.
    """

    def __init__(self, price: Price | None, budget: float | None = None) -> None:
        self.price = price
        self.budget = budget
        self._limit = None if budget is None else math.floor(budget * _PICO)
        self._spent = 0
        self._reserved = 0

    @property
    def dollars(self) -> float | None:
        """What was spent, requests whose bill is uncertain at the most they can cost; None without a price."""
        return None if self.price is None else self._spent / _PICO

    def cost(self, prompt_tokens: int, completion_tokens: int) -> int:
        """In picodollars, rounded up; 0 without a price."""
        if self.price is None:
            return 0
        return math.ceil((prompt_tokens * self.price.input + completion_tokens * self.price.output) * (_PICO // 10**6))

    @property
    def left(self) -> float | None:
        """Dollars of the budget that are neither spent nor put aside; None without a budget."""
        return None if self._limit is None else max(0, self._limit - self._spent - self._reserved) / _PICO

    def reserve(self, most: int) -> bool:
        """Put ``most`` picodollars aside if there is enough; False where there may be once calls in flight settle.

        Raises :class:`BudgetSpent` where the budget has too little left with nothing in flight.
        """
        if self._limit is not None and self._spent + self._reserved + most > self._limit:
            if not self._reserved:
                raise BudgetSpent(self._message(most))
            return False
        self.commit(most)
        return True

    def commit(self, most: int) -> None:
        """Put ``most`` picodollars aside, whatever is left: for what cannot be called off."""
        self._reserved += most

    def settle(self, most: int, cost: int) -> None:
        """A reservation ends, and ``cost`` picodollars are spent."""
        self._reserved -= most
        self._spent += cost

    def _message(self, most: int) -> str:
        left = (self._limit or 0) - self._spent
        return (
            f"the budget of ${self.budget:g} is used up: ${self._spent / _PICO:.4f} spent, and the next call may cost "
            f"${most / _PICO:.4f} with ${left / _PICO:.4f} left"
        )
