"""The course of a training as a picture: its loss, and the share of held-out questions it answered right."""

from __future__ import annotations

import io
import math
import operator
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from slmaug.formats import replacing
from slmaug.model_files import needed

# Okabe and Ito's colours, which people with any colour vision can tell apart.
_TRAINING, _HELD_OUT, _BEST = "#0072b2", "#d55e00", "#009e73"
_QUIET = "#6b6b6b"
_SPREAD = 1 / 60
"""How far a training's loss is smoothed, as a share of its logs."""
_LOG_RATIO = 30
"""From this ratio of the largest to the smallest loss on, a linear axis would hide the end of a training."""


class Point(NamedTuple):
    step: float
    value: float


class Series(NamedTuple):
    """The finite values of one key by step, and how many others there were."""

    points: list[Point]
    left_out: int


def write_curves(
    history: Sequence[Mapping[str, Any]], path: Path, *, title: str = "", best_step: int | None = None
) -> None:
    """Write :func:`curves_png` to ``path``; raises :class:`SlmaugError` where that cannot be written."""
    picture = curves_png(history, title=title, best_step=best_step)
    with replacing(path) as file:
        file.write(picture)


def curves_png(history: Sequence[Mapping[str, Any]], *, title: str = "", best_step: int | None = None) -> bytes:
    """The curves as a PNG of 1600 pixels' width; the same history gives the same bytes.

    ``history`` holds the trainer's logs: ``step``, ``epoch``, and one or more of ``loss``, ``eval_loss`` and
    ``eval_accuracy`` (0 to 1). Where a step comes twice, after a training was resumed, the later log counts. Values
    that are not finite are left out, and the picture says how many. The best checkpoint is marked: ``best_step``, or
    the first with the highest accuracy.
    """
    loss, held_out = series(history, "loss"), series(history, "eval_loss")
    accuracy = series(history, "eval_accuracy")
    panels = 2 if accuracy.points else 1
    figure = needed("matplotlib.figure").Figure(figsize=(8, 3.4 * panels + 0.5), dpi=200, layout="constrained")
    grid = figure.subplots(panels, 1, sharex=True, squeeze=False)
    top, bottom = grid[0][0], grid[-1][0]
    _losses(top, loss, held_out)
    if accuracy.points:
        _accuracies(bottom, accuracy.points, _best(accuracy.points, best_step))
    for axes in (top, bottom):
        axes.grid(color="#e4e4e4", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=10)
    bottom.set_xlabel("step", fontsize=11)
    last = max((point.step for each in (loss, held_out, accuracy) for point in each.points), default=1)
    bottom.set_xlim(0, max(last, 1) * 1.03)
    bottom.xaxis.get_major_locator().set_params(integer=True)
    _epochs(top, history)
    if title:
        figure.suptitle(title, fontsize=13, fontweight="bold", parse_math=False)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def series(history: Sequence[Mapping[str, Any]], key: str) -> Series:
    """One key's values by step, in the order of the steps."""
    found: dict[float, float] = {}
    left_out = 0
    for entry in history:
        step, value = entry.get("step"), entry.get(key)
        if value is None or not isinstance(step, (int, float)):
            continue
        if isinstance(value, (int, float)) and math.isfinite(value) and math.isfinite(step):
            found[step] = float(value)
        else:
            left_out += 1
    return Series([Point(step, found[step]) for step in sorted(found)], left_out)


def smoothed(values: Sequence[float], spread: float) -> list[float]:
    """Each value's mean with its neighbours on both sides, by a Gaussian whose deviation is ``spread`` values."""
    if spread < 0.1:  # a neighbour's weight would be nothing
        return list(values)
    reach = math.ceil(3 * spread)
    weights = [math.exp(-0.5 * (n / spread) ** 2) for n in range(-reach, reach + 1)]
    out = []
    for place in range(len(values)):
        first = max(place - reach, 0)
        near = values[first : place + reach + 1]
        used = weights[first - place + reach :][: len(near)]
        out.append(sum(map(operator.mul, near, used)) / sum(used))
    return out


def _best(accuracy: Sequence[Point], step: int | None) -> Point:
    known = [point for point in accuracy if point.step == step]
    return known[0] if known else max(accuracy, key=lambda point: (point.value, -point.step))


def _losses(axes: Any, loss: Series, held_out: Series) -> None:
    points = loss.points
    if not points and not held_out.points:
        axes.text(0.5, 0.5, "no loss was logged", ha="center", va="center", transform=axes.transAxes, color=_QUIET)
    if points:
        steps, values = [each.step for each in points], [each.value for each in points]
        dots = "." if len(points) < 10 else None
        axes.plot(steps, values, color=_TRAINING, alpha=0.3, linewidth=1)
        line = smoothed(values, len(values) * _SPREAD)
        axes.plot(steps, line, color=_TRAINING, linewidth=2, marker=dots, label="training rows")
    if held_out.points:
        axes.plot(
            *zip(*held_out.points, strict=True), color=_HELD_OUT, marker="o", linewidth=1.6, label="held-out rows"
        )
    shown = [each.value for each in (*points, *held_out.points)]
    logarithmic = bool(shown) and min(shown) > 0 and max(shown) / min(shown) > _LOG_RATIO
    if logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
    elif shown and min(shown) >= 0:
        axes.set_ylim(bottom=0)
    axes.set_ylabel("loss (nats per token)", fontsize=11)
    if shown:
        axes.legend(loc="upper right", fontsize=10, frameon=False)
    left_out = loss.left_out + held_out.left_out
    if left_out:
        note = f"{left_out:,} logged value{'s'[: left_out > 1]} not finite, left out"
        axes.text(0.01, 0.03, note, transform=axes.transAxes, fontsize=9, color="#b00020")


def _accuracies(axes: Any, points: Sequence[Point], best: Point) -> None:
    steps, shares = [each.step for each in points], [100 * each.value for each in points]
    axes.plot(steps, shares, color=_HELD_OUT, marker="o", linewidth=1.6)
    axes.plot([best.step], [100 * best.value], "*", color=_BEST, markersize=17, markeredgecolor="white", zorder=5)
    low = 100 * best.value < 50
    axes.annotate(
        f"best: {100 * best.value:.1f} % at step {best.step:,g}",
        (best.step, 100 * best.value),
        xytext=(0, 14 if low else -18),
        textcoords="offset points",
        ha="right" if best.step > steps[-1] / 2 else "left",
        va="bottom" if low else "top",
        fontsize=10,
        color=_BEST,
        fontweight="bold",
    )
    axes.set_ylim(-3, 105)
    axes.set_yticks(range(0, 101, 20))
    axes.set_ylabel("held-out answers right (%)", fontsize=11)


def _epochs(axes: Any, history: Sequence[Mapping[str, Any]]) -> None:
    """A second axis in epochs on top: a step is the same part of an epoch all along."""
    known = [
        (entry["step"], entry["epoch"])
        for entry in history
        if all(isinstance(entry.get(key), (int, float)) and 0 < entry[key] < math.inf for key in ("step", "epoch"))
    ]
    step, epoch = max(known, default=(0, 0))
    each = epoch / step if step else 0
    if not 1e-9 < each < 1e9:
        return
    upper = axes.secondary_xaxis("top", functions=(lambda steps: steps * each, lambda epochs: epochs / each))
    upper.set_xlabel("epoch", fontsize=11)
    upper.tick_params(labelsize=10)
    upper.spines["top"].set_color("#b0b0b0")
