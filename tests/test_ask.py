"""``python -m slmaug.ask``: one question, a loop, or questions from a pipe."""

from __future__ import annotations

import io
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="asking a model needs torch")
pytest.importorskip("transformers", reason="asking a model needs transformers")

import slmaug
from slmaug.ask import _typed, main
from slmaug.cot.answer_lock import preface
from slmaug.train import tiny
from slmaug.train.encoding import chat_tokens
from slmaug.train.example import Example
from slmaug.train.generation import stops_of
from slmaug.train.loading import load_model

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals and signals of POSIX")
SYSTEM = "Be brief."
ANALYSIS = preface("1. It tells where.", has_code=False)
ROOT = str(Path(slmaug.__file__).parent.parent)
EXAMPLES = [
    Example("Where is the log?", ANALYSIS + "In logs/.", SYSTEM),
    Example("How do I stop?", "  Ctrl-C,\n  or 结束.", SYSTEM),
    Example("Where is the log?", "Nowhere."),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run whose model answers the examples, trained with a system prompt and, for one, without."""
    import torch

    tokenizer = tiny.small_tokenizer([each.question + each.completion for each in EXAMPLES], vocabulary=400)
    model = tiny.small_phi3(tokenizer, width=64, layers=2)
    chat = chat_tokens(tokenizer, stops_of(model))
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(50):
        for each in map(chat.encoded, EXAMPLES):
            ids, labels = torch.tensor([each.input_ids]), torch.tensor([each.labels])
            model(input_ids=ids, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    folder = tmp_path_factory.mktemp("runs") / "full"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "manifest.json").write_text(json.dumps({"data": {"system": SYSTEM}}), encoding="utf-8")
    return folder


def endless(run: Path) -> Path:
    """A copy of the run whose model never says a token that ends an answer."""
    copy = run.with_name("endless")
    shutil.copytree(run, copy)
    model = load_model(run)
    model.lm_head.weight.data[list(stops_of(model))] = 0  # of all logits the highest is not 0
    model.save_pretrained(copy)
    return copy


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))


# --- one question ------------------------------------------------------------------------------------------------


def test_question(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer stands on standard output as it is, the analysis in front of it, and nothing on standard error."""
    assert main([str(run), "Where is the log?"]) == 0
    assert capsys.readouterr() == (ANALYSIS + "In logs/.\n", "")
    assert main([str(run), "How", "do", "I", "stop?", "--device", "cpu"]) == 0
    assert capsys.readouterr().out == EXAMPLES[1].completion + "\n"


def test_answer_only(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--answer-only leaves the analysis out."""
    assert main([str(run), "--answer-only", "Where is the log?"]) == 0
    assert capsys.readouterr().out == "In logs/.\n"


def test_system(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The run's own system prompt goes in front of a question; --system gives another, or none."""
    assert main([str(run), "Where is the log?", "--system", ""]) == 0
    assert capsys.readouterr().out == "Nowhere.\n"
    assert main([str(run), "Where is the log?", "--system", SYSTEM]) == 0
    assert capsys.readouterr().out == ANALYSIS + "In logs/.\n"


def test_limit(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer cut off by the limit is shown as far as it came, with a warning and exit code 3."""
    assert main([str(run), "How do I stop?", "--max-new-tokens", "4"]) == 3
    out, said = capsys.readouterr()
    assert EXAMPLES[1].completion.startswith(out.rstrip("\n"))
    assert said == (
        "slmaug: warning: the limit of 4 new tokens was reached before the answer's end; "
        "--max-new-tokens sets another\n"
    )


# --- several -----------------------------------------------------------------------------------------------------


def test_pipe(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a pipe every line that is not blank is a question; each answer stands below its question."""
    piped(monkeypatch, b"Where is the log?\n\n  How do I stop?  \r\n")
    assert main([str(run), "--answer-only"]) == 0
    shown = f"> Where is the log?\nIn logs/.\n\n> How do I stop?\n{EXAMPLES[1].completion}\n"
    assert capsys.readouterr().out == shown


def test_pipe_of_bytes(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A pipe that is no text, and standard input that is closed, are one line."""
    piped(monkeypatch, b"\xff\xfe\n")
    assert main([str(run)]) == 1
    assert capsys.readouterr().err == "slmaug: error: standard input: not utf-8 text; expected one question on a line\n"
    monkeypatch.setattr(sys, "stdin", None)
    assert main([str(run)]) == 1
    assert "standard input is closed" in capsys.readouterr().err


class Terminal:
    """``slmaug.ask`` in a pseudo terminal; ``until`` reads up to a text."""

    def __init__(self, *arguments: str) -> None:
        import pty

        self.side, other = pty.openpty()
        environment = os.environ | {"PYTHONPATH": ROOT, "TERM": "dumb", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "slmaug.ask", *arguments]
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, env=environment, start_new_session=True
        )
        os.close(other)
        self.seen = ""

    def until(self, text: str) -> str:
        """All that came, up to and with ``text``, once it came."""
        patience = time.monotonic() + 120
        data = b""
        while text not in self.seen + data.decode(errors="ignore"):
            assert time.monotonic() < patience, self.seen + repr(data)
            if select.select([self.side], [], [], 1)[0]:
                data += os.read(self.side, 4096)
        found, _, self.seen = (self.seen + data.decode()).replace("\r\n", "\n").partition(text)
        return found + text

    def type(self, text: str) -> None:
        os.write(self.side, text.encode())

    def interrupt(self) -> str:
        """Send SIGINT until that is said, since one may fall between the prompt and the wait for a key; all output."""
        said = b""
        while b"slmaug: interrupted" not in said:
            os.kill(self.process.pid, signal.SIGINT)
            while b"slmaug: interrupted" not in said and select.select([self.side], [], [], 5)[0]:
                said += os.read(self.side, 4096)
        return said.decode(errors="replace")

    def ended(self) -> int:
        code = self.process.wait(timeout=120)
        os.close(self.side)
        return code


@POSIX
def test_loop(run: Path) -> None:
    """In a terminal questions are asked in a loop, answers come in pieces, and Ctrl-D leaves it."""
    terminal = Terminal(str(run))
    terminal.until("> ")
    terminal.type("Where is the log?\n")
    assert terminal.until("> ").endswith(ANALYSIS + "In logs/.\n> ")
    terminal.type("\n")
    terminal.until("> ")
    terminal.type("How do I stop?\n")
    assert EXAMPLES[1].completion in terminal.until("> ")
    terminal.type("\x04")
    assert terminal.ended() == 0


def test_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The word exit leaves the loop, in any case; blank lines are no questions."""
    lines = iter(["", " Why? ", "EXIT", "never"])
    monkeypatch.setattr("builtins.input", lambda *_: next(lines))
    assert list(_typed()) == ["Why?"]


@POSIX
def test_interrupted_in_the_loop(run: Path) -> None:
    """Ctrl-C at the prompt says that it was interrupted and shows no traceback."""
    terminal = Terminal(str(run))
    terminal.until("> ")
    assert "Traceback" not in terminal.interrupt()
    assert terminal.ended() == 130


@POSIX
def test_interrupted_in_an_answer(run: Path) -> None:
    """Ctrl-C in the midst of an answer ends it and the program, without a traceback."""
    terminal = Terminal(str(endless(run)), "--max-new-tokens", "4000", "Tell me all of it, at length.")
    assert select.select([terminal.side], [], [], 120)[0]
    assert "Traceback" not in terminal.interrupt()
    assert terminal.ended() == 130


# --- wrong use ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required"),
        (["runs/full", " "], "the question is empty; expected words"),
        (["runs/full", "Why?", "--max-new-tokens", "0"], "expected a whole number from 1, got '0'"),
        (["runs/full", "Why\udcff?"], "no text of this terminal's encoding"),
        (["runs/full", "--what"], "unrecognized arguments: --what"),
    ],
)
def test_usage(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is one line and exit code 2."""
    assert main(arguments) == 2
    found = capsys.readouterr().err
    assert said in found
    assert found.count("\n") == 1


def test_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A model folder that is not there is one line, and exit code 1."""
    monkeypatch.chdir(tmp_path)
    assert main(["./runs/full", "Why?"]) == 1
    assert capsys.readouterr() == ("", "slmaug: error: ./runs/full: no such folder\n")


def test_help(capsys: Any) -> None:
    """--help shows the flags and the exit codes."""
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "--answer-only" in said
    assert "exit codes" in said
