"""The benchmark of training sets runs, and says so where it cannot."""

from __future__ import annotations

import csv
import importlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
SEEDS = [
    ("How do I find the large log files?", "They lie in logs."),
    ("Which port does the server listen on?", "On port 8080."),
]
REAL = [("where are big logs kept", 0), ("port of the web server", 1), ("which port does the server listen on", 1)]


def _module() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("train_small")
    finally:
        sys.path.remove(str(BENCHMARKS))


train_small = _module()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one set, named ``small``."""
    for name, header, rows in (("seeds", ("Question", "Answer"), SEEDS), ("real", ("Question", "seed_id"), REAL)):
        with (tmp_path / f"small_{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return tmp_path


def test_both_sides_are_trained_and_asked_the_same(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each side gets a line of the table; a real phrasing that a row asks is left out, and a missing set is named."""
    pytest.importorskip("trl")
    monkeypatch.setattr(train_small, "QUICK", replace(train_small.QUICK, width=32, layers=1, vocabulary=600))
    assert train_small.main(["--data", str(data), "--sets", "small", "other", "--quick", "--steps", "2"]) == 0
    out, err = capsys.readouterr()
    table = [line.split(" | ") for line in out.splitlines() if line.startswith("| small")]
    assert [cells[:2] for cells in table] == [["| small: raw seeds", "2"], ["| small: slmaug", "6"]]
    assert "small: 2 real phrasings; 1 that a row asks are left out" in err
    assert "other is not measured: other_seeds.csv and other_real.csv are not both in" in err


def test_without_the_sets_it_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, or one that is not there, ends it with a line that says so."""
    monkeypatch.delenv("SLMAUG_BENCHMARK_DATA", raising=False)
    with pytest.raises(SystemExit, match="skipped: no folder of sets was given"):
        train_small.main([])
    with pytest.raises(SystemExit, match="skipped: nowhere is not here"):
        train_small.main(["--data", "nowhere"])
