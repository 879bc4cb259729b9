"""The client against a real server on loopback: every fault in it, and what the run makes of it."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chat_server import Body, ChatServer, Fault, Request

from slmaug.errors import SlmaugError
from slmaug.llm.chat import Chat
from slmaug.llm.journal import Journal
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.patience import Patience
from slmaug.llm.prices import Price
from slmaug.llm.spending import BudgetSpent

pytest.importorskip("openai")
pytest.importorskip("tenacity")

Servers = Callable[..., ChatServer]
SHORT = Patience(first_delay=0.002, longest_delay=0.02, grace=5.0)
FAULTS: tuple[Fault | Body, ...] = (
    Fault(408),
    Fault(409),
    Fault(429),
    Fault(429, headers={"retry-after": "0.01"}),
    Fault(429, headers={"retry-after-ms": "5"}),
    Fault(500),
    Fault(503, headers={"retry-after": "0"}),
    Fault(529),
    Fault("dropped"),
    Fault("half"),
    Body(raw=b'{"choices": [{"mess'),
    Body(raw=b"<html>Bad gateway</html>"),
    Body(raw=b"\xff\xfe"),
    Body(raw=b"[]"),
    Body(raw=b'{"choices": []}'),
    Body(raw=b'{"error": {"message": "overloaded"}}'),
)


@pytest.fixture(params=["aiohttp", "httpx"], autouse=True)
def _transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds over both of openai's ways to the network."""
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
        return
    import openai

    def missing(**_: object) -> None:
        raise RuntimeError("no aiohttp")

    monkeypatch.setattr(openai, "DefaultAioHttpClient", missing)


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """A run leaves no thread behind."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in set(threading.enumerate()) - before if not thread.name.startswith("chat-server")]
    assert not left


def chat(server: ChatServer, tmp_path: Path, **settings: Any) -> Chat:
    defaults: dict[str, Any] = {"base_url": server.url, "journal": tmp_path / "journal.jsonl", "patience": SHORT}
    return Chat("tiny", **defaults | settings)


def prompts(count: int) -> list[Prompt]:
    return [Prompt("Be brief.", f"question {i}") for i in range(count)]


# --- replies -----------------------------------------------------------------------------------------------------


def test_replies_come_in_the_order_of_the_prompts(chat_server: Servers, tmp_path: Path) -> None:
    """However long each took; and the request is what a chat completion's should be."""
    server = chat_server(lambda asked: Body(f"to {asked.user}", delay=0.03 if asked.number % 3 == 0 else 0.0))
    replies = chat(server, tmp_path, temperature=0.5).complete(prompts(30))
    assert replies == [Reply(f"to question {i}", "complete", "", 10, 5) for i in range(30)]
    first = next(asked for asked in server.requests if asked.user == "question 0")  # which may not come in first
    assert first.path == "/v1/chat/completions"
    assert first.body == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "question 0"}],
        "max_tokens": 1024,
        "temperature": 0.5,
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Body("cut", finish_reason="length"), Reply("cut", "truncated", "cut off at max_tokens", 10, 5)),
        (Body("", finish_reason="stop"), Reply("", "empty", "no text; finish_reason 'stop'", 10, 5)),
        (Body(None), Reply("", "empty", "no text; finish_reason 'stop'", 10, 5)),
        (Body(None, refusal="I can't."), Reply("", "refused", "I can't.", 10, 5)),
        (Body("par", finish_reason="content_filter"), Reply("par", "filtered", "the provider's content filter", 10, 5)),
        (Fault(400, "No.", code="content_filter"), Reply("", "filtered", "No.")),
        (Body("<think>\nHm.\n</think>\n\nSo."), Reply("So.", "complete", "", 10, 5)),
        (Body("ok", usage=False), Reply("ok")),
    ],
    ids=str,
)
def test_every_way_a_call_can_end_is_an_outcome_and_is_kept(
    chat_server: Servers, tmp_path: Path, answer: Body | Fault, expected: Reply
) -> None:
    """What was paid for is in the journal, whole or not, and is not asked for again."""
    server = chat_server(lambda _: answer)
    asked = chat(server, tmp_path)
    assert asked.complete(prompts(1)) == [expected]
    assert asked.complete(prompts(1)) == [expected]
    assert server.count == 1
    assert asked.usage.outcomes == {expected.outcome: 2}
    assert (asked.usage.calls, asked.usage.from_journal, asked.usage.requests) == (2, 1, 1)


