"""``python -m slmaug.evaluate``: a table, a file of wrong answers, and counts in the run's manifest."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="asking a model needs torch")
pytest.importorskip("transformers", reason="asking a model needs transformers")

import slmaug
from slmaug.cot.answer_lock import preface
from slmaug.evaluate import main
from slmaug.train import tiny
from slmaug.train.encoding import chat_tokens
from slmaug.train.example import Example
from slmaug.train.generation import stops_of
from slmaug.train.run_folder import write_answers

SYSTEM = "Be brief."
EXAMPLES = [
    Example("Where is the log?", preface("1. It tells where.", has_code=False) + "In logs/.", SYSTEM, seed_id=0),
    Example("How do I print 1?", "Print it:\n\n```python\nprint(1)\n```", SYSTEM, seed_id=1),
    Example("Where is the log?", "Nowhere."),
]
MANIFEST = {"slmaug": "1", "data": {"system": SYSTEM}, "evaluation": {"training": {"questions": 2}}}
RIGHT = "Question,seed_id\nWhere is the log?,0\nHow do I print 1?,1\n"
HALF = 'Question,Answer\nHow do I print 1?,"```python\nprint( 1 )\n```"\nWhere is the log?,In logs/.\n'


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
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
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    write_answers(folder, {each.seed_id: each.answer for each in EXAMPLES if each.seed_id is not None})
    return folder


@pytest.fixture(autouse=True)
def run(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the run in runs/full of a folder of its own, beside two files of questions."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(trained, tmp_path / "runs" / "full")
    Path("right.csv").write_text(RIGHT, encoding="utf-8")
    Path("half.csv").write_text(HALF, encoding="utf-8")
    return Path("runs/full")


def rows(path: str | Path) -> list[list[str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


# --- evaluating --------------------------------------------------------------------------------------------------


def test_command(run: Path) -> None:
    """The command prints the table on standard output, writes the wrong answers, and keeps the counts."""
    environment = os.environ | {"PYTHONPATH": str(Path(slmaug.__file__).parent.parent), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "slmaug.evaluate", "runs/full", "half.csv", "right.csv", "--repeats", "2"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=True,
    )
    assert re.search(r"right \(exact and stopped\) +50\.0 % \(1 of 2\) +100\.0 % \(2 of 2\)\n", done.stdout)
    assert "weakest answers of half.csv (wrong of asked)\n       1 of 1     ```python print( 1 ) ```" in done.stdout
    assert "1 wrong answers written to runs/full/wrong_answers-half.csv\n" in done.stderr
    told = ["half.csv", "half.csv:2", "How do I print 1?", "```python\nprint( 1 )\n```", EXAMPLES[1].completion]
    assert rows(run / "wrong_answers-half.csv") == [[*told, "yes", "no", "yes"]]
    assert rows(run / "wrong_answers-right.csv") == []
    kept = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert {key: kept[key] for key in ("slmaug", "data")} == {key: MANIFEST[key] for key in ("slmaug", "data")}
    assert list(kept["evaluation"]) == ["training", "half.csv", "right.csv"]
    assert kept["evaluation"]["right.csv"] == {
        "questions": 2,
        "exact": 2,
        "normalised": 2,
        "with_code": 1,
        "code_equal": 1,
        "stopped": 2,
        "repeats": 2,
        "same_each_time": 2,
        "answers": 2,
        "consistent_answers": 1.0,
    }


def test_one_file_of_wrong_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """--wrong puts all wrong answers into one file; --quiet leaves the table alone."""
    more = ["--wrong", "wrong.csv", "--quiet", "--batch-size", "1", "--device", "cpu"]
    assert main(["runs/full", "half.csv", "right.csv", *more]) == 0
    assert len(rows("wrong.csv")) == 1
    assert not list(Path("runs/full").glob("wrong*"))
    out, said = capsys.readouterr()
    assert "50.0 % (1 of 2)" in out
    [line] = said.splitlines()
    assert "half.csv: 1 of 2 expected answers are none that was trained, the first at half.csv:2" in line


def test_limit(capsys: pytest.CaptureFixture[str]) -> None:
    """Answers cut off by the limit are wrong, counted, and the flag that mends it is named."""
    assert main(["runs/full", "right.csv", "--max-new-tokens", "3"]) == 0
    out, said = capsys.readouterr()
    assert "0.0 % (0 of 2)" in out
    assert "2 answers reached the limit of 3 new tokens before their end; --max-new-tokens sets another" in said
    assert [row[5] for row in rows("runs/full/wrong_answers-right.csv")] == ["no", "no"]


def test_a_model_that_is_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    """A model folder without a manifest gets no file and no system prompt; its wrong answers go to where one stands."""
    before = {each.name for each in Path("runs/full").iterdir()} - {"manifest.json", "answers.json"}
    Path("runs/full/manifest.json").unlink()
    Path("runs/full/answers.json").unlink()
    Path("other.csv").write_text("Question,Answer\nWhere is the log?,Nowhere.\n", encoding="utf-8")
    assert main(["runs/full", "other.csv"]) == 0
    assert "100.0 % (1 of 1)" in capsys.readouterr().out
    assert rows("wrong_answers-other.csv") == []
    assert {each.name for each in Path("runs/full").iterdir()} == before


def test_questions_that_come_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """A question that comes again with the same answer is asked once, and that is said."""
    Path("right.csv").write_text(RIGHT + "Where is the log?,0\n", encoding="utf-8")
    assert main(["runs/full", "right.csv"]) == 0
    assert "1 questions of right.csv came again with the same answer and are left out" in capsys.readouterr().err


# --- what cannot be ----------------------------------------------------------------------------------------------


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    assert main(arguments) == code
    out, said = capsys.readouterr()
    assert out == ""
    assert said.count("\n") == 1
    return said


def test_found_before_the_model_is_loaded(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with the arguments, files and places is said on one line while the weights are not yet read."""
    (run / "model.safetensors").write_bytes(b"no weights")
    Path("seven.csv").write_text("Question,seed_id\nWhy?,7\n", encoding="utf-8")
    Path("empty.csv").write_text("", encoding="utf-8")
    assert "none.csv: no such file" in refused(capsys, "runs/full", "right.csv", "none.csv")
    assert "runs/ful: no such folder; did you mean runs/full?" in refused(capsys, "runs/ful", "right.csv")
    assert "seven.csv:2: seed_id 7; expected" in refused(capsys, "runs/full", "seven.csv")
    assert "empty.csv" in refused(capsys, "runs/full", "empty.csv")
    assert "no folder none" in refused(capsys, "runs/full", "right.csv", "--wrong", "none/wrong.csv")
    assert "these are the questions" in refused(capsys, "runs/full", "right.csv", "--wrong", "right.csv")
    assert "the model cannot be loaded" in refused(capsys, "runs/full", "right.csv")
    assert Path("right.csv").read_text(encoding="utf-8") == RIGHT
    (run / "manifest.json").write_text("{", encoding="utf-8")
    assert "manifest.json: cannot be read" in refused(capsys, "runs/full", "right.csv")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["runs/full"], "the following arguments are required: questions.csv"),
        (["runs/full", "right.csv", "--repeats", "0"], "argument --repeats: expected a whole number from 1, got '0'"),
        (["runs/full", "right.csv", "--batch-size", "x"], "argument --batch-size: expected a whole number from 1"),
        (["runs/full", "a/right.csv", "b/right.csv"], "two files are named right.csv"),
    ],
)
def test_usage(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is one line and exit code 2."""
    assert said in refused(capsys, *arguments, code=2)


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """--help shows the flags and the exit codes."""
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "--repeats" in said
    assert "exit codes" in said
