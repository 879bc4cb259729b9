"""How fast the offline outline reads answers and writes their steps.

    python benchmarks/outline.py [--lines 2000] [--repeats 5]

Two kinds of input: programs made of the sample answers in tests/cot/answers.md, one language at a time, repeated up to
so many lines; and the answers of examples/ and the samples as they are. A line of code counts as read when its tree is
parsed, its facts are found and one outline is written. The best of the repeats counts.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from peers import machine

from slmaug.cot.answer_parts import parts_of
from slmaug.cot.outline import Outline
from slmaug.files import read_seeds
from slmaug.record import Seed
from slmaug.rng import generators

ROOT = Path(__file__).resolve().parents[1]


def samples() -> list[Seed]:
    """The questions and answers that the tests are made with."""
    text = (ROOT / "tests" / "cot" / "answers.md").read_text(encoding="utf-8")
    pairs = [sample.split("\n", 1) for sample in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]]
    return [Seed(number, question, answer) for number, (question, answer) in enumerate(pairs)]


def examples() -> list[Seed]:
    """The seeds of examples/."""
    return [seed for name in ("seeds.csv", "seeds_zh.csv") for seed in read_seeds(ROOT / "examples" / name).seeds]


def programs(seeds: list[Seed], lines: int) -> dict[str, str]:
    """For each language its samples, one after the other, until there are so many lines."""
    found: dict[str, list[str]] = {}
    for seed in seeds:
        for part in parts_of(seed.answer):
            if part.language and part.code.strip():
                found.setdefault(part.language, []).append(part.code)
    made = {}
    for language, codes in sorted(found.items()):
        text: list[str] = []
        for code in cycle(codes):
            if sum(piece.count("\n") for piece in text) >= lines:
                break
            text.append(code)
        made[language] = "".join(text)
    return made


def best_seconds(repeats: int, run: Callable[[], object]) -> float:
    def once() -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    return min(once() for _ in range(repeats))


def outlines(seeds: list[Seed]) -> list[str]:
    """One outline for each seed."""
    analyses = Outline()(seeds).by_seed
    return [analysis.write(rng) for analysis, rng in zip(analyses, generators(1, 0, len(seeds)), strict=True)]


def report(name: str, seeds: list[Seed], repeats: int) -> None:
    """Print how many lines of code a second the outlines of some seeds take."""
    lines = sum(part.code.count("\n") for seed in seeds for part in parts_of(seed.answer) if part.kind == "code")
    seconds = best_seconds(repeats, lambda: outlines(seeds))
    print(f"{name:28} {len(seeds):8,} {lines:8,} {lines / seconds:12,.0f} {len(seeds) / seconds:12,.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=2000, help="of each synthetic program (default 2000)")
    parser.add_argument("--repeats", type=int, default=5, help="the best counts (default 5)")
    args = parser.parse_args()

    print(machine())
    print(f"\n{'input':28} {'answers':>8} {'lines':>8} {'lines/s':>12} {'answers/s':>12}")
    outlines(samples())  # loads the grammars
    for language, code in programs(samples(), args.lines).items():
        report(f"{language}, one program", [Seed(0, "How?", f"```{language}\n{code}```")], args.repeats)
    report("the sample answers", samples(), args.repeats)
    report("the answers of examples/", examples(), args.repeats)

    analyses = Outline()(examples()).by_seed
    rows = 3000

    def write() -> None:
        for number, rng in enumerate(generators(1, 0, rows)):
            analyses[number % len(analyses)].write(rng)

    print(f"\nwriting {rows:,} rows, once all is read: {best_seconds(args.repeats, write):.3f} s")


if __name__ == "__main__":
    main()
