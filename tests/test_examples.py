"""The examples run, and the example seeds become the rows they promise."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest

from slmaug import expand
from slmaug.build import main
from slmaug.config import Settings, read_config
from slmaug.text import question_key

EXAMPLES = Path(__file__).parents[1] / "examples"
OPTIONAL = {".to_dataset(": "datasets", "import nlpaug": "nlpaug"}


def _pairs(name: str) -> list[tuple[str, str]]:
    with open(EXAMPLES / name, encoding="utf-8", newline="") as file:
        return [(row["Question"], row["Answer"]) for row in csv.DictReader(file)]


def _blocks(answer: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", answer, re.DOTALL | re.MULTILINE)


SEEDS = _pairs("seeds.csv")


@pytest.mark.parametrize(("question", "answer"), SEEDS, ids=[question for question, _ in SEEDS])
def test_the_code_in_an_answer_runs_by_itself(
    question: str, answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer holds one block, and it runs in an empty folder with nothing but its own imports.

    Whatever result a comment in it promises is what it prints.
    """
    (block,) = _blocks(answer)
    for sign, package in OPTIONAL.items():
        if sign in block and not importlib.util.find_spec(package):
            pytest.skip(f"needs {package}")
    monkeypatch.chdir(tmp_path)
    # The folder of the tests is on the path of pytest alone; the repository must be on that of a subprocess too.
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parent))
    printed: list[str] = []

    def keep(*values: object) -> None:
        printed.append(" ".join(map(str, values)))

    exec(compile(block, question, "exec"), {"__name__": "__main__", "print": keep})
    for promised in re.findall(r"print\(.*\)  # (.+)$", block, re.MULTILINE):
        assert promised in printed


def test_thirty_seeds_become_three_thousand_rows() -> None:
    """Exactly 3,000 rows, no question twice, and every answer is its seed's answer, byte for byte."""
    rows = expand(EXAMPLES / "seeds.csv", n=3000, random_seed=42)
    assert len(SEEDS) == 30
    assert len(rows) == 3000
    assert len({question_key(row.question) for row in rows}) == 3000
    assert all(row.answer.encode() == SEEDS[row.seed_id][1].encode() for row in rows)
    assert set(rows.report.per_seed.values()) == {100}


def test_chinese_seeds_become_six_hundred_rows() -> None:
    """The same holds for the Chinese seeds."""
    seeds = _pairs("seeds_zh.csv")
    rows = expand(EXAMPLES / "seeds_zh.csv", n=600, random_seed=42)
    assert len(rows) == len({question_key(row.question) for row in rows}) == 600
    assert all(row.answer.encode() == seeds[row.seed_id][1].encode() for row in rows)


def test_the_config_gives_what_the_flags_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """recipe.yaml is accepted as it stands, shows every key there is, and equals the flags in its first lines."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    text = Path("examples/recipe.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([a-z_]+):", text, re.MULTILINE)) == set(Settings.__dataclass_fields__)
    assert read_config("examples/recipe.yaml")["n"] == 3000

    assert main(["--config", "examples/recipe.yaml", "--quiet"]) == 0
    by_config = Path("out.jsonl").read_bytes()
    flags = re.findall(r"^#   (.+?)(?: \\)?$", text, re.MULTILINE)
    words = [word.strip('"') for line in flags for word in re.findall(r'"[^"]*"|\S+', line)]
    assert words[:3] == ["python", "-m", "slmaug.build"]
    assert main([*words[3:], "--quiet"]) == 0
    assert Path("out.jsonl").read_bytes() == by_config


def test_the_notebook_holds_no_output_that_could_be_stale() -> None:
    """It is stored without outputs and counts."""
    cells = json.loads((EXAMPLES / "expand.ipynb").read_text(encoding="utf-8"))["cells"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells if cell["cell_type"] == "code")


def test_the_notebook_executes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs, from the first to the last, beside the seeds."""
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    execute = pytest.importorskip("nbconvert.preprocessors").ExecutePreprocessor
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parent))
    shutil.copy(EXAMPLES / "seeds.csv", tmp_path)
    notebook = nbformat.read(EXAMPLES / "expand.ipynb", as_version=4)
    execute(timeout=50, kernel_name="python3").preprocess(notebook, {"metadata": {"path": str(tmp_path)}})
    assert (tmp_path / "out.jsonl").exists()
