"""How fast full fine-tuning of the Phi-3.5 architecture runs: TRL as it comes, and our recipe.

    python benchmarks/train_throughput.py [--steps 20] [--rows 32] [--only ours] [--peak-tflops 989]
    python benchmarks/train_throughput.py --small          # a model of a few thousand parameters, on the CPU

3.8 billion parameters with random weights made on the GPU, and rows as `python -m slmaug.build` writes them. Each
configuration runs in a process of its own, so that none inherits another's memory; the first steps are not counted.

trl             SFTConfig as it is, the model in bfloat16 as TRL loads Phi-3.5 by its name: weights, gradients and
                optimiser states of 16 bits
trl-fp32        the same with float32 weights and bfloat16 autocast, the precision that ours trains with
ours            float32 weights and bfloat16 autocast, what slmaug.train.capacity.plan_fit chooses, rows laid end to end
ours-compiled   the same with each layer compiled (torch.compile)

tokens/s counts the rows' own tokens, never padding. Model FLOP utilisation (MFU) is 6 FLOPs for each weight that
multiplies and each token, and causal attention's 6 * layers * width * row length for each token, over time and the
GPU's peak; what gradient checkpointing computes again does not count. Peaks: bfloat16, dense, as NVIDIA's data sheets
give them. Peak memory is torch.cuda.max_memory_allocated, beside slmaug.train.memory's estimate for the largest
micro-batch that came; what plan_fit counts on before the start is the longest rows all in one, and more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from peers import machine

from slmaug import expand
from slmaug.record import Row
from slmaug.train import padding_free
from slmaug.train.capacity import Fit, device_memory, plan_fit
from slmaug.train.encoding import chat_tokens
from slmaug.train.example import Example, turns
from slmaug.train.memory import estimate
from slmaug.train.model_shape import ModelShape
from slmaug.train.tiny import small_phi3, small_tokenizer

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATIONS = ("trl", "trl-fp32", "ours", "ours-compiled")
PEAKS = {
    "H100 PCIe": 756,
    "H100 NVL": 835,
    "H200 NVL": 835,
    "H100": 989,
    "H200": 989,
    "A100": 312,
}  # TFLOP/s; the first that fits


def our_arguments(fit: Fit, cuda: bool) -> dict[str, Any]:
    """What our recipe gives SFTConfig: settings that fit, no padding, and float32 products in TF32."""
    return {**fit.arguments, "padding_free": True, "max_length": None, **({"tf32": True} if cuda else {})}


def peak_flops(name: str, given: float | None) -> float | None:
    """The GPU's FLOP/s: what was given, else by its name, None where neither says."""
    known = next((float(peak) for part, peak in PEAKS.items() if all(word in name for word in part.split())), None)
    chosen = known if given is None else given
    return None if chosen is None else chosen * 1e12


def made_model(tokenizer: Any, args: argparse.Namespace, ours: bool) -> Any:
    """Phi-3.5's architecture at full size on the GPU, or a small one on the CPU; random weights."""
    import torch
    from transformers import Phi3Config, Phi3ForCausalLM

    name = padding_free.register() if ours else "sdpa"
    if args.small:
        model = small_phi3(tokenizer, width=64, layers=2)
        model.set_attn_implementation(name)
        return model
    config = Phi3Config(
        vocab_size=32064,
        hidden_size=3072,
        intermediate_size=8192,
        num_hidden_layers=32,
        num_attention_heads=32,
        max_position_embeddings=4096,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
    )
    dtype = torch.bfloat16 if args.run == "trl" else torch.float32
    with torch.device("cuda"):
        return Phi3ForCausalLM._from_config(config, attn_implementation=name, dtype=dtype)


