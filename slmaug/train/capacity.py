"""What fits: batch, accumulation, checkpointing and optimiser for the device at hand, and whether the disk will do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from slmaug.errors import SlmaugError, printable
from slmaug.train.memory import Memory, Mode, Sharding, estimate, optimiser_bytes
from slmaug.train.model_shape import ModelShape

_USED = 0.9  # of the free memory: estimates err, and the allocator needs room to move
_ON_CPU = 8  # rows of a micro-batch; a processor gains nothing from more


@dataclass(frozen=True)
class Fit:
    """Settings that fit. ``per_device_batch * accumulation * processes`` rows make one optimiser step."""

    per_device_batch: int
    accumulation: int
    checkpointing: bool
    optimiser: str
    estimate: Memory
    reasons: tuple[str, ...]

    @property
    def arguments(self) -> dict[str, int | bool | str]:
        """The settings under the names that SFTConfig gives them."""
        return {
            "per_device_train_batch_size": self.per_device_batch,
            "gradient_accumulation_steps": self.accumulation,
            "gradient_checkpointing": self.checkpointing,
            "optim": self.optimiser,
        }


@dataclass(frozen=True)
class Launch:
    """How many processes train together, and what is divided between them."""

    processes: int = 1
    sharding: Sharding = field(default_factory=Sharding)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Launch:
        """As ``accelerate launch`` and ``torchrun`` tell it in the environment."""
        processes = max(1, int(environment.get("WORLD_SIZE", "") or 1))
        one, all_of_it = Sharding(), Sharding(processes, processes, processes)
        if environment.get("ACCELERATE_USE_FSDP", "").lower() == "true":
            # By name or by number, and FSDP 2 has it as a yes or no.
            name = environment.get("FSDP_SHARDING_STRATEGY", "").upper()
            kept = {"2", "SHARD_GRAD_OP"} & {name} or environment.get(
                "FSDP_RESHARD_AFTER_FORWARD", ""
            ).lower() == "false"
            if name in ("3", "NO_SHARD"):
                return cls(processes, one)
            return cls(processes, all_of_it._replace(weights=1) if kept else all_of_it)
        if environment.get("ACCELERATE_USE_DEEPSPEED", "").lower() == "true":
            stage = environment.get("ACCELERATE_DEEPSPEED_ZERO_STAGE", "") or "2"
            parts = {"0": one, "1": Sharding(optimiser=processes), "3": all_of_it}
            return cls(processes, parts.get(stage, all_of_it._replace(weights=1)))
        return cls(processes, one)


def device_memory() -> int | None:
    """The free bytes of the CUDA device this process trains on, None where there is none."""
    import torch

    if not torch.cuda.is_available():
        return None
    device = int(os.environ.get("LOCAL_RANK", "") or torch.cuda.current_device()) % torch.cuda.device_count()
    return int(torch.cuda.mem_get_info(device)[0])


def main_memory() -> int:
    """The free bytes of main memory."""
    try:
        import psutil  # type: ignore[import-untyped,unused-ignore]

        return int(psutil.virtual_memory().available)
    except ModuleNotFoundError:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def plan_fit(
    shape: ModelShape,
    *,
    mode: Mode,
    device_bytes: int | None,
    lengths: Sequence[int],
    wanted_batch: int,
    processes: int = 1,
    sharding: Sharding | None = None,
    eight_bit_available: bool = False,
    padding_free: bool = False,
    autocast: bool | None = None,
    lora_rank: int = 16,
    fixed: Mapping[str, Any] | None = None,
) -> Fit:
    """The fastest settings that fit: large micro-batches first, then no checkpointing, then the plain optimiser.

    A micro-batch is at worst the longest rows of ``lengths`` (tokens), and ``wanted_batch`` are the rows of an
    optimiser step over all processes. In order: no checkpointing and AdamW, checkpointing, 8-bit AdamW without and with
    checkpointing (if ``eight_bit_available``); in each, the largest micro-batch that divides the step and fits in 90 %
    of ``device_bytes`` (None: a CPU, and what main memory has free; micro-batches of 8 rows at most).

    ``fixed`` are settings of SFTConfig that a person chose: they stay. Where both the micro-batch and the accumulation
    are among them, they decide how many rows a step has. ``autocast`` is bfloat16, by default on a GPU alone.

    Raises :class:`SlmaugError` where a step cannot be divided as asked, and where nothing fits.
    """
    chosen = {name: value for name, value in (fixed or {}).items() if value is not None}
    on_cpu = device_bytes is None
    free = main_memory() if device_bytes is None else device_bytes
    batches = _batches(wanted_batch, processes, chosen, _ON_CPU if on_cpu else wanted_batch)
    longest = sorted(lengths, reverse=True) or [1]
    plain = "adamw_torch" if on_cpu else "adamw_torch_fused"
    optimisers = [plain, "adamw_8bit"] if eight_bit_available and mode == "full" and not on_cpu else [plain]
    if "optim" in chosen:
        optimisers = [str(getattr(chosen["optim"], "value", chosen["optim"]))]
    checkpointings = [bool(chosen["gradient_checkpointing"])] if "gradient_checkpointing" in chosen else [False, True]

    def needs(optimiser: str, checkpointing: bool, batch: tuple[int, int], kind: Mode = mode) -> Memory:
        rows, accumulation = batch
        return estimate(
            shape,
            mode=kind,
            optimiser=optimiser,
            batch=1 if padding_free else rows,
            # Fewer rows than the batch: they come round again.
            length=sum(longest[place % len(longest)] for place in range(rows)) if padding_free else longest[0],
            accumulation=accumulation,
            checkpointing=checkpointing,
            autocast=not on_cpu if autocast is None else autocast,
            lora_rank=lora_rank,
            padded=not padding_free,
            processes=processes,
            sharding=sharding,
            cuda=not on_cpu,
        )

    tried = [(*each, batch) for each in _pairs(optimisers, checkpointings) for batch in batches]
    by_hand = "optim" in chosen and len(checkpointings) == len(batches) == 1
    for optimiser, checkpointing, batch in tried:
        memory = needs(optimiser, checkpointing, batch)
        if memory.total <= _USED * free or by_hand:
            whole = f"{_gb(memory.total)} of the {_gb(free)} that {'main memory' if on_cpu else 'the GPU'} has free"
            reasons = (
                _why_batch(batch, batches, whole, fits=memory.total <= _USED * free),
                _why_checkpointing(checkpointing, "gradient_checkpointing" in chosen),
                _why_optimiser(optimiser, "optim" in chosen),
            )
            return Fit(*batch, checkpointing, optimiser, memory, reasons)
    least = min(needs(*each).total for each in tried)
    ways = []
    if mode == "full":
        adapters = min(needs(plain, True, batch, "lora").total for batch in batches)
        if adapters <= _USED * free:
            ways.append(f"--recipe lora (about {_gb(adapters)})")
        if not on_cpu and "optim" not in chosen and not eight_bit_available:
            # The smallest micro-batch need not take least: gradients wait while another is accumulated.
            eight = min(needs("adamw_8bit", True, batch).total for batch in batches)
            if eight <= _USED * free:
                ways.append(f"pip install bitsandbytes (8-bit AdamW: about {_gb(eight)})")
    if not on_cpu:
        ways += ["a GPU with more memory", "several GPUs (accelerate launch with FSDP)"]
    ways.append("a smaller --model")
    where = "of main memory are" if on_cpu else "of the GPU are"
    raise SlmaugError(
        f"training needs at least about {_gb(least)}, and {_gb(free)} {where} free, of which {_USED:.0%} can be used; "
        f"use {', '.join(ways[:-1])}{' or ' if len(ways) > 1 else ''}{ways[-1]}"
    )


def _pairs(optimisers: Sequence[str], checkpointings: Sequence[bool]) -> list[tuple[str, bool]]:
    return [(optimiser, checkpointing) for optimiser in optimisers for checkpointing in checkpointings]


def _batches(wanted: int, processes: int, chosen: Mapping[str, Any], most: int) -> list[tuple[int, int]]:
    """Rows of a micro-batch and how many of them make a step, the largest first."""
    rows, times = (chosen.get(f"{name}") for name in ("per_device_train_batch_size", "gradient_accumulation_steps"))
    if rows is not None and times is not None:
        return [(int(rows), int(times))]
    given = [
        (f"{value} {name}", int(value))
        for name, value in (
            ("processes", processes),
            ("rows in a micro-batch", rows),
            ("accumulated micro-batches", times),
        )
        if value is not None
    ]
    if wanted < 1 or wanted % prod(value for _, value in given):
        raise SlmaugError(
            f"a step of {wanted} rows cannot be shared by {' times '.join(name for name, _ in given)}; "
            "expected a number of rows that they divide"
        )
    share = wanted // processes
    if rows is not None:
        return [(int(rows), share // int(rows))]
    if times is not None:
        return [(share // int(times), int(times))]
    found = [(size, share // size) for size in range(share, 0, -1) if share % size == 0]
    return [each for each in found if each[0] <= most]


def _why_batch(batch: tuple[int, int], batches: Sequence[tuple[int, int]], whole: str, *, fits: bool) -> str:
    size = f"micro-batches of {batch[0]}, {batch[1]} a step"
    if not fits:
        return f"{size}: your settings, which may not fit; about {whole}"
    if len(batches) == 1:
        return f"{size}: the only way to divide the step; {whole}"
    return f"{size}: {'no larger ones are of use' if batch == batches[0] else 'the largest that fit'}; {whole}"


def _why_checkpointing(on: bool, chosen: bool) -> str:
    if chosen:
        return f"gradient checkpointing {'on' if on else 'off'}: your setting"
    if on:
        return "gradient checkpointing on: without it not even the smallest micro-batch fits"
    return (
        "gradient checkpointing off: the activations fit, and computing them again would take a third more arithmetic"
    )


def _why_optimiser(name: str, chosen: bool) -> str:
    if chosen:
        return f"{name}: your setting"
    return f"{name}: float32 states do not fit" if name == "adamw_8bit" else f"{name}: its states fit"


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"


def disk_needed(shape: ModelShape, *, mode: Mode, optimiser: str, checkpoints: int, lora_rank: int = 16) -> int:
    """Bytes on disk that a run takes at most: its checkpoints, one more while an old one still stands, the export.

    A checkpoint holds the trained weights in float32 and the optimiser's states (LoRA: the adapters' alone); the export
    is the whole model in bfloat16.
    """
    trained = shape.adapters(lora_rank) if mode == "lora" else shape.parameters
    checkpoint = 4 * trained + optimiser_bytes(shape, optimiser, trained, 4, embeddings=mode == "full")
    small = 20_000_000  # tokenizer, curves and tables
    return (checkpoints + (1 if checkpoints else 0)) * checkpoint + 2 * shape.parameters + small


def check_disk(folder: str | os.PathLike[str], needed: int) -> None:
    """Raise :class:`SlmaugError` unless ``needed`` bytes are free where ``folder`` is, or will be."""
    standing = Path(os.path.realpath(folder))
    while not standing.exists():
        standing = standing.parent
    free = shutil.disk_usage(standing).free
    if free < needed:
        raise SlmaugError(
            f"{printable(folder)}: no space: training needs about {_gb(needed)} of disk, and {_gb(free)} are free; "
            "keep fewer checkpoints (--save_total_limit 1), save weights only (--save_only_model), choose an "
            "--output-dir on another disk, or --recipe lora"
        )
