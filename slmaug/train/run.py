"""A whole training run: prepared, trained, exported, scored. Command line and :func:`fine_tune` both end up here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.terminal import has_colour, say
from slmaug.terminal import show as show_on_output
from slmaug.train.settings import Parsed, TrainSettings, joined

if TYPE_CHECKING:
    from slmaug.train.scoring import Evaluation


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, which is the model's, and what the model answered.

    ``evaluations`` are named "training", "held_out" and by the files of real questions; empty for a dry run, and in
    all but the first process of a distributed training.
    """

    folder: Path
    evaluations: tuple[Evaluation, ...]

    def accuracy(self, name: str) -> float:
        """The share of that evaluation's questions that were right, 0 to 1."""
        for each in self.evaluations:
            if each.name == name:
                return each.accuracy
        raise KeyError(f"{name!r} is no evaluation of this run; expected one of {[e.name for e in self.evaluations]}")


def fine_tune(
    rows: str | os.PathLike[str],
    *,
    recipe: str = "full",
    model: str | os.PathLike[str] | None = None,
    output_dir: str | os.PathLike[str] | None = None,
    questions: Sequence[str | os.PathLike[str]] = (),
    **settings: Any,
) -> Run:
    """Fine-tune a model on built rows: ``python -m slmaug.train`` for notebooks and scripts.

    ``settings`` are the other flags of the command line, with underscores, and any field of TRL's ``SFTConfig`` and
    ``ModelConfig``: ``fine_tune("out.jsonl", recipe="lora", held_out=0.2, learning_rate=1e-4)``. A run that was
    interrupted goes on when it is called again. Raises :class:`slmaug.errors.SlmaugError`.
    """
    given: dict[str, Any] = {"rows": os.fspath(rows), "recipe": recipe, **settings}
    if model is not None:
        given["model"] = os.fspath(model)
    if output_dir is not None:
        given["output_dir"] = os.fspath(output_dir)
    if questions:
        given["questions"] = tuple(os.fspath(each) for each in questions)
    own = {each.name for each in fields(TrainSettings)}
    flags = {name: value for name, value in given.items() if name in own}
    return run(joined(flags, {name: value for name, value in given.items() if name not in own}))


def run(parsed: Parsed) -> Run:
    """Train as the settings say, or go on where such a run stopped."""
    from slmaug.train.prepare import plan_lines, prepare, warnings_of

    prepared = prepare(parsed)
    first = _is_first()
    quiet = parsed.own.quiet or not first
    if not quiet:
        say("\n".join(plan_lines(prepared)))
    if first:
        for each in warnings_of(prepared):
            say(f"slmaug: warning: {each}")
    if parsed.own.dry_run:
        from slmaug.train.fit import look, trainer_for

        seen = look(trainer_for(prepared), prepared)
        show_on_output("\n".join([*seen.lines(colour=has_colour(sys.stdout)), "", "Nothing was trained."]))
        return Run(prepared.folder, ())
    from slmaug.train.fit import leave_processes, train

    facts, pieces = train(prepared)
    leave_processes()
    if not first:
        return Run(prepared.folder, ())
    from slmaug.train.outcome import finish, show

    evaluations = finish(prepared, facts, pieces)
    if not quiet:
        show(prepared, evaluations, facts)
    return Run(prepared.folder, tuple(evaluations))


def _is_first() -> bool:
    from accelerate import PartialState

    return bool(PartialState().is_main_process)
