"""A whole training run: prepared, trained, exported, scored. Command line and :func:`fine_tune` both end up here."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.errors import SlmaugError, printable
from slmaug.terminal import has_colour, say
from slmaug.terminal import show as show_on_output
from slmaug.train.settings import Parsed, TrainSettings, joined

if TYPE_CHECKING:
    from slmaug.rows import Rows
    from slmaug.train.scoring import Evaluation


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, which is the model's, and what the model answered.

    ``evaluations`` are named "training", "held_out" and by the files of real questions; empty for a dry run, and in
    all but the first process of a distributed training.
    """

    folder: Path
    evaluations: tuple[Evaluation, ...]

    def __repr__(self) -> str:
        found = "; ".join(f"{each.name}: {each.right:,} of {len(each.scored):,} right" for each in self.evaluations)
        return f"Run({str(self.folder)!r}; {found or 'not asked'})"

    def accuracy(self, name: str) -> float:
        """The share of that evaluation's questions that were right, 0 to 1."""
        for each in self.evaluations:
            if each.name == name:
                return each.accuracy
        raise KeyError(f"{name!r} is no evaluation of this run; expected one of {[e.name for e in self.evaluations]}")


def fine_tune(
    rows: str | os.PathLike[str] | Rows,
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
    interrupted goes on when it is called again. ``rows`` may be what :func:`slmaug.expand` returned; they are written
    beside the run's folder first. Raises :class:`slmaug.errors.SlmaugError`.
    """
    if not isinstance(rows, (str, os.PathLike)):
        folder = Path(output_dir or Path("runs") / recipe)
        folder.parent.mkdir(parents=True, exist_ok=True)
        rows = rows.write(folder.with_name(f"{folder.name}-rows.jsonl"))
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
    with _disk_told(Path(parsed.own.output_dir)):
        return _run(parsed)


@contextmanager
def _disk_told(folder: Path) -> Iterator[None]:
    """What the system refuses to write, as one line; torch and safetensors have errors of their own for a full disk."""
    try:
        yield
    except (BrokenPipeError, SlmaugError):
        raise
    except Exception as error:
        standing = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path())
        full = shutil.disk_usage(standing).free < 1_000_000 and not isinstance(error, OSError)
        if full or "No space left" in str(error) or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            raise SlmaugError(
                f"{printable(folder)}: no space is left on its disk; free some and run the same command again: it goes "
                "on from the last whole checkpoint"
            ) from None
        if not isinstance(error, OSError):
            raise
        where = error.filename or folder
        raise SlmaugError(
            f"{printable(where)}: cannot be written or read: {error.strerror or error}; expected a folder you may "
            "write to (--output-dir)"
        ) from None


def _run(parsed: Parsed) -> Run:
    from slmaug.train.announce import plan_lines, warnings_of
    from slmaug.train.prepare import prepare

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
        if first:
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
