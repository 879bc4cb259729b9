from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="draws the curves")

from matplotlib.image import imread

from slmaug.errors import SlmaugError
from slmaug.train.curves import curves_png, series, smoothed, write_curves

HISTORY = [
    *({"step": step, "epoch": step / 40, "loss": 3 * math.exp(-step / 30) + 0.02} for step in range(2, 120, 2)),
    {"step": 40, "epoch": 1.0, "eval_loss": 1.1, "eval_accuracy": 0.5},
    {"step": 80, "epoch": 2.0, "eval_loss": 0.7, "eval_accuracy": 0.8},
    {"step": 120, "epoch": 3.0, "eval_loss": 0.6, "eval_accuracy": 0.8},
    {"step": 120, "epoch": 3.0, "train_runtime": 12.0, "train_loss": 0.4},
]


def size_of(picture: bytes, tmp_path: Path) -> tuple[int, int]:
    (tmp_path / "picture.png").write_bytes(picture)
    height, width = imread(tmp_path / "picture.png").shape[:2]
    return width, height


def test_the_picture_is_a_png_of_two_panels(tmp_path: Path) -> None:
    """1600 pixels wide; without an accuracy it is half as high."""
    width, height = size_of(curves_png(HISTORY, title="runs/full"), tmp_path)
    assert width == 1600
    without = [{key: value for key, value in entry.items() if key != "eval_accuracy"} for entry in HISTORY]
    assert size_of(curves_png(without), tmp_path)[1] < 0.6 * height


def test_the_same_history_gives_the_same_bytes(tmp_path: Path) -> None:
    """The picture depends on nothing else, and the file holds just these bytes."""
    write_curves(HISTORY, tmp_path / "curves.png", title="x")
    assert (tmp_path / "curves.png").read_bytes() == curves_png(HISTORY, title="x")


def test_the_best_checkpoint_is_the_one_given() -> None:
    """The mark is at the first of the highest accuracies unless a step is given; an unknown step changes nothing."""
    first = curves_png(HISTORY)
    assert first == curves_png(HISTORY, best_step=77)
    assert first == curves_png(HISTORY, best_step=80)
    assert first != curves_png(HISTORY, best_step=120)


@pytest.mark.parametrize(
    "history",
    [
        [],
        [{"step": 1, "epoch": 0.1, "loss": 2.0}],
        [{"step": 1, "epoch": 0.0, "eval_accuracy": 0.0}],
        [{"step": 0, "eval_accuracy": 1.0, "eval_loss": 0.0}],
        [{"step": 1, "loss": math.nan}, {"step": 2, "loss": math.inf}],
        [{"step": 1, "loss": 0.0}, {"step": 2, "loss": 1e9}, {"step": 3, "loss": -1.0}],
        [{"loss": 1.0}, {"step": None, "loss": 1.0}, {"step": 3, "loss": "high", "epoch": "one"}],
    ],
)
def test_any_history_is_drawn(history: list[dict[str, object]]) -> None:
    """Nothing logged, one log, logs without a step and values that are no numbers: there is a picture."""
    assert curves_png(history, title="$a_b^{").startswith(b"\x89PNG")


NUMBER = st.none() | st.floats() | st.integers(-3, 10**9)
LOGS = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(("step", "epoch", "loss", "eval_loss"), NUMBER)))


@settings(max_examples=5, deadline=None)
@given(LOGS)
def test_no_value_stops_the_drawing(history: list[dict[str, float | None]]) -> None:
    """Whatever numbers the logs hold, there is a picture."""
    assert curves_png(history).startswith(b"\x89PNG")


def test_a_resumed_training_is_one_curve() -> None:
    """Of two logs of one step the later counts, the steps come in order, and what is not finite is counted."""
    history = [{"step": step, "loss": value} for step, value in ((2, 2.0), (3, 9.0), (1, 3.0), (3, 1.0), (4, math.nan))]
    found = series(history, "loss")
    assert found.points == [(1, 3.0), (2, 2.0), (3, 1.0)]
    assert found.left_out == 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0, 20))
def test_smoothing_stays_within_the_values(values: list[float], spread: float) -> None:
    """As many values come out as went in, none beyond the smallest and the largest; no spread changes nothing."""
    found = smoothed(values, spread)
    assert len(found) == len(values)
    assert all(min(values) - 1e-6 <= each <= max(values) + 1e-6 for each in found)
    assert smoothed(values, 0) == values


def test_a_straight_line_stays_straight() -> None:
    """Smoothing does not lag: in the middle of a falling line the mean is the value."""
    line = [float(100 - n) for n in range(100)]
    assert smoothed(line, 3.0)[20:80] == pytest.approx(line[20:80])


def test_no_global_state_is_touched() -> None:
    """The picture is drawn without pyplot, whose figures and settings are the whole process's."""
    before = "matplotlib.pyplot" in sys.modules
    curves_png(HISTORY)
    assert ("matplotlib.pyplot" in sys.modules) == before


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A missing folder is an error that names it."""
    with pytest.raises(SlmaugError, match="no folder"):
        write_curves(HISTORY, tmp_path / "no" / "curves.png")
