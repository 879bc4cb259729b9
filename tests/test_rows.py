from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pickle
import sys
from pathlib import Path

import pytest

from slmaug.errors import MissingPackage, SlmaugError
from slmaug.formats import FORMATS, Format, to_record
from slmaug.manifest import Report
from slmaug.record import Row, Seed, answer_hash
from slmaug.rows import Rows

SEEDS = [
    Seed(0, "How do I read a file?", "    with open(p) as f:\r\n        f.read()\n", "seeds.csv:2"),
    Seed(2, "如何读取文件？🎉", "用 open()。", "seeds.csv:4"),
]
REPORT = Report("seeds.csv", "ab" * 32, {"random_seed": 0}, {"seed": 2, "swap": 1}, {0: 2, 2: 1}, (), (), 3)


def of(seed: Seed, form: str = "seed", question: str | None = None, *steps: str) -> Row:
    return Row(question or seed.question, seed.answer, seed.id, form, steps, answer_hash(seed.answer))


ROWS = [of(SEEDS[0]), of(SEEDS[1]), of(SEEDS[0], "swap", "How I do read a file?", "Swap(rate=0.1)")]


@pytest.fixture
def rows() -> Rows:
    return Rows(ROWS, SEEDS, REPORT)


def test_sequence(rows: Rows) -> None:
    """Rows are a sequence of Row; a slice is Rows again and keeps seeds and report."""
    assert len(rows) == 3
    assert list(rows) == ROWS
    assert rows[0] == ROWS[0]
    assert rows[-1] == ROWS[-1]
    assert ROWS[1] in rows
    assert rows.index(ROWS[2]) == 2
    assert isinstance(rows[1:], Rows)
    assert list(rows[::-1]) == ROWS[::-1]
    assert rows[:1].seeds == tuple(SEEDS)
    assert rows[:1].report is REPORT
    with pytest.raises(IndexError):
        rows[3]


def test_equality(rows: Rows) -> None:
    """Two Rows are equal if their rows are, whatever their report, and equal ones hash alike."""
    other = Rows(tuple(ROWS), (), dataclasses.replace(REPORT, source="other.csv"))
    assert rows == other
    assert hash(rows) == hash(other)
    assert rows != rows[:2]
    assert rows != tuple(ROWS)  # type: ignore[comparison-overlap]


def test_value(rows: Rows) -> None:
    """Rows cannot be set, do not follow the list they were made of, and survive pickling with all they hold."""
    given = list(ROWS)
    kept = Rows(given, SEEDS, REPORT)
    given.clear()
    assert kept == rows
    with pytest.raises(dataclasses.FrozenInstanceError):
        rows.seeds = ()  # type: ignore[misc]
    copy = pickle.loads(pickle.dumps(rows))
    assert (copy, copy.seeds, copy.report) == (rows, rows.seeds, rows.report)


def test_repr(rows: Rows) -> None:
    """The repr counts, and does not print three thousand rows."""
    assert repr(rows) == "Rows(3 rows of 2 seeds in 2 forms)"
    assert repr(rows[:1]) == "Rows(1 row of 1 seed in 1 form)"
    assert repr(rows[:0]) == "Rows(0 rows of 0 seeds in 0 forms)"


def test_notebook(rows: Rows) -> None:
    """A notebook gets an HTML table; no rows are no error."""
    assert "<table>" in rows._repr_html_()
    assert "0 rows" in rows[:0]._repr_html_()


def test_to_pandas(rows: Rows) -> None:
    """The DataFrame has the rows' own fields for columns, with every byte of the answers."""
    frame = rows.to_pandas()
    assert list(frame.columns) == ["question", "answer", "seed_id", "form", "steps", "answer_sha256", "analysis"]
    assert frame["answer"].tolist() == [row.answer for row in ROWS]
    assert frame["steps"].tolist() == [[], [], ["Swap(rate=0.1)"]]
    assert len(rows[:0].to_pandas()) == 0
    assert list(rows[:0].to_pandas().columns) == list(frame.columns)


@pytest.mark.parametrize("format", FORMATS)
def test_to_pandas_and_dataset_in_a_format(rows: Rows, format: Format) -> None:
    """With a format, DataFrame and Dataset hold its records."""
    records = [to_record(row, format, "Be brief.") for row in ROWS]
    assert rows.to_records(format, "Be brief.") == records
    assert rows.to_pandas(format, "Be brief.").to_dict("records") == records
    assert rows.to_dataset(format, "Be brief.").to_list() == records


def test_dataset_without_rows(rows: Rows) -> None:
    """An empty Dataset still has its columns, of the same types."""
    assert rows[:0].to_dataset().features == rows.to_dataset().features


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_datasets_reads_what_was_written(rows: Rows, tmp_path: Path, suffix: str) -> None:
    """load_dataset reads the file as the rows that were written."""
    import datasets

    path = rows.write(tmp_path / f"out{suffix}")
    kind = "json" if suffix == ".jsonl" else "parquet"
    loaded = datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded.to_list() == rows.to_records()


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_write(rows: Rows, tmp_path: Path, suffix: str) -> None:
    """Writing puts the manifest beside the output, with the output's hash, and returns the output's path."""
    path = rows.write(str(tmp_path / f"out{suffix}"), "messages", system="Be brief.")
    assert path == tmp_path / f"out{suffix}"
    assert sorted(os.listdir(tmp_path)) == sorted([f"out{suffix}", "out.manifest.json"])
    content = json.loads((tmp_path / "out.manifest.json").read_bytes())
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    name = path.name
    assert content["output"] == {"name": name, "sha256": sha256, "format": "messages", "system": "Be brief."}
    assert content["counts"]["rows"] == 3


def test_write_again(rows: Rows, tmp_path: Path) -> None:
    """The same rows in another folder give the same two files, byte for byte."""
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        rows.write(tmp_path / name / "out.jsonl")
        files.append([each.read_bytes() for each in sorted((tmp_path / name).iterdir())])
    assert files[0] == files[1]


def test_failed_write(rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the manifest cannot be made, both older files stay and nothing is left beside them."""
    rows[:1].write(tmp_path / "out.jsonl")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("slmaug.rows.manifest", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rows.write(tmp_path / "out.jsonl")
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_write_to_no_folder(rows: Rows, tmp_path: Path) -> None:
    """The error names the output that was asked for, not the manifest."""
    with pytest.raises(SlmaugError, match=r"out\.jsonl: no folder .*; make it: mkdir -p "):
        rows.write(tmp_path / "missing" / "out.jsonl")


def test_write_to_standard_output(
    rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The path "-" is standard output, without a manifest."""
    monkeypatch.chdir(tmp_path)
    assert rows.write("-", "alpaca") == Path("-")
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == rows.to_records("alpaca")
    assert os.listdir(tmp_path) == []


def test_missing_packages(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a library is missing the error holds the command that installs it."""
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingPackage, match=r'pip install "slmaug\[train\]"$'):
        rows.to_dataset()
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingPackage, match=r"pip install pandas$"):
        rows.to_pandas()
