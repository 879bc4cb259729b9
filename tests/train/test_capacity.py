"""The choice of settings that fit a device, and the look at the disk before a run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.train.capacity import Launch, check_disk, device_memory, disk_needed, main_memory, plan_fit
from slmaug.train.memory import Sharding
from slmaug.train.model_shape import ModelShape

PHI = ModelShape(32064, 3072, 32, 32, 32, 96, 8192, fused=True)
TINY = ModelShape(2048, 192, 4, 6, 6, 32, 512, tied=True, fused=True)
LENGTHS = [180, 214, 372, 240] * 100
GIB = 2**30


def planned(gigabytes: float | None, **also: Any) -> Any:
    """The plan for Phi-3.5 on a GPU with so much free, or on the CPU, at 32 rows a step."""
    given: dict[str, Any] = {"mode": "full", "lengths": LENGTHS, "wanted_batch": 32}
    return plan_fit(PHI, device_bytes=None if gigabytes is None else int(gigabytes * 1e9), **(given | also))


def test_large_gpu() -> None:
    """139 GiB hold a whole step of full fine-tuning at once, with no checkpointing and all of AdamW's states."""
    fit = planned(139 * GIB / 1e9)
    assert (fit.per_device_batch, fit.accumulation, fit.checkpointing) == (32, 1, False)
    assert fit.optimiser == "adamw_torch_fused"
    assert fit.estimate.total < 0.9 * 139 * GIB
    assert fit.arguments["optim"] == "adamw_torch_fused"


def test_what_goes_first() -> None:
    """As memory shrinks, the micro-batch gives way first, then activations, then the optimiser's precision."""
    fits = [planned(size, eight_bit_available=True) for size in (140, 85, 76, 51)]
    batches = [fit.per_device_batch for fit in fits]
    assert batches[0] > batches[1]
    assert [fit.checkpointing for fit in fits] == [False, False, True, True]
    assert [fit.optimiser for fit in fits] == ["adamw_torch_fused"] * 3 + ["adamw_8bit"]
    assert all(len(fit.reasons) == 3 and "\n" not in "".join(fit.reasons) for fit in fits)


def test_nothing_fits() -> None:
    """Where nothing fits, one line says what is needed, what there is and what to do."""
    with pytest.raises(SlmaugError) as error:
        planned(24)
    line = str(error.value)
    assert "\n" not in line
    for part in ("24.0 GB of the GPU are free", "--recipe lora (about ", "FSDP", "--model"):
        assert part in line
    assert "bitsandbytes" not in line  # would not fit either
    with pytest.raises(SlmaugError, match="pip install bitsandbytes"):
        planned(51)
    with pytest.raises(SlmaugError, match="use a GPU with more memory") as error:
        planned(4, mode="lora")
    assert "--recipe" not in str(error.value)


def test_lora_fits_small_gpu() -> None:
    """LoRA of Phi-3.5 fits a GPU of 24 GB, and never asks for the 8-bit optimiser."""
    fit = planned(24, mode="lora", eight_bit_available=True)
    assert fit.optimiser == "adamw_torch_fused"
    assert fit.per_device_batch > 1


def test_sharding_fits() -> None:
    """What no GPU of 48 GB holds alone, four of them do with everything divided between them."""
    with pytest.raises(SlmaugError, match="FSDP"):
        planned(48)
    assert planned(48, processes=4, sharding=Sharding(4, 4, 4)).estimate.total < 48e9


def test_padding_free_is_smaller() -> None:
    """Rows laid end to end need no more than their own tokens."""
    assert planned(140, padding_free=True).estimate.total < planned(140).estimate.total


def test_fixed() -> None:
    """What a person set stays: all of it, even where it may not fit, which the plan then says."""
    fixed = {"gradient_checkpointing": True, "optim": "sgd", "per_device_train_batch_size": 4}
    fit = planned(24, fixed=fixed)
    assert {name: fit.arguments[name] for name in fixed} == fixed
    assert fit.accumulation == 8
    assert "may not fit" in fit.reasons[0]
    assert planned(140, fixed={"gradient_checkpointing": True}).checkpointing
    both = {"per_device_train_batch_size": 3, "gradient_accumulation_steps": 5}
    assert planned(140, fixed=both).arguments.items() >= both.items()


def test_indivisible() -> None:
    """A step that cannot be divided as asked is one line that names the numbers."""
    with pytest.raises(SlmaugError, match="a step of 32 rows cannot be shared by 3 processes"):
        planned(140, processes=3)
    with pytest.raises(SlmaugError, match=r"32 rows .* by 1 processes times 5 rows in a micro-batch"):
        planned(140, fixed={"per_device_train_batch_size": 5})


