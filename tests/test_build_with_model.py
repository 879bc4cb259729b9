"""The command line with a language model: a real server on loopback, faults and all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chat_server import Body, ChatServer, Fault, Request

from slmaug.build import main
from slmaug.cot.answer_lock import answer_of
from slmaug.cot.shape import TITLES
from slmaug.files import read_seeds
from slmaug.recipe import DEFAULT
from slmaug.rng import Random

ANSWERS = {
    "How do I print a line?": "Call `print`:\n\n```python\nprint('line')\n```",
    "When is the shop open?": "   From 9 to 17, but not on Sundays.  ",
    "How do I read a large file?": "```python\nwith open(path) as file:\n    for line in file:\n        use(line)\n```",
    "Where do I find the log?": "In the folder `logs/`, or where LOG_DIR points to.",
    "Why can't I log in?": "The password has expired; set another one.",
}
FORMS = [form.name for form in DEFAULT.forms]
WORDS = "amber birch cedar delta ember fjord grove haven inlet jetty knoll larch maple north ocean pearl quill".split()
KEY = "sk-test-0123456789abcdef"
ROOT = str(Path(__file__).parents[1])
Serve = Callable[..., ChatServer]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    pairs = [json.dumps({"Question": question, "Answer": answer}) for question, answer in ANSWERS.items()]
    Path("seeds.jsonl").write_text("\n".join(pairs), encoding="utf-8")


def writer(request: Request) -> str:
    """What a model writes that does as it is told: phrasings, a rationale in three parts, or the answer as it was."""
    rng = Random(int.from_bytes(hashlib.sha256(repr(request.body["messages"]).encode()).digest()[:8], "big"))
    question = re.search(r"<question>\n(.*?)\n</question>", request.user, re.DOTALL)
    if "Write the improved answer" in request.user:
        found = re.search(r"<answer>\n(.*?)\n</answer>", request.user, re.DOTALL)
        assert found is not None
        return found[1].replace("Call `print`", "Just call `print`")
    if "**" not in request.system:
        assert question is not None
        asked = question[1].rstrip("?").lower()
        return "\n".join(f"{rng.choice(WORDS)} {word}, {asked}?" for word in rng.sample(WORDS, 10))
    titles = TITLES["en", "Code Structure" in request.system]
    return "\n".join(f"{n}. **{t}**: It is {' '.join(rng.picks(WORDS, 20))}." for n, t in enumerate(titles, 1))


def flags(server: ChatServer, *more: str, cot: str = "llm") -> list[str]:
    model = ["--model", "tiny", "--base-url", server.url]
    return ["seeds.jsonl", "out.jsonl", "--n", "100", "--cot", cot, *model, *more]


def records(path: str = "out.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n")[:-1]]


def check_answers() -> None:
    """Every row has an analysis and, behind it, its seed's answer byte for byte."""
    answers = list(ANSWERS.values())
    for row in records():
        completion = row["completion"][0]["content"]
        assert completion.startswith("**Step-by-Step Analysis:**\n1. **")
        assert answer_of(completion) == answers[row["seed_id"]]
        assert row["answer_sha256"] == hashlib.sha256(answers[row["seed_id"]].encode()).hexdigest()


