import json
from pathlib import Path

import pytest

from slmaug.errors import SlmaugError
from slmaug.train import checkpoints


def checkpoint(folder: Path, step: int) -> Path:
    place = folder / f"checkpoint-{step}"
    place.mkdir(parents=True)
    (place / checkpoints.STATE).write_text(json.dumps({"global_step": step}))
    return place


def test_a_new_run_starts_from_nothing(tmp_path: Path) -> None:
    """An empty folder has no checkpoint to go on from, and keeps the settings of the run that begins."""
    assert checkpoints.begin(tmp_path / "c", {"rows": "a"}, restart=False) is None
    assert json.loads((tmp_path / "c" / "run.json").read_text()) == {"rows": "a"}


def test_a_run_goes_on_from_the_latest_checkpoint(tmp_path: Path) -> None:
    """Step 100 comes after step 20, whatever the names' order; the same settings go on from there."""
    checkpoints.begin(tmp_path, {"rows": "a"}, restart=False)
    checkpoint(tmp_path, 20)
    last = checkpoint(tmp_path, 100)
    assert checkpoints.begin(tmp_path, {"rows": "a"}, restart=False) == last


def test_a_checkpoint_cut_off_while_it_was_written_is_removed(tmp_path: Path) -> None:
    """A checkpoint without a readable state, which is written last, is no checkpoint; the one before it counts."""
    checkpoints.begin(tmp_path, {}, restart=False)
    whole = checkpoint(tmp_path, 20)
    cut = checkpoint(tmp_path, 30)
    (cut / checkpoints.STATE).write_text('{"global_st')
    empty = tmp_path / "checkpoint-40"
    empty.mkdir()
    assert checkpoints.begin(tmp_path, {}, restart=False) == whole
    assert not cut.exists()
    assert not empty.exists()


def test_another_run_in_the_folder_is_an_error_that_names_the_difference(tmp_path: Path) -> None:
    """A run with other settings is neither gone on from nor overwritten; --restart throws it away."""
    checkpoints.begin(tmp_path, {"rows": "a", "learning_rate": 1e-5}, restart=False)
    checkpoint(tmp_path, 20)
    with pytest.raises(
        SlmaugError, match=r"learning_rate was 1e-05 and is 5e-06; give another --output-dir, or --rest"
    ):
        checkpoints.begin(tmp_path, {"rows": "a", "learning_rate": 5e-6}, restart=False)
    assert checkpoints.begin(tmp_path, {"rows": "b"}, restart=True) is None
    assert not (tmp_path / "checkpoint-20").exists()


def test_a_run_without_a_checkpoint_may_change_its_settings(tmp_path: Path) -> None:
    """Nothing was done yet, so nothing stands in the way of other settings."""
    checkpoints.begin(tmp_path, {"rows": "a"}, restart=False)
    assert checkpoints.begin(tmp_path, {"rows": "b"}, restart=False) is None


def test_settings_without_a_part_in_the_weights_do_not_tell_runs_apart() -> None:
    """Where logs go and how many checkpoints are kept may change between two starts of one run."""
    one = {"learning_rate": 1e-5, "report_to": ["none"], "save_total_limit": 2, "output_dir": "a"}
    other = {"learning_rate": 1e-5, "report_to": ["tensorboard"], "save_total_limit": 1, "output_dir": "b"}
    assert checkpoints.told_apart(one) == checkpoints.told_apart(other) == {"learning_rate": 1e-5}
