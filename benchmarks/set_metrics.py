"""The metrics of what real people ask, of slmaug's set of the same size, and of a bad one.

    python benchmarks/set_metrics.py --data DIR [--random-seed 0]

DIR holds ``NAME_seeds.csv`` (Question, Answer) with ``NAME_real.csv`` (Question, seed_id: what other people asked), as
for real_phrasings.py. Each set has about as many rows a seed as there are real phrasings; ``slmaug 100`` has a hundred.
The bad set holds the seeds' few swaps of two words, over and over. Only counts of the real phrasings are shown.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from slmaug import expand
from slmaug.augment import Swap
from slmaug.files import read_seeds
from slmaug.metrics import SetMetrics, set_metrics
from slmaug.record import Row, Seed, answer_hash


def real(path: Path, seeds: Sequence[Seed]) -> list[Row]:
    """The seeds' own rows and one for each real phrasing."""
    answers = {seed.id: seed.answer for seed in seeds}
    with path.open(encoding="utf-8-sig", newline="") as file:
        asked = [(row["Question"], int(row["seed_id"]), "real") for row in csv.DictReader(file)]
    questions = [(seed.question, seed.id, "seed") for seed in seeds] + asked
    return [Row(text, answers[at], at, form, (), answer_hash(answers[at])) for text, at, form in questions]


def columns(path: Path, random_seed: int) -> dict[str, SetMetrics]:
    """The metrics of each set about these seeds."""
    seeds = read_seeds(path)
    whole = expand(seeds, n=100 * len(seeds.seeds), cot="none", random_seed=random_seed)
    phrasings = real(path.with_name(path.name.replace("_seeds.csv", "_real.csv")), whole.seeds)
    size = len(phrasings)
    swaps = list(expand(path, n=size, recipe=Swap(), cot="none", random_seed=random_seed))
    return {
        "real people": set_metrics(phrasings, whole.seeds),
        "slmaug": expand(path, n=size, cot="none", random_seed=random_seed).metrics(),
        "slmaug 100": whole.metrics(),
        "swaps": set_metrics((swaps * size)[:size], whole.seeds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Metrics of real phrasings, of slmaug's rows and of repeated swaps.")
    parser.add_argument("--data", type=Path, required=True, help="folder of NAME_seeds.csv with NAME_real.csv")
    parser.add_argument("--random-seed", type=int, default=0)
    arguments = parser.parse_args()
    for path in sorted(arguments.data.glob("*_seeds.csv")):
        if path.with_name(path.name.replace("_seeds.csv", "_real.csv")).exists():
            found = columns(path, arguments.random_seed)
            print(f"{path.name:24}" + "".join(f"{name:>14}" for name in found))
            for field in fields(SetMetrics):
                values = [getattr(each, field.name) for each in found.values()]
                if field.name != "lookalike_seeds":
                    print(f"{field.name:24}" + "".join(f"{'-' if value is None else value:>14}" for value in values))
            print()


if __name__ == "__main__":
    main()
