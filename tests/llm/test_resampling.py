"""Ask, check, ask again: in rounds, with sample numbers that never meet, and nothing dropped in silence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from chat_server import Body, ChatServer, Fault
from chat_server import Request as Received
from hypothesis import given
from hypothesis import strategies as st
from scripted_model import Scripted

from slmaug.llm.chat import Chat
from slmaug.llm.model import OUTCOMES, Prompt, Reply
from slmaug.llm.resampling import MOST_TOKENS, ROUND, Request, Result, Try, Unusable, asked, kind_of


def short_word(text: str) -> str:
    if len(text) > 3:
        raise Unusable(f"too long: {len(text)} letters")
    return text.upper()


def requests(*users: str) -> list[Request[str]]:
    return [Request(Prompt("", user, max_tokens=100), short_word) for user in users]


def test_what_is_turned_down_is_asked_for_again_and_only_that() -> None:
    """The second round holds the open request alone; the result keeps every rejected try in order."""
    model = Scripted(lambda p: Reply("abc" if p.user == "easy" or p.sample >= 2 * ROUND else "abcde"))
    results = asked(model, requests("easy", "hard"))
    assert results == [
        Result("ABC", ()),
        Result("ABC", (Try("too long: 5 letters", "abcde"), Try("too long: 5 letters", "abcde"))),
    ]
    assert [[p.user.split()[0] for p in round_] for round_ in model.rounds] == [["easy", "hard"], ["hard"], ["hard"]]


def test_the_model_is_told_what_was_wrong() -> None:
    """The reason of the gate stands in the next call, and of the last try only; other outcomes need no words."""

    def answer(prompt: Prompt) -> Reply:
        return (Reply("abcde"), Reply("a" * 9), Reply("", "refused"), Reply("abc"))[prompt.sample // ROUND]

    model = Scripted(answer)
    asked(model, requests("x"))
    told = "x\n\nAn earlier reply was turned down (too long: {} letters). Do not repeat that fault."
    assert [p.user for [p] in model.rounds] == ["x", told.format(5), told.format(9), "x"]


def test_when_no_try_is_good_the_value_is_none() -> None:
    """After the last attempt the result says so, with all the tries."""
    model = Scripted(lambda p: Reply("abcde"))
    (result,) = asked(model, requests("x"), attempts=2)
    assert result.value is None
    assert len(result.rejected) == 2 == len(model.rounds)


@pytest.mark.parametrize("outcome", [outcome for outcome in OUTCOMES if outcome != "complete"])
def test_every_other_outcome_is_a_reject_with_that_reason(outcome: str) -> None:
    """The gate never sees such a reply; its text and the provider's detail are kept."""

    def gate(text: str) -> str:
        raise AssertionError("the gate was called")

    model = Scripted(lambda p: Reply("half", outcome=outcome, detail="so it was"))  # type: ignore[arg-type]
    (result,) = asked(model, [Request(Prompt("", "x"), gate)], attempts=3)
    assert result.value is None
    assert {kind_of(each.reason) for each in result.rejected} == {outcome}
    assert [each.text for each in result.rejected] == ["half"] * 3


def test_a_blank_text_is_empty_whatever_the_outcome_says() -> None:
    """White space alone reaches no gate."""
    (result,) = asked(Scripted(lambda p: Reply(" \n")), requests("x"), attempts=1)
    assert result == Result(None, (Try("empty", " \n"),))


def test_after_a_truncated_reply_the_limit_is_doubled_up_to_a_cap() -> None:
    """Only truncation raises it, and never past what small models accept; a limit above the cap stays as it is."""
    assert MOST_TOKENS == 4096
    model = Scripted(lambda p: Reply("ab", "truncated" if p.sample < 9 * ROUND else "complete"))
    (result,) = asked(model, requests("x"), attempts=10)
    limits = [p.max_tokens for [p] in model.rounds]
    assert limits == [100, 200, 400, 800, 1600, 3200, *[MOST_TOKENS] * 4]
    assert result.value == "AB"
    assert result.rejected[1].reason == "truncated: cut off at 200 tokens"
    large = Scripted(lambda p: Reply("ab", "truncated"))
    asked(large, [Request(Prompt("", "x", max_tokens=20_000), short_word)], attempts=2)
    assert [p.max_tokens for [p] in large.rounds] == [20_000, 20_000]


