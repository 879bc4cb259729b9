"""The purse: what is spent and what is reserved never pass the budget together."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.llm.model import Prompt
from slmaug.llm.prices import Price
from slmaug.llm.spending import BudgetSpent, Spending, guessed_prompt_tokens, most_prompt_tokens

TOKENS = st.tuples(st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 1))


@given(
    price=st.builds(Price, st.floats(0, 100), st.floats(0, 100)),
    budget=st.floats(0, 1),
    calls=st.lists(TOKENS, max_size=40),
    lanes=st.integers(1, 8),
)
def test_the_budget_is_never_passed(
    price: Price, budget: float, calls: list[tuple[int, int, float]], lanes: int
) -> None:
    """Whatever calls may cost, whatever they do cost, however many are under way; and it is said when no more fits."""
    spending = Spending(price, budget)
    spent: list[float] = []

    async def call(prompt: int, completion: int, share: float, settled: asyncio.Event, lane: asyncio.Semaphore) -> None:
        most = spending.cost(prompt, completion)
        async with lane:
            while not spending.reserve(most):
                settled.clear()
                await settled.wait()
            await asyncio.sleep(0)
            spending.settle(most, int(most * share))
            settled.set()
            spent.append(spending.dollars or 0.0)

    async def run() -> list[object]:
        settled, lane = asyncio.Event(), asyncio.Semaphore(lanes)
        return await asyncio.gather(*(call(*each, settled, lane) for each in calls), return_exceptions=True)

    outcomes = asyncio.run(run())
    assert all(outcome is None or isinstance(outcome, BudgetSpent) for outcome in outcomes)
    assert all(dollars <= budget for dollars in spent)
    if sum(price.dollars(prompt, completion) for prompt, completion, _ in calls) < budget * 0.999:
        assert not any(outcomes)


@given(st.text(), st.text())
def test_the_guess_is_no_more_than_the_most(system: str, user: str) -> None:
    """A token is at least a byte, so bytes bound it, whatever the tokenizer; the guess is for a person."""
    prompt = Prompt(system, user)
    assert 0 < guessed_prompt_tokens(prompt) <= most_prompt_tokens(prompt)
    assert most_prompt_tokens(prompt) >= len((system + user).encode())


def test_without_a_price_nothing_is_counted() -> None:
    """And there is no sum to show."""
    spending = Spending(None)
    assert spending.cost(10, 10) == 0
    assert spending.dollars is None


def test_the_line_says_what_was_spent_and_what_is_left() -> None:
    """In dollars."""
    spending = Spending(Price(1.0, 1.0), 0.0001)
    message = r"the budget of \$0.0001 is used up: \$0.0000 spent, and the next call may cost \$0.0010 with \$0.0001 l"
    with pytest.raises(BudgetSpent, match=message):
        spending.reserve(spending.cost(500, 500))