def test_the_same_prompt_twice_is_one_call(chat_server: Servers, tmp_path: Path) -> None:
    """Another sample of it is another call."""
    server = chat_server(lambda asked: f"reply {asked.number}")
    first = Prompt("", "same")
    replies = chat(server, tmp_path).complete([first, Prompt("", "same", sample=1), first])
    assert replies[0] == replies[2] != replies[1]
    assert server.count == 2


def test_nothing_asked_is_nothing_done(tmp_path: Path) -> None:
    """No server, no key and no journal are needed for no prompts."""
    asked = Chat("gpt-4o-mini", journal=tmp_path / "journal.jsonl")
    assert asked.complete([]) == []
    assert not (tmp_path / "journal.jsonl").exists()


def test_a_lone_surrogate_goes_out_as_a_question_mark(chat_server: Servers, tmp_path: Path) -> None:
    """It has no UTF-8, and a seed may hold one."""
    server = chat_server(lambda asked: asked.user)
    assert chat(server, tmp_path).complete([Prompt("", "a\ud800é")])[0].text == "a?é"


# --- faults ------------------------------------------------------------------------------------------------------


def test_with_a_third_of_the_requests_failing_every_reply_arrives_and_none_is_paid_for_twice(
    chat_server: Servers, tmp_path: Path
) -> None:
    """Every fault that may pass, at random over 300 calls; requests and retries are stated as they were."""

    def script(asked: Request) -> str | Fault | Body:
        draw = random.Random(f"{asked.user}, {asked.attempt}")
        return draw.choice(FAULTS) if draw.random() < 0.3 else f"to {asked.user}"

    server = chat_server(script)
    asked = chat(server, tmp_path, concurrency=32, attempts=12)
    replies = asked.complete(prompts(300))
    assert [reply.text for reply in replies] == [f"to question {i}" for i in range(300)]
    assert set(server.answered.values()) == {1}
    assert len(server.answered) == 300
    assert server.count > 380
    assert asked.usage.requests == server.count == 300 + sum(asked.usage.retries.values())
    assert set(asked.usage.retries) == {"408", "409", "429", "500", "503", "529", "connection", "unreadable reply"}
    again = chat(server, tmp_path)
    assert again.complete(prompts(300)) == replies
    assert again.usage.requests == 0


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_that_stays_is_a_failed_call(chat_server: Servers, tmp_path: Path, fault: Fault | Body) -> None:
    """After so many requests it is given up, said so, not kept, and the other calls are none the worse."""
    server = chat_server(lambda asked: fault if asked.user == "question 1" else "fine")
    asked = chat(server, tmp_path, attempts=3)
    outcomes = [reply.outcome for reply in asked.complete(prompts(3))]
    assert outcomes == ["complete", "failed", "complete"]
    assert Counter(request.user for request in server.requests)["question 1"] == 3
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        assert len(journal) == 2


def test_a_failed_call_says_why(chat_server: Servers, tmp_path: Path) -> None:
    """The last fault and the number of requests."""
    server = chat_server(lambda _: Fault(500))
    assert chat(server, tmp_path, attempts=2).complete(prompts(1)) == [
        Reply("", "failed", "500 Internal Server Error, 2 requests")
    ]


def test_a_reply_that_takes_too_long_is_asked_for_again(chat_server: Servers, tmp_path: Path) -> None:
    """The time limit holds for the whole request."""
    server = chat_server(lambda asked: Body("late", delay=2.0) if asked.attempt == 0 else "in time")
    asked = chat(server, tmp_path, timeout=0.2)
    assert asked.complete(prompts(1))[0].text == "in time"
    assert asked.usage.retries == {"timeout": 1}
    assert asked.usage.uncertain == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(400, "temperature must be 1"), "400 Bad Request: temperature must be 1; check the settings"),
        (Fault(401, "Incorrect API key"), "401 Unauthorized: Incorrect API key; check the key in the environment v"),
        (Fault(403, "No access"), "403 Forbidden: No access; check that the key in the environment variable OPENAI_AP"),
        (Fault(404, "No such model"), "404 Not Found: No such model; check the model name 'tiny' and the base URL"),
        (Fault(422, raw=b'{"detail": "bad\\nfield"}'), "422 Unprocessable Entity: bad field; check the settings"),
        (Fault(429, "Quota", code="insufficient_quota"), "429 Too Many Requests: Quota; add credit to the account"),
        (Fault(429, headers={"retry-after": "7200"}), "asks to wait 7200 s; what has come is kept in"),
    ],
    ids=str,
)
def test_what_no_retry_mends_ends_the_run_with_one_line(
    chat_server: Servers, tmp_path: Path, fault: Fault, words: str
) -> None:
    """It is asked once; what was in flight is waited for and kept; what had not begun is not begun."""

    def script(asked: Request) -> Body | Fault:
        return fault if asked.user == "question 1" else Body("kept", delay=0.1)

    server = chat_server(script)
    with pytest.raises(SlmaugError) as caught:
        chat(server, tmp_path, concurrency=3).complete(prompts(50))
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert server.url in str(caught.value)
    assert 3 <= server.count <= 4
    assert server.answered["question 0"] == server.answered["question 2"] == 1
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        assert len(journal) == sum(server.answered.values())


