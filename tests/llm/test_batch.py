"""Batches against a provider on loopback: nothing is paid for twice, whatever goes wrong on either side."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from chat_server import Body, Fault, Request
from hypothesis import given
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.llm.batch import Batch
from slmaug.llm.batch_files import files
from slmaug.llm.batch_run import noted_under_way
from slmaug.llm.chat import Chat
from slmaug.llm.journal import Journal
from slmaug.llm.model import Prompt, Reply
from slmaug.llm.patience import Patience
from slmaug.llm.prices import Price
from slmaug.llm.spending import BudgetSpent

_SPEC = importlib.util.spec_from_file_location("batch_server", Path(__file__).with_name("batch_server.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
batch_server = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(batch_server)

PROMPTS = [Prompt("Be brief.", f"Question {number}?", max_tokens=50) for number in range(5)]
SAID = [f"You said: {prompt.user}" for prompt in PROMPTS]
EAGER = Patience(first_delay=0.01, longest_delay=0.02, longest_pause=5)


@pytest.fixture
def provider() -> Iterator[Callable[..., Any]]:
    """Starts servers: ``provider(script, looks=..., end=...)``."""
    with ExitStack() as servers:
        yield lambda *args, **settings: servers.enter_context(batch_server.BatchServer(*args, **settings))


def batch(server: Any, folder: Path, **settings: Any) -> Batch:
    chat = Chat("small", base_url=server.url, journal=folder / "journal.jsonl", patience=EAGER, **settings)
    return Batch(chat, poll=0.01)


def notes(folder: Path) -> list[str]:
    with Journal.open(folder / "journal.jsonl") as journal:
        return [note["event"] for note in journal.notes("batch")]


# --- as it should go ---------------------------------------------------------------------------------------------


def test_replies(provider: Callable[..., Any], tmp_path: Path) -> None:
    """All prompts go up in one file and one batch, a repeated one once; the replies come back in the prompts' order,
    and a second run reads them from the journal without a request."""
    server = provider(looks=3)
    prompts = [*PROMPTS, PROMPTS[0]]
    told: list[int] = []
    first = batch(server, tmp_path)
    assert [reply.text for reply in first.complete(prompts, told.append)] == [*SAID, SAID[0]]
    assert sum(told) == 6
    assert server.asked == [
        "POST /files",
        "POST /batches",
        *["GET /batches/{id}"] * 3,
        "GET /files/{id}/content",
    ]
    [made] = server.batches.values()
    assert (made["endpoint"], made["completion_window"]) == ("/v1/chat/completions", "24h")
    again = batch(server, tmp_path)
    assert again.complete(prompts) == first.complete(prompts)
    assert len(server.asked) == 6
    assert (again.usage.calls, again.usage.from_journal, again.usage.requests) == (5, 5, 0)


def test_same_call(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A line of the file holds what the chat endpoint would be sent, under a name that OpenAI takes (64 characters),
    so that a journal serves either way of asking."""
    server = provider()
    model = batch(server, tmp_path, temperature=0.5)
    model.complete(PROMPTS[:1])
    [line] = server.lines("batch_0")
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
    assert line["body"] == {
        "model": "small",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Question 0?"}],
        "max_tokens": 50,
        "temperature": 0.5,
    }
    assert len(line["custom_id"]) == 64
    assert model.chat.complete(PROMPTS[:1]) == [Reply(SAID[0], prompt_tokens=10, completion_tokens=5)]