@given(st.sets(st.tuples(st.sampled_from("ab"), st.integers(0, ROUND - 1)), min_size=1, max_size=6))
def test_no_two_calls_are_ever_the_same_call(base: set[tuple[str, int]]) -> None:
    """Different prompts stay different over all rounds."""
    model = Scripted(lambda p: Reply("abcde"))
    asked(model, [Request(Prompt("", user, sample=sample), short_word) for user, sample in base], attempts=5)
    sent = [prompt for round_ in model.rounds for prompt in round_]
    assert len(set(sent)) == len(sent) == 5 * len(base)


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 4))
def test_equal_replies_give_equal_results(numbers: list[int], attempts: int) -> None:
    """A model that answers by the prompt's hash gives the same results each time, one for each request."""

    def answer(prompt: Prompt) -> Reply:
        digest = hashlib.sha256(repr(prompt).encode()).digest()
        return Reply("x" * (digest[0] % 6), OUTCOMES[digest[1] % 8 if digest[1] % 8 < len(OUTCOMES) else 0])

    prompts = [Prompt("", str(number), sample=at) for at, number in enumerate(numbers)]
    first, second = (asked(Scripted(answer), [Request(p, short_word) for p in prompts], attempts) for _ in range(2))
    assert first == second
    assert len(first) == len(prompts)
    assert all((result.value is None) == (len(result.rejected) == attempts) for result in first)


def test_gates_are_called_in_the_order_of_the_requests() -> None:
    """So a gate may turn down what another accepted before it."""
    taken: set[str] = set()

    def new(text: str) -> str:
        if text in taken:
            raise Unusable("the same again")
        taken.add(text)
        return text

    model = Scripted(lambda p: Reply(f"r{p.sample // ROUND}"))
    results = asked(model, [Request(Prompt("", str(i)), new) for i in range(3)], attempts=3)
    assert [result.value for result in results] == ["r0", "r1", "r2"]


def test_no_requests_no_call() -> None:
    """Nothing is sent where nothing is asked."""
    model = Scripted(lambda p: Reply("a"))
    assert asked(model, []) == []
    assert model.rounds == []


def test_wrong_settings_are_refused() -> None:
    """Both messages name the value."""
    with pytest.raises(ValueError, match="attempts must be at least 1, got 0"):
        asked(Scripted(lambda p: Reply("a")), [], attempts=0)
    with pytest.raises(ValueError, match=r"sample must lie in \[0, 1,000,000\), got -1"):
        Request(Prompt("", "x", sample=-1), short_word)


def test_a_real_server_that_fails_in_every_way_is_asked_until_all_are_good(
    chat_server: Callable[..., ChatServer],
) -> None:
    """Dropped, refused, truncated, empty and bad replies: every request ends with its value, none is asked in vain."""
    pytest.importorskip("openai")
    pytest.importorskip("tenacity")

    def script(received: Received) -> str | Body | Fault:
        name = received.user.split()[0]
        first = not any(earlier.user.split()[0] == name for earlier in server.requests[: received.number])
        faults: dict[str, str | Body | Fault] = {
            "dropped": Fault("dropped"),
            "refused": Body(None, refusal="I cannot."),
            "truncated": Body("a", finish_reason="length"),
            "filtered": Body("", finish_reason="content_filter"),
            "empty": "",
            "bad": "abcde",
        }
        return faults.get(name, "abc") if first else "abc"

    server = chat_server(script)
    users = ("good", "dropped", "refused", "truncated", "filtered", "empty", "bad")
    results = asked(Chat("m", base_url=server.url), requests(*users))
    assert [result.value for result in results] == ["ABC"] * len(users)
    reasons = [kind_of(each.reason) for result in results for each in result.rejected]
    assert sorted(reasons) == ["empty", "filtered", "refused", "too long", "truncated"]
    assert len(server.requests) == 2 * len(users) - 1