def test_a_prompt_too_long_for_the_model_fails_alone(chat_server: Servers, tmp_path: Path) -> None:
    """It is no reason to stop the others, and not asked again."""
    message = "This model's maximum context length is 4096 tokens."
    server = chat_server(
        lambda asked: Fault(400, message, "context_length_exceeded") if asked.user == "question 0" else "fine"
    )
    failed, fine = chat(server, tmp_path).complete(prompts(2))
    assert failed == Reply("", "failed", f"the prompt is too long for the model: {message}")
    assert (fine.text, server.count) == ("fine", 2)


def test_the_other_name_of_max_tokens_is_found_out(chat_server: Servers, tmp_path: Path) -> None:
    """A server that wants max_completion_tokens gets it, from then on at once."""

    def script(asked: Request) -> str | Fault:
        if "max_tokens" not in asked.body:
            return "fine"
        return Fault(400, "Unsupported parameter: 'max_tokens'.", code="unsupported_parameter", param="max_tokens")

    server = chat_server(script)
    asked = chat(server, tmp_path, concurrency=1)
    assert {reply.text for reply in asked.complete(prompts(5))} == {"fine"}
    assert server.count == 6
    assert asked.usage.retries == {"other parameter": 1}


def test_a_server_that_takes_neither_name_ends_the_run(chat_server: Servers, tmp_path: Path) -> None:
    """Two requests tell, and the line says so."""
    server = chat_server(lambda asked: Fault(400, f"{sorted(asked.body)[0]}: Extra inputs are not permitted"))
    with pytest.raises(SlmaugError, match="takes neither max_tokens nor max_completion_tokens"):
        chat(server, tmp_path).complete(prompts(1))
    assert server.count == 2