def test_half_price(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A call costs half of what it costs at once, in the estimate and in the usage."""
    prices = {"small": Price(input=1000.0, output=2000.0)}
    model = batch(provider(), tmp_path, prices=prices)
    assert model.estimate(PROMPTS).dollars == pytest.approx(model.chat.estimate(PROMPTS).dollars / 2)
    model.complete(PROMPTS)
    usage = model.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.requests) == (50, 25, 5)
    assert usage.dollars == pytest.approx((50 * 1000 + 25 * 2000) / 1e6 / 2)


def test_budget(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A batch that could cost more than the budget is not sent at all; one that fits exactly is."""
    server = provider()
    prices = {"small": Price(input=0.0, output=1000.0)}
    most = 5 * 50 * 1000 / 1e6 / 2
    with pytest.raises(BudgetSpent, match=r"budget of \$0\.12 has \$0\.1200 left, and a batch of 5 calls.*\$0\.1250"):
        batch(server, tmp_path, prices=prices, budget=0.12).complete(PROMPTS)
    assert server.asked == []
    assert len(batch(server, tmp_path, prices=prices, budget=most).complete(PROMPTS)) == 5


def test_budget_under_way(provider: Callable[..., Any], tmp_path: Path) -> None:
    """What a batch under way may cost counts before more is sent; its own replies are fetched in any case."""
    server = provider()
    prices = {"small": Price(input=0.0, output=1000.0)}
    server.faults["GET /batches/{id}"] = [Fault(403)]
    with pytest.raises(SlmaugError, match="403 Forbidden"):
        batch(server, tmp_path, prices=prices, budget=0.1).complete(PROMPTS[:3])
    asked = len(server.asked)
    with pytest.raises(BudgetSpent, match=r"\$0\.0250 left, and a batch of 2 calls.*may cost \$0\.0500"):
        batch(server, tmp_path, prices=prices, budget=0.1).complete(PROMPTS)
    assert len(server.asked) == asked
    model = batch(server, tmp_path, prices=prices, budget=0.1)
    assert [reply.text for reply in model.complete(PROMPTS[:3])] == SAID[:3]
    assert model.usage.dollars == pytest.approx(3 * 5 * 1000 / 1e6 / 2)


def test_uncounted(provider: Callable[..., Any], tmp_path: Path) -> None:
    """Replies without counts of tokens cost the most that they can, and are counted as uncertain."""
    model = batch(provider(lambda request: Body("Yes.", usage=False)), tmp_path, prices={"small": Price(0.0, 1000.0)})
    model.complete(PROMPTS)
    assert (model.usage.uncertain, model.usage.dollars) == (5, pytest.approx(5 * 50 * 1000 / 1e6 / 2))


def at_once(model: Batch, wanted: list[list[Prompt]]) -> list[list[Reply] | SlmaugError]:
    """What complete() gives, or raises, in as many threads."""

    def complete(prompts: list[Prompt]) -> list[Reply] | SlmaugError:
        try:
            return model.complete(prompts)
        except SlmaugError as error:
            return error

    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(complete, wanted))


def test_threads_send_the_same_call_once(provider: Callable[..., Any], tmp_path: Path) -> None:
    """Whoever comes later waits for the batch of the first, which is looked at and counted once."""
    server = provider(looks=3)
    model = batch(server, tmp_path)
    for replies in at_once(model, [PROMPTS, PROMPTS[:2], PROMPTS[1:]]):
        assert not isinstance(replies, SlmaugError)
        assert {reply.text for reply in replies} <= set(SAID)
    assert sum(len(server.lines(name)) for name in server.batches) == 5
    assert (model.usage.requests, model.usage.prompt_tokens) == (5, 50)
    assert notes(tmp_path).count("done") == len(server.batches)
    with Journal.open(tmp_path / "journal.jsonl") as journal:
        assert len(journal) == 5


def test_threads_share_the_budget(provider: Callable[..., Any], tmp_path: Path) -> None:
    """What one has sent is put aside until its replies are there, so together they do not pass it."""
    server = provider(lambda _: Body("Yes.", completion_tokens=50), looks=5)
    prices = {"small": Price(input=0.0, output=1000.0)}
    each = 2 * 50 * 1000 / 1e6 / 2
    model = batch(server, tmp_path, prices=prices, budget=1.5 * each)
    found = at_once(model, [PROMPTS[:2], PROMPTS[2:4]])
    assert [isinstance(one, BudgetSpent) for one in found].count(True) == 1
    assert len(server.batches) == 1
    assert model.usage.dollars == pytest.approx(each)


def test_what_is_put_aside_is_given_back(provider: Callable[..., Any], tmp_path: Path) -> None:
    """Once the replies are there, or nothing came of the batch, the budget has room for the next."""
    server = provider()
    prices = {"small": Price(input=0.0, output=1000.0)}
    most = 2 * 50 * 1000 / 1e6 / 2
    model = batch(server, tmp_path, prices=prices, budget=1.2 * most)
    for kind in ("POST /files", "POST /batches"):
        server.faults[kind] = [Fault(403)]
        with pytest.raises(SlmaugError, match="403 Forbidden"):
            model.complete(PROMPTS[:2])
    assert len(model.complete(PROMPTS[:2])) == len(model.complete(PROMPTS[2:4])) == 2
    assert model.usage.dollars == pytest.approx(4 * 5 * 1000 / 1e6 / 2)


