from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "make_lexicon.py"
WORDNET = Path("/usr/share/wordnet")


@pytest.mark.skipif(not (WORDNET / "index.sense").is_file(), reason="needs apt install wordnet-sense-index")
def test_the_script_writes_the_tables_that_are_committed(tmp_path: Path) -> None:
    """The lexicon in the repository is what its script makes of WordNet 3.0, byte for byte."""
    subprocess.run([sys.executable, str(SCRIPT), "--wordnet", str(WORDNET), "--out", str(tmp_path)], check=True)
    for name in ("english.tsv", "morphology.tsv"):
        committed = files("slmaug.augment.lexicon").joinpath(name).read_bytes()
        assert (tmp_path / name).read_bytes() == committed, f"{name} differs: run python scripts/make_lexicon.py"


def test_the_tables_stay_small_and_keep_the_notice() -> None:
    """Under half a megabyte together, with the licence WordNet asks to be kept."""
    folder = files("slmaug.augment.lexicon")
    size = sum(len(folder.joinpath(name).read_bytes()) for name in ("english.tsv", "morphology.tsv", "everyday.tsv"))
    assert size < 500_000
    assert "Princeton University" in folder.joinpath("WORDNET-LICENSE.txt").read_text("utf-8")