def test_on_cpu() -> None:
    """Without a GPU a small model trains with plain AdamW in float32 and micro-batches of 8."""
    fit = plan_fit(TINY, mode="full", device_bytes=None, lengths=LENGTHS, wanted_batch=32)
    assert (fit.per_device_batch, fit.accumulation, fit.optimiser) == (8, 4, "adamw_torch")
    assert fit.estimate.overhead == fit.estimate.copies == 0
    assert main_memory() > 0
    assert device_memory() is None or device_memory() > 0  # type: ignore[operator]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 128),
    st.integers(1, 8),
    st.booleans(),
    st.sampled_from([None, 20, 60, 80, 140, 1000]),
    st.lists(st.integers(1, 2048), min_size=1, max_size=5),
    st.sampled_from(["full", "lora"]),
    st.dictionaries(
        st.sampled_from(["per_device_train_batch_size", "gradient_accumulation_steps"]), st.integers(1, 8), max_size=1
    ),
)
def test_rows_of_a_step(
    wanted: int, processes: int, free: bool, size: int | None, lengths: list[int], mode: Any, fixed: dict[str, int]
) -> None:
    """Whatever is asked, a plan's micro-batches, accumulation and processes multiply to the rows, and it fits."""
    try:
        fit = planned(
            size,
            mode=mode,
            lengths=lengths,
            wanted_batch=wanted,
            processes=processes,
            padding_free=free,
            eight_bit_available=True,
            fixed=fixed,
        )
    except SlmaugError:
        return
    assert fit.per_device_batch * fit.accumulation * processes == wanted
    assert size is None or fit.estimate.total <= 0.9 * size * 1e9


@pytest.mark.parametrize(
    ("environment", "launch"),
    [
        ({}, Launch()),
        ({"WORLD_SIZE": "4"}, Launch(4)),
        ({"WORLD_SIZE": "4", "ACCELERATE_USE_FSDP": "true"}, Launch(4, Sharding(4, 4, 4))),
        (
            {"WORLD_SIZE": "2", "ACCELERATE_USE_FSDP": "true", "FSDP_SHARDING_STRATEGY": "SHARD_GRAD_OP"},
            Launch(2, Sharding(1, 2, 2)),
        ),
        ({"WORLD_SIZE": "2", "ACCELERATE_USE_FSDP": "true", "FSDP_SHARDING_STRATEGY": "3"}, Launch(2)),
        ({"WORLD_SIZE": "2", "ACCELERATE_USE_DEEPSPEED": "true"}, Launch(2, Sharding(1, 2, 2))),
        (
            {"WORLD_SIZE": "2", "ACCELERATE_USE_DEEPSPEED": "true", "ACCELERATE_DEEPSPEED_ZERO_STAGE": "3"},
            Launch(2, Sharding(2, 2, 2)),
        ),
    ],
)
def test_launch(environment: dict[str, str], launch: Launch) -> None:
    """What ``accelerate launch`` sets says how many processes there are and what they share."""
    assert Launch.of(environment) == launch


# --- the disk ----------------------------------------------------------------------------------------------------


def test_disk_needed() -> None:
    """Phi-3.5 takes 46 GB a checkpoint and 8 GB for the export; LoRA's checkpoints are small; 8 bits are fewer."""

    def needed(mode: Any, checkpoints: int, optimiser: str = "adamw_torch_fused") -> float:
        return disk_needed(PHI, mode=mode, optimiser=optimiser, checkpoints=checkpoints) / 1e9

    assert needed("full", 0) == pytest.approx(7.7, abs=0.1)
    assert needed("full", 2) - needed("full", 1) == pytest.approx(45.9, abs=0.1)
    assert needed("lora", 2) < 9
    assert needed("full", 2, "adamw_8bit") < 0.6 * needed("full", 2)


def test_check_disk(tmp_path: Path) -> None:
    """More than the disk has is one line with what to do; less is none, also for a folder that is not there yet."""
    folder = tmp_path / "runs" / "full"
    check_disk(folder, 1)
    with pytest.raises(SlmaugError, match=r"full: no space: .*--save_total_limit 1.*--output-dir") as error:
        check_disk(folder, shutil.disk_usage(tmp_path).free + 10**12)
    assert "\n" not in str(error.value)
    assert not folder.exists()


def test_check_small_disk(tmp_path: Path) -> None:
    """A file system of 1 MiB holds no checkpoint of 2."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    try:
        check_disk(tmp_path, 2**19)
        with pytest.raises(SlmaugError, match="no space"):
            check_disk(tmp_path / "run", 2**21)
    finally:
        subprocess.run(["umount", tmp_path], check=True)
