"""What a run has done so far, and whether the next run may go on from it.

A run's folder ``checkpoints/`` holds the trainer's checkpoints and ``run.json``, the settings they came from. The
trainer writes ``trainer_state.json`` last, so a checkpoint without a readable one was cut off while it was written.
When training has ended, ``trained/`` holds the chosen weights and ``trained.json`` says how it went.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slmaug.errors import SlmaugError, printable
from slmaug.formats import json_bytes, replacing

STATE = "trainer_state.json"
_RUN = "run.json"
_TRAINED = "trained.json"

# Settings of TRL's that have no part in the weights.
_INDIFFERENT = frozenset(
    "output_dir report_to run_name project trackio_space_id logging_dir logging_steps logging_strategy log_level "
    "log_level_replica log_on_each_node logging_first_step logging_nan_inf_filter disable_tqdm save_total_limit "
    "save_on_each_node push_to_hub hub_model_id hub_strategy hub_token hub_private_repo hub_always_push hub_revision "
    "dataloader_num_workers dataloader_pin_memory dataloader_prefetch_factor dataloader_persistent_workers "
    "resume_from_checkpoint local_rank ddp_timeout do_train do_eval do_predict per_device_eval_batch_size".split()
)


def told_apart(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of TRL's settings, those that have a part in the weights, in JSON's types."""
    kept = {name: value for name, value in settings.items() if name not in _INDIFFERENT}
    found: dict[str, Any] = json.loads(json.dumps(kept, default=str, sort_keys=True))
    return found


def begin(folder: Path, fingerprint: Mapping[str, Any], *, restart: bool) -> Path | None:
    """Make the folder ready, and return the checkpoint to go on from; None where the run starts from nothing.

    Checkpoints that were cut off are removed. Raises :class:`SlmaugError` where the folder holds another run.
    """
    if restart and folder.exists():
        shutil.rmtree(folder)
    earlier = _read(folder / _RUN)
    last = last_whole(folder)
    if earlier is not None and (last or trained(folder)):
        different = [
            f"{name} was {earlier.get(name)!r} and is {fingerprint.get(name)!r}"
            for name in sorted({*earlier, *fingerprint})
            if earlier.get(name) != fingerprint.get(name)
        ]
        if different:
            more = f" (and {len(different) - 1} more)" if len(different) > 1 else ""
            raise SlmaugError(
                f"{printable(folder.parent)}: holds a run with other settings: {different[0]}{more}; give another "
                "--output-dir, or --restart to throw that run away"
            )
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / _RUN) as file:
        file.write(json_bytes(dict(fingerprint), indent=1))
    return last


def last_whole(folder: Path) -> Path | None:
    """The latest checkpoint that was written to its end; what was cut off is removed."""
    found: list[tuple[int, Path]] = []
    for each in folder.glob("checkpoint-*"):
        state = _read(each / STATE)
        if state is None:
            shutil.rmtree(each)
        else:
            found.append((int(state["global_step"]), each))
    return max(found)[1] if found else None


def trained(folder: Path) -> dict[str, Any] | None:
    """How the training in this folder went, once it has ended; else None."""
    return _read(folder / _TRAINED)


def weights(folder: Path) -> Path:
    """Where the weights of an ended training stand."""
    return folder / "trained"


def mark_trained(folder: Path, facts: Mapping[str, Any]) -> None:
    """Say that :func:`weights` is whole; ``facts`` are returned by :func:`trained`."""
    with replacing(folder / _TRAINED) as file:
        file.write(json_bytes(dict(facts), indent=1))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