def test_a_build_with_rationales(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Every row carries one of its seed's four rationales; calls, requests and tokens are stated."""
    server = chat_server(writer)
    assert main(flags(server)) == 0
    check_answers()
    rationales = {(row["seed_id"], row["completion"][0]["content"].split("**Code")[0]) for row in records()}
    assert Counter(seed_id for seed_id, _ in rationales) == dict.fromkeys(range(5), 4)
    said = capsys.readouterr().err
    assert "tiny: 20 calls; 20 requests" in said
    assert "200 tokens in, 100 out; price unknown" in said
    assert "20 of 20 accepted" in said
    assert not Path("out.rejects.jsonl").exists()
    manifest = json.loads(Path("out.manifest.json").read_text(encoding="utf-8"))
    assert manifest["notes"]["analyses"]["accepted"] == 20
    assert "Rationales(model='tiny'" in manifest["settings"]["cot"]


def test_a_second_build_asks_for_nothing_again(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """The journal has the replies: no request, the same bytes."""
    server = chat_server(writer)
    assert main(flags(server)) == 0
    first = {name: Path(name).read_bytes() for name in ("out.jsonl", "out.manifest.json")}
    asked = server.count
    capsys.readouterr()
    assert main(flags(server)) == 0
    assert server.count == asked
    assert {name: Path(name).read_bytes() for name in first} == first
    assert "20 of them in the journal already; 0 requests" in capsys.readouterr().err


def test_with_a_third_of_the_calls_failing_every_row_arrives(
    chat_server: Serve, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong on the way, each call succeeds once, and the requests made are stated."""
    faults: list[Fault | Body] = [
        Fault(429, "slow down", headers={"retry-after": "0.05"}),
        Fault(429),
        Fault(500, "oops"),
        Fault("dropped"),
        Fault("half"),
        Body(raw=b"{no json"),
    ]

    def failing(request: Request) -> str | Fault | Body:
        return faults[request.number // 3 % len(faults)] if request.number % 3 == 0 else writer(request)

    server = chat_server(failing)
    assert main(flags(server, "--rationales", "6")) == 0
    check_answers()
    assert len(server.answered) == 30
    assert set(server.answered.values()) == {1}
    said = capsys.readouterr().err
    assert f"30 calls; {server.count} requests, {server.count - 30} of them again (" in said
    for reason in ("429", "500"):
        assert f"{reason} " in said


def test_killed_in_the_middle_and_run_again(chat_server: Serve) -> None:
    """What had come before SIGKILL is not asked for again, and the bytes are those of an unbroken run."""
    server = chat_server(writer)
    assert main(flags(server, "--quiet")) == 0
    unbroken = {name: Path(name).read_bytes() for name in ("out.jsonl", "out.manifest.json")}
    for name in unbroken:
        Path(name).unlink()

    slow = chat_server(lambda request: Body(writer(request), delay=0.05 * request.number))
    again = flags(slow, "--quiet", "--journal", "killed.jsonl", "--concurrency", "4")
    process = subprocess.Popen([sys.executable, "-m", "slmaug.build", *again], env={**os.environ, "PYTHONPATH": ROOT})
    journal, deadline = Path("killed.jsonl"), time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") >= 5) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not Path("out.jsonl").exists()
    kept = journal.read_bytes().count(b"\n")
    assert 5 <= kept < 20

    whole = chat_server(writer)
    assert main([*flags(whole, "--quiet", "--journal", "killed.jsonl")]) == 0
    assert whole.count == 20 - kept
    assert {name: Path(name).read_bytes() for name in unbroken} == unbroken


def test_a_dry_run_counts_and_sends_nothing(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Calls, tokens and, for a known price, money; no request, no file, no need for a key."""
    server = chat_server(writer)
    os.environ.pop("OPENAI_API_KEY")
    Path("prices.yaml").write_text("tiny: {input: 10, output: 20}", encoding="utf-8")
    assert main(flags(server, "--dry-run", "--phrasings", "20", "--prices", "prices.yaml")) == 0
    said = capsys.readouterr().out
    assert "tiny would be asked 30 times (10 for phrasings, 20 for rationales)" in said
    assert re.search(r"about [\d,]+ tokens in and [\d,]+ out: about \$\d\.\d+", said)
    assert "rephrased" in said
    assert server.count == 0
    assert set(os.listdir()) == {"seeds.jsonl", "prices.yaml"}


def test_a_preview_asks_about_a_handful(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Three seeds are asked about, question, rationale and answer are shown, and the build has them in the journal."""
    server = chat_server(writer)
    assert main([*flags(server), "--preview", "4"]) == 0
    assert server.count == 12
    said = capsys.readouterr().out
    assert said.count("  analysis  1. **Define Purpose**: It is ") == 4
    assert "  answer    " in said
    assert not Path("out.jsonl").exists()
    assert main(flags(server)) == 0
    assert server.count == 20


def test_a_budget_stops_the_build_before_it_is_passed(
    chat_server: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what was spent and how to go on; no file is written; with more money the rest is asked for."""
    server = chat_server(writer)
    Path("prices.yaml").write_text("tiny: {input: 1, output: 1000}", encoding="utf-8")
    money = ["--prices", "prices.yaml", "--concurrency", "1"]
    assert main(flags(server, *money, "--budget", "0.82")) == 1
    said = capsys.readouterr().err
    errors = [line for line in said.splitlines() if line.startswith("slmaug: error: ")]
    assert len(errors) == 1
    assert "0.82" in errors[0]
    spent = re.search(r"100 out|(\d+) out; \$(\d\.\d+)", said)
    assert spent is not None
    assert 0 < server.count < 20
    assert not Path("out.jsonl").exists()
    before = server.count
    assert main(flags(server, *money, "--budget", "50")) == 0
    assert server.count == 20
    assert before < 20


def test_what_the_checks_turn_down_is_kept_with_its_reason(
    chat_server: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Replies that cannot be used are asked for again; seeds that get none have the outline; the exit code says so."""

    def stubborn(request: Request) -> str:
        if "When is the shop open?" in request.user:
            return "As the given answer says, it is open from 9 to 17."
        return writer(request) if request.attempt else "Sure! I can help."

    assert main(flags(chat_server(stubborn))) == 3
    check_answers()
    said = capsys.readouterr().err
    assert "1 seed without one got the outline: 1" in said
    assert "16 of 20 accepted" in said
    assert "see out.rejects.jsonl" in said
    rejects = records("out.rejects.jsonl")
    assert {reject["seed_id"] for reject in rejects} == set(range(5))
    assert all(reject["reason"] and reject["text"] and reject["place"] for reject in rejects)
    versions = json.loads(Path("out.manifest.json").read_text(encoding="utf-8"))["versions"]
    assert "tree-sitter" in versions  # one analysis is an outline
    # A build without rejects leaves no such file behind.
    assert main(["seeds.jsonl", "out.jsonl", "--n", "50"]) == 0
    assert not Path("out.rejects.jsonl").exists()


def test_few_phrasings_give_hundreds_of_rows(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Edited offline, phrasings go further than their number; each row's steps say what was done, in order."""
    server = chat_server(writer)
    more = ["--phrasings", "10", "--n", "800", *(f"--form={name}=0" for name in FORMS)]
    assert main([*flags(server, cot="none"), *more]) == 0
    rows = [row for row in records() if row["form"] == "rephrased"]
    assert len(rows) == 795
    assert all(row["steps"][0].startswith("Listed({") for row in rows)
    plain = [row for row in rows if len(row["steps"]) == 1]
    assert 40 <= len(plain) <= 50  # of 50 phrasings
    assert {len(row["steps"]) for row in rows} == {1, 2, 3}
    made = {step.split("(")[0] for row in rows for step in row["steps"][1:]}
    assert {"Phrasing", "Typos", "Deletion", "Swap"} <= made
    first = Path("out.jsonl").read_bytes()
    assert main([*flags(server, cot="none"), *more, "--workers", "2"]) == 0
    assert Path("out.jsonl").read_bytes() == first
    assert server.count == 5
    capsys.readouterr()


def test_phrasings_become_a_form(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """The model's wordings are questions of the set, behind the same answers."""
    server = chat_server(writer)
    assert main(flags(server, "--phrasings", "20", cot="outline")) == 0
    check_answers()
    rephrased = [row for row in records() if row["form"] == "rephrased"]
    assert len(rephrased) >= 10
    assert all(len(step) < 200 for row in rephrased for step in row["steps"])
    assert "phrasings" in capsys.readouterr().err


def test_rewritten_answers_keep_their_code(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A new answer stands in every row of its seed, with its own hash; the others stay byte for byte."""
    assert main(flags(chat_server(writer), "--rewrite-answers", cot="none")) == 0
    answers = {row["seed_id"]: row["completion"][0]["content"] for row in records()}
    old = list(ANSWERS.values())
    assert answers[0] == old[0].replace("Call `print`", "Just call `print`")
    assert [answers[i] for i in range(1, 5)] == old[1:]
    assert "1 of 5 rewritten" in capsys.readouterr().err
    assert all(
        row["answer_sha256"] == hashlib.sha256(row["completion"][0]["content"].encode()).hexdigest()
        for row in records()
    )


def test_the_key_stays_where_it_is(chat_server: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither what is said nor any file holds it, also where the server throws it back."""

    def leaky(request: Request) -> str | Fault:
        if request.number == 0:
            return Fault(500, f"failed for {request.headers['authorization']}")
        return writer(request) if request.number < 12 else Fault(401, f"no: {request.headers['authorization']}")

    server = chat_server(leaky)
    assert main(flags(server, "--concurrency", "1")) == 1
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    said = capsys.readouterr()
    everything = [said.out, said.err, *(p.read_text(encoding="utf-8") for p in Path().rglob("*") if p.is_file())]
    assert not any(KEY in text or KEY[-8:] in text for text in everything)
    assert "401" in said.err
    assert "OPENAI_API_KEY" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cot", "llm"], "--cot llm needs a language model; expected its name, such as --model gpt-4o-mini"),
        (["--phrasings", "5", "--rewrite-answers"], "--phrasings and --rewrite-answers need a language model"),
        (["--model", "gpt-4o-mini"], "--model is about a language model, and nothing asks one; expected --cot llm"),
        (["--cot", "llm", "--model", "m", "--budget", "0"], "expected an amount in US dollars above 0"),
        (["--cot", "llm", "--model", "m", "--budget", "1"], "the price of 'm' is not known"),
        (["--cot", "llm", "--model", "m", "--prices", "none.yaml"], "none.yaml: cannot be read"),
        (["--cot", "llm", "--model", "m", "--api-key-env", KEY], "never the key itself"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing or does not fit is said before anything is asked, and a key typed by mistake is not repeated."""
    assert main(["seeds.jsonl", "out.jsonl", *arguments]) in (1, 2)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert words in said
    assert KEY not in said


@pytest.mark.parametrize("journal", "seeds.jsonl ./out.jsonl out.manifest.json out.rejects.jsonl prices.yaml".split())
def test_a_journal_in_the_place_of_another_file_is_refused(
    journal: str, chat_server: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither what the build reads nor what it writes can be the journal; nothing is asked and no file changes."""
    Path("prices.yaml").write_text("tiny: {input: 1, output: 2}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    server = chat_server(writer)
    assert main(flags(server, "--prices", "prices.yaml", "--journal", journal)) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert journal in said
    assert server.count == 0
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before


def test_a_folder_where_the_rejects_go_is_found_before_anything_is_asked(
    chat_server: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """The places of all files are checked first."""
    Path("out.rejects.jsonl").mkdir()
    server = chat_server(writer)
    assert main(flags(server)) == 1
    assert "out.rejects.jsonl: a folder" in capsys.readouterr().err
    assert server.count == 0


def test_no_key_and_no_server(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key for OpenAI, and with nothing behind a URL, one line says what to do."""
    monkeypatch.delenv("OPENAI_API_KEY")
    assert main(["seeds.jsonl", "out.jsonl", "--cot", "llm", "--model", "gpt-4o-mini"]) == 1
    assert "OPENAI_API_KEY" in capsys.readouterr().err
    nowhere = ["--model", "phi3.5", "--base-url", "http://127.0.0.1:9/v1"]
    assert main(["seeds.jsonl", "out.jsonl", "--cot", "llm", *nowhere]) == 1
    assert "nothing answers at http://127.0.0.1:9/v1" in capsys.readouterr().err


def test_the_seeds_of_the_test_are_read_as_they_stand() -> None:
    """White space around an answer is part of it."""
    assert [seed.answer for seed in read_seeds("seeds.jsonl").seeds] == list(ANSWERS.values())