def test_a_server_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    """One line after a few tries, not eight for each call."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        asked = Chat("tiny", base_url=url, journal=tmp_path / "journal.jsonl", patience=SHORT)
        with pytest.raises(
            SlmaugError, match=rf"^nothing answers at {url} \(no connection.*\); is the server running\?$"
        ):
            asked.complete(prompts(100))
    assert asked.usage.requests <= 3 * asked.concurrency


def test_a_pause_that_the_server_asks_for_holds_for_all(chat_server: Servers, tmp_path: Path) -> None:
    """After a 429 with Retry-After no call at all goes out before its time."""
    times: list[tuple[float, bool]] = []

    def script(asked: Request) -> str | Fault:
        fails = asked.user == "question 3" and asked.attempt == 0
        times.append((time.monotonic(), fails))
        return Fault(429, headers={"retry-after": "0.5"}) if fails else "fine"

    server = chat_server(script)
    chat(server, tmp_path, concurrency=1).complete(prompts(8))
    refused = next(at for at, fails in times if fails)
    after = [at - refused for at, _ in times if at > refused]
    assert len(after) == 5
    assert min(after) >= 0.5


def test_a_limit_that_is_too_large_is_asked_for_again_with_the_servers(chat_server: Servers, tmp_path: Path) -> None:
    """Once; where the server turns its own number down, that call has failed, and the others are none the worse."""

    def script(asked: Request) -> str | Fault:
        most = {"question 0": 400, "question 1": 300}.get(asked.user, 9999)
        said = "max_tokens is too large: {}. This model supports at most {} completion tokens."
        asked_for = int(asked.body["max_tokens"])
        return Fault(400, said.format(asked_for, 400), param="max_tokens") if asked_for > most else "fine"

    server = chat_server(script)
    asked = chat(server, tmp_path)
    fine, failed, other = asked.complete(prompts(3))
    assert (fine.text, other.text) == ("fine", "fine")
    assert failed.outcome == "failed"
    assert failed.detail.startswith("a reply of 1024 tokens is too long: max_tokens is too large: 400.")
    assert asked.usage.retries == {"max_tokens": 2}
    assert [request.body["max_tokens"] for request in server.requests if request.user == "question 1"] == [1024, 400]


def test_an_error_within_a_call_ends_the_run_and_not_the_program(chat_server: Servers, tmp_path: Path) -> None:
    """More calls than lanes, and each fails before it is sent."""
    server = chat_server(lambda _: "fine")
    asked = chat(server, tmp_path, concurrency=2)
    broken = [Prompt("", f"question {i}", max_tokens=None) for i in range(9)]  # type: ignore[arg-type]
    raised: list[BaseException] = []
    thread = threading.Thread(target=lambda: raised.append(_raised(lambda: asked.complete(broken))), daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert isinstance(raised[0], TypeError)
    assert server.count == 0


def _raised(what: Callable[[], object]) -> BaseException:
    try:
        what()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_the_end_of_a_run_waits_for_no_call_that_only_waits(chat_server: Servers, tmp_path: Path) -> None:
    """One rests as the server asked it to, one waits for its turn: both give up, in other threads as well."""
    rests = threading.Event()

    def script(asked: Request) -> Body | Fault:
        if asked.user == "question 0":
            return Fault(401, "no", delay=0.3)
        rests.set()
        return Fault(500, headers={"retry-after": "100"})

    server = chat_server(script)
    patience = Patience(first_delay=0.002, longest_delay=0.02, grace=100.0)
    asked = chat(server, tmp_path, patience=patience, requests_per_minute=600)
    raised: list[BaseException] = []
    wanted = [prompts(2), [Prompt("", f"other {i}") for i in range(3)]]
    threads = [
        threading.Thread(target=lambda each=each: raised.append(_raised(lambda: asked.complete(each))), daemon=True)
        for each in wanted
    ]
    threads[1].start()
    rests.wait(20)
    threads[0].start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert ["401 Unauthorized" in str(error) for error in raised] == [True, True]
    assert asked.usage.retries == {}  # none of those that were to be asked again was


# --- limits ------------------------------------------------------------------------------------------------------


def test_no_more_calls_at_once_than_asked_for(chat_server: Servers, tmp_path: Path) -> None:
    """Also where two threads use one Chat, and where calls are asked again."""
    server = chat_server(lambda asked: Fault(500) if asked.attempt == 0 else "fine", delay=0.01)
    asked = chat(server, tmp_path, concurrency=4)
    halves = [prompts(60)[:30], prompts(60)[30:]]
    threads = [threading.Thread(target=asked.complete, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.most_at_once == 4
    assert asked.usage.outcomes == {"complete": 60}


def test_two_threads_with_the_same_prompts_pay_once(chat_server: Servers, tmp_path: Path) -> None:
    """Who comes second waits for the first one's reply."""
    server = chat_server(lambda asked: f"to {asked.user}", delay=0.05)
    asked = chat(server, tmp_path)
    found: list[list[Reply]] = []
    threads = [threading.Thread(target=lambda: found.append(asked.complete(prompts(40)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert server.count == 40


def test_threads_that_wait_for_a_call_that_fails_ask_again_once(chat_server: Servers, tmp_path: Path) -> None:
    """One of them asks, and the others wait for that."""
    server = chat_server(lambda asked: Fault(500, delay=0.3) if asked.number == 0 else Body("paid", delay=0.1))
    asked = chat(server, tmp_path, attempts=1)
    found: list[Reply] = []
    threads = [threading.Thread(target=lambda: found.extend(asked.complete(prompts(1)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.count == 2
    assert Counter(reply.outcome for reply in found) == {"complete": 3, "failed": 1}


@pytest.mark.parametrize("faulty", [False, True])
@pytest.mark.parametrize("calls", [3.2, 10.9])
def test_what_is_spent_never_passes_the_budget(
    chat_server: Servers, tmp_path: Path, calls: float, faulty: bool
) -> None:
    """Each reply is as long and as dear as it may be; what the server could have billed stays below the budget, what
    came is kept, and the line says how to go on. A further run pays for the rest only."""
    price = Price(1000.0, 1000.0)
    size = len("Be brief.question 00") + 64

    def script(asked: Request) -> Body | Fault:
        fails = faulty and random.Random(f"{asked.user}, {asked.attempt}").random() < 0.3
        return Fault("half") if fails else Body("x", prompt_tokens=size, completion_tokens=100)

    server = chat_server(script)
    most = price.dollars(size, 100)
    wanted = [Prompt("Be brief.", f"question {i:02}", 100) for i in range(20)]
    first = chat(server, tmp_path, prices={"tiny": price}, budget=most * calls, attempts=30)
    with pytest.raises(BudgetSpent, match=r"call.* kept in .*: run again, with a budget for the rest \(--budget\)"):
        first.complete(wanted)
    assert server.count == int(calls)  # each could have cost the most
    assert first.usage.dollars == pytest.approx(most * int(calls))
    kept = sum(server.answered.values())
    second = chat(server, tmp_path, prices={"tiny": price}, budget=most * 100, attempts=30)
    assert {reply.text for reply in second.complete(wanted)} == {"x"}
    assert second.usage.from_journal == kept
    assert set(server.answered.values()) == {1}


def test_a_budget_reaches_as_far_as_real_costs_let_it(chat_server: Servers, tmp_path: Path) -> None:
    """Reservations are given back: calls that cost a tenth of the most they may all get their turn."""
    price = Price(1000.0, 1000.0)
    server = chat_server(lambda _: Body("x", prompt_tokens=8, completion_tokens=10))
    most = price.dollars(100, 100)
    asked = chat(server, tmp_path, prices={"tiny": price}, budget=3 * most)
    replies = asked.complete([Prompt("Be brief.", f"question {i}", 100) for i in range(20)])
    assert len(replies) == 20
    assert asked.usage.dollars == pytest.approx(20 * price.dollars(8, 10))


@pytest.mark.parametrize(
    ("answer", "tokens", "uncertain"),
    [
        (Fault(400, "too long", code="context_length_exceeded"), (0, 0), 0),
        (Fault(400, "max_tokens: Invalid value, the maximum is 0"), (0, 0), 0),
        (Fault(400, "no", code="content_filter"), (9 + 10 + 64, 0), 1),
        (Body("long", prompt_tokens=5, completion_tokens=0), (9 + 10 + 64, 1024), 1),
        (Body("", prompt_tokens=5, completion_tokens=0), (5, 0), 0),
    ],
    ids=str,
)
def test_what_is_charged_for_a_call_without_a_whole_reply(
    chat_server: Servers, tmp_path: Path, answer: Body | Fault, tokens: tuple[int, int], uncertain: int
) -> None:
    """Nothing where it was turned down, the prompt where a filter looked at it, the most without both counts."""
    price = Price(1000.0, 2000.0)
    asked = chat(chat_server(lambda _: answer), tmp_path, prices={"tiny": price})
    asked.complete(prompts(1))
    assert (asked.usage.dollars, asked.usage.uncertain) == (pytest.approx(price.dollars(*tokens)), uncertain)


def test_a_budget_needs_a_price() -> None:
    """Said when the Chat is made, with what to write."""
    with pytest.raises(SlmaugError, match=r"price of 'phi3.5' is not known; .* phi3.5: \{input: 0.15, output: 0.6\}"):
        Chat("phi3.5", budget=1.0)


def test_an_estimate_sends_nothing_and_knows_the_journal(chat_server: Servers, tmp_path: Path) -> None:
    """Different calls, those answered before, tokens and dollars of the others."""
    server = chat_server(lambda _: "x")
    asked = chat(server, tmp_path, prices={"tiny": Price(1.0, 2.0)})
    before = asked.estimate([*prompts(3), *prompts(3)])
    assert not (tmp_path / "journal.jsonl").exists()
    assert (before.calls, before.in_journal, before.completion_tokens) == (3, 0, 3 * 1024)
    assert before.dollars == pytest.approx((before.prompt_tokens + 2 * before.completion_tokens) / 1e6)
    asked.complete(prompts(2))
    after = asked.estimate(prompts(3))
    assert (after.calls, after.in_journal, after.completion_tokens, server.count) == (3, 2, 1024, 2)
    assert Chat("unknown", journal=tmp_path / "other.jsonl").estimate(prompts(1)).dollars is None


# --- where it runs -----------------------------------------------------------------------------------------------


def test_it_works_where_a_loop_is_running(chat_server: Servers, tmp_path: Path) -> None:
    """As in a notebook's cell."""
    server = chat_server(lambda _: "fine")

    async def cell() -> list[Reply]:
        return chat(server, tmp_path).complete(prompts(5))

    assert [reply.text for reply in asyncio.run(cell())] == ["fine"] * 5


def test_progress_comes_in_the_callers_thread_and_adds_up(chat_server: Servers, tmp_path: Path) -> None:
    """Journaled replies and double prompts count, too."""
    server = chat_server(lambda _: "fine", delay=0.15)
    asked = chat(server, tmp_path, concurrency=4)
    asked.complete(prompts(2))
    told: list[tuple[int, threading.Thread]] = []
    asked.complete([*prompts(9), *prompts(1)], lambda new: told.append((new, threading.current_thread())))
    assert sum(new for new, _ in told) == 10
    assert {thread for _, thread in told} == {threading.current_thread()}
    assert len(told) > 1


def test_an_interrupt_ends_the_calls_and_keeps_what_came(chat_server: Servers, tmp_path: Path) -> None:
    """KeyboardInterrupt goes on to the caller; the replies that were there are in the journal; the Chat works on."""
    server = chat_server(lambda asked: Body("fine", delay=0.0 if asked.number < 20 else 30.0))
    asked = chat(server, tmp_path, concurrency=8)

    wanted = prompts(40)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(asked, wanted, lambda: _wait_for(asked, 20))
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        assert len(journal) == 20
    server.script = lambda _: "later"
    assert [reply.text for reply in asked.complete(wanted)].count("fine") == 20


def _wait_for(asked: Chat, replies: int) -> None:
    end = time.monotonic() + 30
    while asked.usage.outcomes.get("complete", 0) < replies and time.monotonic() < end:
        time.sleep(0.01)


def _interrupted(asked: Chat, wanted: list[Prompt], until: Callable[[], None]) -> None:
    """As if Ctrl-C were pressed then."""
    main = threading.main_thread().ident
    assert main is not None

    def press() -> None:
        until()
        signal.pthread_kill(main, signal.SIGINT)

    if os.name == "nt":
        pytest.skip("signals to a thread")
    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        asked.complete(wanted)
    finally:
        pressing.join()


KILLED = """
import sys
from slmaug.llm.chat import Chat
from slmaug.llm.model import Prompt
chat = Chat("tiny", base_url=sys.argv[1], journal=sys.argv[2], concurrency=8)
for reply in chat.complete([Prompt("Be brief.", f"question {i}") for i in range(120)]):
    print(reply.text)
print(chat.usage.from_journal, file=sys.stderr)
"""


def test_what_progress_raises_ends_the_calls(chat_server: Servers, tmp_path: Path) -> None:
    """A bar that fails, or a signal that raises within it, is no call's fault, and reaches the caller."""
    server = chat_server(lambda asked: Body("fine", delay=0.0 if asked.number < 4 else 30.0))

    def stop(_: int) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        chat(server, tmp_path, concurrency=4).complete(prompts(10), stop)


def test_what_was_not_sent_again_is_no_retry(chat_server: Servers, tmp_path: Path) -> None:
    """Calls that are called off while they rest were sent once."""
    server = chat_server(lambda _: Fault(500, headers={"retry-after": "100"}))
    asked = chat(server, tmp_path)

    def interrupt() -> None:
        while server.count < 4:
            time.sleep(0.01)
        time.sleep(0.2)

    with pytest.raises(KeyboardInterrupt):
        _interrupted(asked, prompts(4), interrupt)
    assert (asked.usage.requests, asked.usage.retries) == (4, {})


def test_killed_in_the_middle_and_run_again(chat_server: Servers, tmp_path: Path) -> None:
    """After SIGKILL only the calls that were in flight are asked again, and the output is that of one whole run."""
    server = chat_server(lambda asked: f"to {asked.user}", delay=0.02)
    command = [sys.executable, "-c", KILLED, server.url, str(tmp_path / "journal.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while sum(server.answered.values()) < 40 and process.poll() is None:
            time.sleep(0.005)
        process.kill()
    assert process.returncode != 0
    before = sum(server.answered.values())
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.splitlines() == [f"to question {i}" for i in range(120)]
    assert int(again.stderr) >= before - 8
    assert sum(server.answered.values()) - 120 <= 8


def test_nothing_is_said_on_the_side(chat_server: Servers, tmp_path: Path) -> None:
    """No lost exception, no client left open, no warning: not after faults, nor after a fatal one."""
    script = (
        "import sys\nfrom slmaug.llm.chat import Chat\nfrom slmaug.llm.model import Prompt\n"
        "from slmaug.llm.patience import Patience\nfrom slmaug.errors import SlmaugError\n"
        "chat = Chat('tiny', base_url=sys.argv[1], journal=sys.argv[2], patience=Patience(0.01, 0.01))\n"
        "try:\n    chat.complete([Prompt('', f'question {i}') for i in range(40)])\n"
        "except SlmaugError as error:\n    print(error)\n"
    )

    def answer(asked: Request) -> Any:
        if asked.user == "question 30" and asked.attempt:
            return Fault(401, "no")
        return FAULTS[asked.number % len(FAULTS)] if asked.attempt == 0 else "fine"

    server = chat_server(answer)
    command = [sys.executable, "-W", "always", "-c", script, server.url, str(tmp_path / "journal.jsonl")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stderr == ""
    assert "401 Unauthorized" in told.stdout


def test_a_copy_starts_anew(chat_server: Servers, tmp_path: Path) -> None:
    """Pickled, a Chat keeps its settings and leaves its ledger behind; the journal is the same file."""
    server = chat_server(lambda _: "fine")
    asked = chat(server, tmp_path, temperature=0.3)
    asked.complete(prompts(3))
    copied = pickle.loads(pickle.dumps(asked))
    assert copied == asked
    assert copied.usage.calls == 0
    copied.complete(prompts(3))
    assert copied.usage.from_journal == 3


def test_a_replay_needs_no_key_and_no_server(
    chat_server: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in the journal is there without either."""
    server = chat_server(lambda _: "fine")
    chat(server, tmp_path).complete(prompts(3))
    offline = Chat("tiny", base_url="https://api.openai.com/v1", journal=tmp_path / "journal.jsonl")
    assert [reply.text for reply in offline.complete(prompts(3))] == ["fine"] * 3
    with pytest.raises(SlmaugError, match="OPENAI_API_KEY holds no key"):
        offline.complete(prompts(4))


def test_without_a_place_of_its_own_each_model_has_a_journal_in_the_cache_folder(
    chat_server: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Under a name that any file system takes, and no two models share one."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    names = ["gpt-4o-mini", "org/model:1", "org_model_1", "..", "模型", "x" * 300]
    places = [Chat(name).journal_path for name in names]
    assert places[0] == tmp_path / "gpt-4o-mini.jsonl"
    assert {place.parent for place in places} == {tmp_path}
    assert len(set(places)) == len(names)
    server = chat_server(lambda _: "fine")
    used = Chat("org/model:1", base_url=server.url)
    used.complete(prompts(1))
    assert used.journal_path.parent == tmp_path
    assert used.journal_path.stat().st_size


def test_the_repr_can_be_typed_back_in() -> None:
    """Only what is not the default stands in it, and what may be secret in a URL does not."""
    asked = Chat("m", temperature=0.5, journal=Path("j.jsonl"), prices={"m": Price(1.0, 2.0)}, budget=1.0)
    names = {"Chat": Chat, "Price": Price, "Patience": Patience}
    assert repr(eval(repr(asked), names)) == repr(asked)
    assert repr(Chat("m", base_url="http://me:secret@localhost:1/v1?api-key=secret")) == (
        "Chat(model='m', base_url='http://localhost:1/v1')"
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"concurrency": 0}, "concurrency is 0; expected a whole number from 1"),
        ({"attempts": True}, "attempts is True"),
        ({"tokens_per_minute": 1.5}, "tokens_per_minute is 1.5"),
        ({"temperature": -1}, "temperature is -1; expected a number from 0"),
        ({"budget": float("nan")}, "budget is nan"),
        ({"timeout": 0}, "timeout is 0"),
        ({"model": " "}, "model is ' '"),
        (
            {"prices": {"m": {"input": 1, "output": 2}}},
            r"price of 'm' is \{'input': 1, 'output': 2\}; expected one such",
        ),
        ({"prices": [1]}, r"prices is \[1\]; expected one such as"),
        ({"api_key_env": "sk-proj-SECRET"}, "^api_key_env is something else; expected the name of an environment vari"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line(settings: dict[str, Any], words: str) -> None:
    """It names the setting, what it is and what it should be."""
    with pytest.raises(SlmaugError, match=words):
        Chat(**{"model": "m", **settings})


# --- keys --------------------------------------------------------------------------------------------------------

KEY = "sk-proj-0123456789/abc+def=xyz"


def test_a_server_that_sends_the_key_back_does_not_make_us_show_it(
    chat_server: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in an error or its traceback, not in a failed call, a reply, the journal, the repr or the log."""
    monkeypatch.setenv("SLMAUG_TEST_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "openai")

    def script(asked: Request) -> Any:
        echoed = f"you sent {asked.headers['authorization']}"
        if asked.user == "question 0":
            return Body(echoed)
        if asked.user == "question 1":
            return Fault(500, echoed)
        if asked.user == "question 2":
            return Body(raw=b'{"error": {"message": "' + echoed.encode() + b'"}}')
        return Fault(401, echoed)

    server = chat_server(script)
    asked = chat(server, tmp_path, api_key_env="SLMAUG_TEST_KEY", attempts=2, concurrency=1)
    replies = asked.complete(prompts(3))
    with pytest.raises(SlmaugError, match=r"you sent Bearer \[key\]; check the key in .* SLMAUG_TEST_KEY") as caught:
        asked.complete(prompts(4))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    chain: BaseException | None = caught.value
    while chain is not None:
        assert KEY not in repr(vars(chain))
        chain = chain.__cause__ or chain.__context__
    journal = (tmp_path / "journal.jsonl").read_text()
    for shown in (told, repr(replies), journal, repr(asked), caplog.text):
        assert KEY not in shown
        assert KEY[3:20] not in shown
    assert "[key]" in replies[0].text
    assert "POST" in caplog.text


def test_a_user_in_the_url_goes_out_as_a_header_and_is_not_shown(
    chat_server: Servers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Over either transport, in place of the key."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "openai")
    server = chat_server(lambda asked: Fault(401, asked.headers["authorization"]) if asked.number else "fine")
    asked = chat(server, tmp_path, base_url=server.url.replace("//", "//someone:pass%20word@"))
    assert asked.complete(prompts(1))[0].text == "fine"
    assert server.requests[0].headers["authorization"] == f"Basic {b64encode(b'someone:pass word').decode()}"
    with pytest.raises(SlmaugError, match=r"401 Unauthorized: Basic \[key\]; check") as caught:
        asked.complete(prompts(2))
    for shown in (str(caught.value), caplog.text):
        assert "pass" not in shown.replace("pass_through", "")
        assert b64encode(b"someone:pass word").decode() not in shown


def test_a_dummy_key_changes_no_reply(chat_server: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a word like any other, in the reply and in the journal."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    server = chat_server(lambda _: "The test returns none, or max.")
    assert chat(server, tmp_path).complete(prompts(1))[0].text == "The test returns none, or max."
    assert "none, or max" in (tmp_path / "journal.jsonl").read_text()


def test_the_server_is_told_nothing_of_the_machine(chat_server: Callable[..., ChatServer]) -> None:
    """No header names the operating system, its architecture or the Python that asks."""
    server = chat_server()
    Chat("m", base_url=server.url).complete([Prompt("", "Hello?")])
    assert {name for name in server.requests[0].headers if name.startswith("x-stainless")} <= {
        "x-stainless-retry-count",
        "x-stainless-read-timeout",
    }


def test_a_server_that_is_no_chat_server_ends_the_run(chat_server: Callable[..., ChatServer]) -> None:
    """A login page in place of replies: after a few of them one line says to look at the base URL."""
    server = chat_server(lambda request: Body(raw=b"<html>Log in</html>"))
    with pytest.raises(SlmaugError, match=r"answers, but not as a chat server does \(unreadable .* the base URL"):
        Chat("m", base_url=server.url, patience=SHORT).complete([Prompt("", f"{number}?") for number in range(100)])
    assert server.count <= 64


def test_each_server_has_a_journal_of_its_own(chat_server: Callable[..., ChatServer]) -> None:
    """Another server's model of the same name is another model; user and password are no part of the place."""
    one, other = chat_server(lambda request: "one"), chat_server(lambda request: "other")
    said = [Chat("m", base_url=each.url).complete([Prompt("", "Who?")])[0].text for each in (one, other, one)]
    assert (said, one.count, other.count) == (["one", "other", "one"], 1, 1)
    paths = {Chat("m", base_url=f"http://{user}127.0.0.1:9/v1").journal_path for user in ("", "ann:secret@")}
    assert len(paths) == 1
    assert Chat("m").journal_path.name == "m.jsonl"