def test_nothing_is_charged_for_what_is_turned_down(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A prompt that is too long made no reply, one that was filtered may cost itself; half a count is none."""
    script: dict[str, Any] = {
        "Question 0?": Fault(400, "too long", code="context_length_exceeded"),
        "Question 1?": Fault(400, "no", code="content_filter"),
        "Question 2?": Body("Yes.", completion_tokens=0),
    }
    server = provider(lambda request: script[request.user])
    price = Price(500.0, 1000.0)
    model = batch(server, tmp_path, prices={"small": price})
    model.complete(PROMPTS[:3])
    size = len("Be brief.Question 0?") + 64
    assert model.usage.dollars == pytest.approx(price.dollars(2 * size, 50) / 2)
    assert model.usage.uncertain == 2


# --- lines that go wrong -----------------------------------------------------------------------------------------


def test_each_outcome(provider: Callable[..., Any], tmp_path: Path) -> None:
    """Each line is judged as a reply at once would be; what failed is not kept, and the next run asks for it."""
    script: dict[str, Any] = {
        "Question 0?": Body("Half of i", finish_reason="length"),
        "Question 1?": Fault(400, "no", code="content_filter"),
        "Question 2?": Body(None, refusal="I won't."),
        "Question 3?": Fault(500, "Oh no"),
        "Question 4?": Body("", raw=b'{"choices": []}'),
    }
    server = provider(lambda request: script[request.user])
    replies = batch(server, tmp_path).complete(PROMPTS)
    assert [reply.outcome for reply in replies] == ["truncated", "filtered", "refused", "failed", "failed"]
    assert [reply.detail for reply in replies[2:]] == [
        "I won't.",
        "500 Internal Server Error",
        "unreadable reply: a body without choices",
    ]
    server.script = lambda request: "At last."
    again = batch(server, tmp_path).complete(PROMPTS)
    assert again[:3] == replies[:3]
    assert [reply.text for reply in again[3:]] == ["At last."] * 2
    assert [len(server.lines(name)) for name in server.batches] == [5, 2]


@pytest.mark.parametrize("end", ["expired", "cancelled"])
def test_ended_early(provider: Callable[..., Any], tmp_path: Path, end: str) -> None:
    """Of a batch that ends early, what is done is kept; the rest failed, says why, and is all the next run sends."""
    server = provider(end=end, done=2)
    replies = batch(server, tmp_path).complete(PROMPTS)
    assert [reply.text for reply in replies] == [*SAID[:2], "", "", ""]
    assert {(reply.outcome, reply.detail) for reply in replies[2:]} == {
        ("failed", f"batch_{end}: This request was not executed: batch {end}.")
    }
    server.end = "completed"
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert [line["body"]["messages"][1]["content"] for line in server.lines("batch_1")] == [
        prompt.user for prompt in PROMPTS[2:]
    ]


def test_line_left_out(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A call whose line is missing from what came back, or cannot be read, has failed and says so."""
    server = provider()
    keep = server._keep

    def garble(data: bytes) -> Any:
        if b'"response"' not in data:
            return keep(data)
        first, *others = data.splitlines(keepends=True)
        return keep(b"".join([first[:20] + b"\n", b'{"custom_id": "a stranger"}\n', *others]))

    server._keep = garble
    replies = batch(server, tmp_path).complete(PROMPTS)
    assert [reply.text for reply in replies[:-1]] == SAID[:-1]
    assert replies[-1] == Reply("", "failed", "the batch batch_0 ended as completed without a reply to this call")


def test_fatal_line(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A line that no further call could mend is one line of error, once every good reply is in the journal."""

    def script(request: Request) -> str | Fault:
        return Fault(404, "no model small", code="model_not_found") if request.user == "Question 1?" else "Yes."

    server = provider(script)
    with pytest.raises(SlmaugError, match=r"404 Not Found: no model small; check the model name 'small'"):
        batch(server, tmp_path).complete(PROMPTS)
    kept = batch(server, tmp_path).complete([PROMPTS[0], *PROMPTS[2:]])
    assert [reply.text for reply in kept] == ["Yes."] * 4
    assert len(server.batches) == 1


def test_turned_down(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A batch that the provider does not accept is one line with its words; the next run makes another."""
    server = provider(end="failed")
    with pytest.raises(
        SlmaugError, match=r"turned the batch batch_0 down: This line is not parseable\.; put that right"
    ):
        batch(server, tmp_path).complete(PROMPTS)
    server.end = "completed"
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert len(server.batches) == 2


# --- requests that go wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["POST /files", "POST /batches", "GET /batches/{id}", "GET /files/{id}/content"])
def test_transient(provider: Callable[..., Any], tmp_path: Path, kind: str) -> None:
    """Every request is sent again after a 500, a 429 and a connection that breaks off with the work done, and the calls
    are paid for once all the same."""
    server = provider()
    server.faults[kind] = [Fault(500), Fault(429, headers={"retry-after": "0.01"}), "lost"]
    model = batch(server, tmp_path)
    assert [reply.text for reply in model.complete(PROMPTS)] == SAID
    assert len(server.batches) == 1
    retries = dict(model.usage.retries)
    assert retries.pop("connection", 1) == 1  # aiohttp, where it is installed, sends a GET again by itself
    assert retries == {"500": 1, "429": 1}


def test_no_batch_api(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A server without a Batch API is one line that says what to leave out, after one request."""
    server = provider()
    server.faults["POST /files"] = [Fault(404, "Not Found")]
    with pytest.raises(SlmaugError, match=r"^http://127\.0\.0\.1:\d+/v1 has no Batch API; leave --batch out$"):
        batch(server, tmp_path).complete(PROMPTS)
    assert server.asked == ["POST /files"]


def test_refused_key(provider: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is refused is one line that names its variable and not the key, after one request."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-key")
    server = provider()
    server.faults["POST /files"] = [Fault(401, "wrong key sk-very-secret-key")]
    with pytest.raises(SlmaugError, match=r"401 Unauthorized: wrong key .*check .* OPENAI_API_KEY") as raised:
        batch(server, tmp_path).complete(PROMPTS)
    assert "secret" not in str(raised.value)
    assert server.asked == ["POST /files"]


def test_unknown_batch(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A batch that the journal notes and the server does not know is an error, for its calls may have been paid for."""
    server = provider()
    server.faults["GET /batches/{id}"] = [Fault(404, "No batch found")]
    with pytest.raises(SlmaugError, match=r"does not have batch batch_0, which .*journal\.jsonl notes as under way"):
        batch(server, tmp_path).complete(PROMPTS)
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert len(server.batches) == 1


def test_outage(provider: Callable[..., Any], tmp_path: Path) -> None:
    """Where the server fails for longer than our patience, the error says that the batch goes on; a rerun has it."""
    server = provider()
    server.faults["GET /batches/{id}"] = [Fault(503)] * 3
    with pytest.raises(SlmaugError, match=r"503 Service Unavailable, 3 times; batch batch_0 goes on at .* picked up"):
        batch(server, tmp_path, attempts=3).complete(PROMPTS)
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert len(server.batches) == 1


# --- runs that end in between ------------------------------------------------------------------------------------


RUN = """
import sys
from pathlib import Path
from slmaug.llm.batch import Batch
from slmaug.llm.chat import Chat
from slmaug.llm.model import Prompt
url, journal = sys.argv[1:]
prompts = [Prompt("Be brief.", f"Question {number}?", max_tokens=50) for number in range(5)]
for reply in Batch(Chat("small", base_url=url, journal=journal), poll=0.05).complete(prompts):
    print(reply.text)
"""


def started(server: Any, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, server.url, str(folder / "journal.jsonl")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("kind", ["POST /batches", "GET /batches/{id}", "GET /files/{id}/content"])
def test_killed(provider: Callable[..., Any], tmp_path: Path, kind: str) -> None:
    """A run that is killed while its batch is made, waited for or fetched finds it again: no second one is made. Even
    where the process dies before the batch's id reaches it."""
    server = provider(looks=4)
    process = started(server, tmp_path)

    def kill(asked: str) -> None:
        if asked == kind and process.poll() is None:
            process.kill()
            process.wait(30)

    server.on_ask = kill
    out, err = process.communicate(timeout=120)
    assert (process.returncode != 0, out) == (True, ""), err
    assert "done" not in notes(tmp_path)
    server.on_ask = lambda asked: None
    end = time.monotonic() + 30
    while not server.batches and time.monotonic() < end:  # the server goes on with what it was asked
        time.sleep(0.01)
    again = batch(server, tmp_path)
    assert [reply.text for reply in again.complete(PROMPTS)] == SAID
    assert len(server.batches) == 1
    assert again.usage.requests == 0
    assert notes(tmp_path) == ["uploaded", "created", "done"]


def test_killed_before(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A file that was uploaded by a run that then died, before any batch was made of it, is no batch: one is made."""
    server = provider()
    server.faults["POST /batches"] = [Fault(403, "not now")]
    with pytest.raises(SlmaugError, match="403 Forbidden: not now"):
        batch(server, tmp_path).complete(PROMPTS)
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert (len(server.batches), server.asked.count("GET /batches")) == (1, 1)
    assert notes(tmp_path) == ["uploaded", "done", "uploaded", "created", "done"]


def test_more_wanted(provider: Callable[..., Any], tmp_path: Path) -> None:
    """A run that wants more than the batch under way holds sends the rest alone, and waits for both."""
    server = provider()
    server.faults["GET /batches/{id}"] = [Fault(403)]
    with pytest.raises(SlmaugError, match="403 Forbidden"):
        batch(server, tmp_path).complete(PROMPTS[:3])
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert [len(server.lines(name)) for name in server.batches] == [3, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_interrupted(provider: Callable[..., Any], tmp_path: Path) -> None:
    """Ctrl-C ends the wait, not the batch: KeyboardInterrupt says which one goes on where, and a rerun picks it up."""
    server = provider(looks=10**9)
    looked = threading.Event()
    server.on_ask = lambda asked: looked.set() if asked == "GET /batches/{id}" else None

    def interrupt() -> None:
        looked.wait(30)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt, match=r"batch batch_0 goes on at http://127.* run the same again"):
        batch(server, tmp_path).complete(PROMPTS)
    server.looks = 1
    assert [reply.text for reply in batch(server, tmp_path).complete(PROMPTS)] == SAID
    assert len(server.batches) == 1


# --- parts -------------------------------------------------------------------------------------------------------


@given(
    lines=st.lists(st.binary(min_size=1, max_size=12)),
    most_requests=st.integers(1, 5),
    most_bytes=st.integers(1, 30),
)
def test_files(lines: list[bytes], most_requests: int, most_bytes: int) -> None:
    """Files hold every line once and in order, and stay within both limits where a line alone does; no two that follow
    each other would have fitted into one."""
    named = [(str(number), line) for number, line in enumerate(lines)]
    made = list(files(named, most_requests, most_bytes))
    assert [key for file in made for key in file.keys] == [key for key, _ in named]
    assert b"".join(file.data for file in made) == b"".join(lines)
    for file in made:
        assert 1 <= len(file.keys) <= most_requests
        assert len(file.data) <= most_bytes or len(file.keys) == 1
    for one, other in pairwise(made):
        first = dict(named)[other.keys[0]]
        assert len(one.keys) == most_requests or len(one.data) + len(first) > most_bytes


ODD: list[Any] = [None, 1, "x", [], ["x", 2, []], {"x": []}]


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "server": st.sampled_from(["here", *ODD]),
                "event": st.sampled_from(["uploaded", "created", "done", *ODD]),
                "file": st.sampled_from(["a", "b", *ODD]),
                "keys": st.sampled_from(ODD),
                "batch": st.sampled_from(ODD),
            },
        )
    )
)
def test_any_notes(found: list[dict[str, Any]]) -> None:
    """Whatever stands in a journal's notes, they are read without an error, and what is done is not under way."""
    found.append({"server": "here", "event": "done", "file": "a"})
    assert "a" not in {each.file for each in noted_under_way(found, "here")}


def test_settings(tmp_path: Path) -> None:
    """The settings' repr can be typed back in, a copy through pickle is equal, and a wait of no time is an error."""
    model = Batch(Chat("small", journal=str(tmp_path / "j.jsonl")), poll=3)
    assert eval(repr(model)) == model == pickle.loads(pickle.dumps(model))
    assert model.name == "small"
    assert json.dumps(model.complete([])) == "[]"
    with pytest.raises(SlmaugError, match="poll is 0; expected seconds above 0"):
        Batch(Chat("small"), poll=0)