def made_rows(small: bool) -> list[Row]:
    return list(expand(ROOT / "examples" / "seeds.csv", n=40 if small else 3000, random_seed=42))


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Train with one configuration; what was measured."""
    import torch
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import SFTConfig, SFTTrainer

    rows = made_rows(args.small)
    tokenizer = small_tokenizer([text for row in rows for text in (row.question, row.completion)])
    ours, cuda = args.run.startswith("ours"), not args.small
    tokens = chat_tokens(tokenizer)
    encoded = [tokens.encoded(Example(row.question, row.completion)) for row in rows]
    lengths = [len(each.input_ids) for each in encoded]
    free = device_memory() if cuda else None  # before the model takes its part
    model = made_model(tokenizer, args, ours)
    shape = ModelShape.of(model.config)
    settings: dict[str, Any] = {}
    if ours:
        fit = plan_fit(
            shape,
            mode="full",
            device_bytes=free,
            lengths=lengths,
            wanted_batch=args.rows,
            padding_free=True,
            autocast=True,
        )
        settings = our_arguments(fit, cuda)
        data = [{"input_ids": each.input_ids, "labels": each.labels} for each in encoded]
        if args.run == "ours-compiled":
            for layer in model.model.layers:
                layer.compile(dynamic=True)
    else:
        data = [
            {"prompt": turns(row.question), "completion": [{"role": "assistant", "content": row.completion}]}
            for row in rows
        ]
    shapes: set[tuple[int, int]] = set()  # of the micro-batches: rows, tokens with padding
    model.register_forward_pre_hook(
        lambda module, given, named: shapes.add(tuple(named["input_ids"].shape)), with_kwargs=True
    )

    class Clock(TrainerCallback):  # type: ignore[misc]  # transformers gives its classes no types
        """Time and tokens from the end of the warm-up to the end of the last step."""

        def __init__(self) -> None:
            self.marks: list[tuple[float, float]] = []

        def on_step_end(self, arguments: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step in (args.warm_up, args.warm_up + args.steps):
                if cuda:
                    torch.cuda.synchronize()
                # TRL's own count of tokens in attention masks, or in rows laid end to end.
                self.marks.append((time.perf_counter(), float(trainer._total_train_tokens)))

    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        trainer = SFTTrainer(
            model=model,
            # Beyond the settings compared: an end, no files, no bars.
            args=SFTConfig(
                output_dir=folder,
                max_steps=args.warm_up + args.steps,
                save_strategy="no",
                report_to="none",
                disable_tqdm=True,
                use_cpu=args.small,
                **settings,
            ),
            train_dataset=Dataset.from_list(data),
            processing_class=tokenizer,
            callbacks=[clock],
        )
        trainer.train()
    (start, before), (end, after) = clock.marks
    seconds, done = end - start, after - before
    length = sum(each * each for each in lengths) / sum(lengths)  # of the row that a token stands in
    batch, longest = max(shapes, key=lambda each: each[0] * each[1])
    told = estimate(
        shape,
        mode="full",
        optimiser=str(trainer.args.optim.value),
        batch=batch,
        length=longest,
        completion=int(batch * longest * (1 - sum(each.prompt_length for each in encoded) / sum(lengths))),
        accumulation=trainer.args.gradient_accumulation_steps,
        checkpointing=trainer.args.gradient_checkpointing,
        weight_bytes=2 if args.run == "trl" and cuda else 4,
        padded=not ours,
        cuda=cuda,
    )
    peak = peak_flops(torch.cuda.get_device_name(), args.peak_tflops) if cuda else None
    return {
        "rows": trainer.args.per_device_train_batch_size * trainer.args.gradient_accumulation_steps,
        "micro": trainer.args.per_device_train_batch_size,
        "checkpointing": trainer.args.gradient_checkpointing,
        "seconds": seconds / args.steps,
        "tokens": done / seconds,
        "mfu": None if peak is None else shape.flops(int(done), length) / seconds / peak,
        "memory": torch.cuda.max_memory_allocated() if cuda else None,
        "estimate": told.allocated,
        "parameters": shape.parameters,
        "device": torch.cuda.get_device_name() if cuda else "cpu",
        "peak_tflops": None if peak is None else peak / 1e12,
    }


def measured(name: str, args: argparse.Namespace) -> dict[str, Any] | str:
    """One configuration in a process of its own: what it measured, or why it did not."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "result.json"
        command = [sys.executable, __file__, "--run", name, "--result", str(place), "--steps", str(args.steps)]
        command += ["--warm-up", str(args.warm_up), "--rows", str(args.rows), *(["--small"] if args.small else [])]
        command += [] if args.peak_tflops is None else ["--peak-tflops", str(args.peak_tflops)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        result: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        return result


def line(name: str, result: dict[str, Any], first: float | None) -> str:
    """A configuration's row of the table."""
    mfu = "n/a" if result["mfu"] is None else f"{result['mfu']:.1%}"
    told = f"{result['estimate'] / 1e9:.2f} GB"
    took = error = "n/a"
    if result["memory"] is not None:
        took = f"{result['memory'] / 1e9:.2f} GB"
        error = f"{result['estimate'] / result['memory'] - 1:+.1%}"
    ahead = "" if first is None else f"{result['tokens'] / first:.2f}"
    shape = f"{result['micro']} of {result['rows']}{', chk' if result['checkpointing'] else ''}"
    return (
        f"{name:14} {shape:>14} {result['seconds']:>8.3f} {result['tokens']:>10,.0f} {ahead:>6} {mfu:>7} "
        f"{took:>10} {told:>10} {error:>7}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=20, help="optimiser steps that count (default 20)")
    parser.add_argument("--warm-up", type=int, default=5, help="steps before them (default 5)")
    parser.add_argument("--rows", type=int, default=32, help="of an optimiser step of our recipe (default 32)")
    parser.add_argument("--only", choices=CONFIGURATIONS, action="append", help="a configuration; may be repeated")
    parser.add_argument("--peak-tflops", type=float, help="the GPU's bfloat16 peak, for a name not known here")
    parser.add_argument(
        "--small", action="store_true", help="a tiny model on the CPU: shows that it runs, not how fast"
    )
    parser.add_argument("--run", choices=CONFIGURATIONS, help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        args.result.write_text(json.dumps(run(args)), encoding="utf-8")
        return 0
    if not args.small and device_memory() is None:
        print("skipped: full fine-tuning at full size needs a CUDA GPU, and there is none; --small runs on the CPU")
        return 0
    print(machine())
    print(
        f"\n{'':14} {'rows of a step':>14} {'s/step':>8} {'tokens/s':>10} {'ratio':>6} {'MFU':>7} {'peak':>10} "
        f"{'estimate':>10} {'error':>7}"
    )
    first: float | None = None
    last: dict[str, Any] = {}
    failed = False
    for name in args.only or (CONFIGURATIONS[::2] if args.small else CONFIGURATIONS):
        result = measured(name, args)
        if isinstance(result, str):
            failed = True
            print(f"{name:14} failed: {result}", flush=True)
            continue
        first = first or result["tokens"]
        last = result
        print(line(name, result, first), flush=True)
    if last:
        known = "n/a" if last["peak_tflops"] is None else f"{last['peak_tflops']:.0f} TFLOP/s"
        print(f"\n{last['parameters']:,} parameters on {last['device']}, peak {known}; chk: gradient checkpointing")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
