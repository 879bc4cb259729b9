"""What an expanded set is worth beside its raw seeds: a small Phi-3 trained on either, asked what real people ask.

    python benchmarks/train_small.py --data DIR [--sets support bash] [--random-seeds 0 1 2] [--steps 300] [--quick]

DIR holds ``NAME_seeds.csv`` (Question, Answer) with ``NAME_real.csv`` (Question, seed_id: other people's phrasings);
the environment variable SLMAUG_BENCHMARK_DATA may name it. For each set a model with random weights and a tokenizer are
made of the words of both sides' rows, and both sides start from that same model: the raw seeds, each with its outline,
and a default build of 100 rows a seed. Recipe ``smoke`` trains either for the same number of steps of the same batch.
Counted is what is exact and ended by itself. Real phrasings that a row asks, case and word order apart, are left out
for both.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from peers import machine

from slmaug import expand
from slmaug.errors import SlmaugError
from slmaug.files import read_seeds
from slmaug.rows import Rows
from slmaug.terminal import failed, say, show
from slmaug.train.dataset import spread
from slmaug.train.example import Example
from slmaug.train.likeness import words_of
from slmaug.train.reading import read_questions

SIDES = ("raw seeds", "slmaug")


@dataclass(frozen=True)
class Scale:
    """How much is trained and asked. ``questions`` and ``own`` are the most real and training questions asked."""

    random_seeds: tuple[int, ...] = (0, 1, 2)
    steps: int = 300
    rows_per_seed: int = 100
    width: int = 192
    layers: int = 4
    vocabulary: int = 4096
    questions: int = 100_000
    own: int = 150


QUICK = Scale(random_seeds=(0,), steps=4, rows_per_seed=3, width=64, layers=2, vocabulary=2048, questions=10, own=5)


@dataclass(frozen=True)
class Measured:
    """One training: counts of right answers, and what it took."""

    rows: int
    own: float
    real: float
    own_stopped: float
    real_stopped: float
    seconds: float


def sides_of(seeds: Path, random_seed: int, scale: Scale) -> tuple[Rows, Rows]:
    """The raw seeds and the default build, both with the outline in front of the answers."""
    pairs = read_seeds(seeds)
    count = len(pairs.seeds)
    raw, built = (expand(pairs, n=n, random_seed=random_seed) for n in (count, scale.rows_per_seed * count))
    return raw, built


def real_questions(path: Path, rows: Iterable[Rows], scale: Scale) -> tuple[list[Example], int]:
    """The real phrasings that none of the rows asks, and how many are left out."""
    sets = list(rows)
    found = read_questions(path, {seed.id: seed.answer for seed in sets[0].seeds}).examples
    asked = {words_of(row.question) for each in sets for row in each}
    free = [each for each in found if words_of(each.question) not in asked]
    return spread(free, scale.questions, 0), len(found) - len(free)


def base_of(rows: Iterable[Rows], folder: Path, scale: Scale) -> Path:
    """A model with random weights and a tokenizer learnt from the texts of all rows."""
    from slmaug.train.loading import quietly
    from slmaug.train.tiny import small_phi3, small_tokenizer

    texts = dict.fromkeys(text for each in rows for row in each for text in (row.question, row.completion))
    tokenizer = small_tokenizer(texts, scale.vocabulary)
    with quietly():
        small_phi3(tokenizer, width=scale.width, layers=scale.layers).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    return folder


def measure(rows: Rows, real: Path, base: Path, folder: Path, random_seed: int, scale: Scale) -> Measured:
    """Train on the rows and ask; the last weights count."""
    from slmaug.train import fine_tune

    folder.mkdir(parents=True)
    rows.write(folder / "rows.jsonl")
    start = time.perf_counter()
    run = fine_tune(
        folder / "rows.jsonl",
        recipe="smoke",
        model=base,
        output_dir=folder / "run",
        questions=[real],
        seed=random_seed,
        held_out=0,
        max_steps=scale.steps,
        save_strategy="no",
        score_rows=scale.own,
        quiet=True,
    )
    found = {each.name: each for each in run.evaluations}
    own, asked = found["training"], found[real.name]
    return Measured(
        rows=len(rows),
        own=100 * own.accuracy,
        real=100 * asked.accuracy,
        own_stopped=100 * own.summary()["stopped"] / len(own.scored),
        real_stopped=100 * asked.summary()["stopped"] / len(asked.scored),
        seconds=time.perf_counter() - start,
    )


def compare(seeds: Path, real: Path, scale: Scale, folder: Path) -> dict[str, list[Measured]]:
    """Both sides of one set, trained once for each random seed."""
    sets = [sides_of(seeds, random_seed, scale) for random_seed in scale.random_seeds]
    questions, left_out = real_questions(real, (rows for both in sets for rows in both), scale)
    asked = folder / real.name
    with asked.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Question", "seed_id"])
        writer.writerows((each.question, each.seed_id) for each in questions)
    name = seeds.stem.removesuffix("_seeds")
    say(f"{name}: {len(questions)} real phrasings; {left_out} that a row asks are left out")
    base = base_of((rows for both in sets for rows in both), folder / "base", scale)
    found: dict[str, list[Measured]] = {side: [] for side in SIDES}
    for random_seed, both in zip(scale.random_seeds, sets, strict=True):
        for side, rows in zip(SIDES, both, strict=True):
            made = measure(rows, asked, base, folder / f"{side} {random_seed}", random_seed, scale)
            say(f"  random seed {random_seed}, {side}: {made}")
            found[side].append(made)
    return found


def lines_of(name: str, found: dict[str, list[Measured]]) -> list[str]:
    """The lines of a Markdown table: mean over the random seeds, with the least and the most."""

    def cell(values: Sequence[float]) -> str:
        return f"{statistics.mean(values):.1f} ({min(values):.1f} to {max(values):.1f})"

    return [
        f"| {name}: {side} | {runs[0].rows:,} | {cell([each.own for each in runs])} | "
        f"{cell([each.own_stopped for each in runs])} | {cell([each.real for each in runs])} | "
        f"{cell([each.real_stopped for each in runs])} | {statistics.mean(each.seconds for each in runs):.0f} |"
        for side, runs in found.items()
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the sets that are there and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("SLMAUG_BENCHMARK_DATA"))
    parser.add_argument("--sets", nargs="+", default=["support", "bash"])
    parser.add_argument("--random-seeds", nargs="+", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--quick", action="store_true", help="too little to learn anything, to see the whole run")
    args = parser.parse_args(argv)
    if args.data is None or not Path(args.data).is_dir():
        found = "no folder of sets was given (--data DIR)" if args.data is None else f"{args.data} is not here"
        raise SystemExit(f"skipped: {found}, and this benchmark only measures on real phrasings")
    scale = QUICK if args.quick else Scale()
    if args.random_seeds:
        scale = replace(scale, random_seeds=tuple(args.random_seeds))
    if args.steps:
        scale = replace(scale, steps=args.steps)
    import torch

    show(machine().replace("one used", f"{torch.get_num_threads()} used"))
    lines = []
    for name in args.sets:
        seeds, real = (Path(args.data) / f"{name}_{part}.csv" for part in ("seeds", "real"))
        if not (seeds.is_file() and real.is_file()):
            say(f"{name} is not measured: {seeds.name} and {real.name} are not both in {args.data}")
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                lines += lines_of(name, compare(seeds, real, scale, Path(folder)))
        except SlmaugError as error:
            return failed(str(error))
    show(
        "\n".join(
            [
                f"{scale.steps} steps each; percent, mean over random seeds "
                f"{', '.join(map(str, scale.random_seeds))} and the range",
                "",
                "| set | rows | training questions right | stopped | real phrasings right | stopped | seconds |",
                "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
                *lines,
            ]
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
