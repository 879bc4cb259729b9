"""The benchmark of training, run at a tiny size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs torch, transformers and trl")
pytest.importorskip("trl", reason="TRL needs Python 3.11")

ROOT = Path(__file__).resolve().parents[2]


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The benchmark in a process of its own, as a user starts it."""
    script = str(ROOT / "benchmarks" / "train_throughput.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, env=environment)


def test_small() -> None:
    """At a tiny size it trains with TRL's defaults and with our recipe, and prints a row for each; no GPU, no MFU."""
    done = ran("--small", "--steps", "1", "--warm-up", "1", "--rows", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines() if line.startswith(("trl", "ours"))}
    assert list(rows) == ["trl", "ours"]
    assert rows["trl"][1:5] == ["8", "of", "8,", "chk"]
    assert rows["ours"][1:4] == ["2", "of", "2"]
    for row in rows.values():
        assert row.count("n/a") == 3  # MFU, peak memory, the estimate's error


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu() -> None:
    """Without a GPU it says in one line that it needs one, and that is no failure."""
    done = ran()
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "skipped: full fine-tuning at full size needs a CUDA GPU, and there is none; --small runs on the CPU"
    ]
