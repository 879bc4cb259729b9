"""What the sentence encoder behind --semantic can tell and what it cannot, on pairs written by hand.

    python benchmarks/semantic.py [--model FOLDER] [--pairs benchmarks/semantic_pairs.tsv]

The pairs are questions of eight domains with paraphrases and with variants that drifted by a word or two. A third kind
is made of the paraphrases: each under the other seeds of its domain, as if a language model had mixed questions up.
Prints the area under the ROC curve of the cosine to the seed (0.5 is chance, 1 perfect), and for each floor and margin
the share of each kind that would be dropped.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from slmaug.semantic import Semantic

FLOORS = (0.1, 0.2, 0.3, 0.4, 0.5)
MARGINS = (0.0, 0.05, 0.1, 0.2)
Case = tuple[str, int, str]


def read(path: Path) -> tuple[dict[str, list[str]], list[Case], list[Case]]:
    """The seeds by domain; paraphrases and drifted variants, each with domain and number of its seed."""
    seeds: dict[str, list[str]] = defaultdict(list)
    good: list[Case] = []
    drifted: list[Case] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        domain, kind, text = line.split("\t")
        if kind == "s":
            seeds[domain].append(text)
        else:
            (good if kind == "g" else drifted).append((domain, len(seeds[domain]) - 1, text))
    return seeds, good, drifted


def area(high: list[float], low: list[float]) -> float:
    """The probability that one of the first is above one of the second (ties count half)."""
    wins = sum((a > b) + 0.5 * (a == b) for a in high for b in low)
    return wins / (len(high) * len(low))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model")
    parser.add_argument("--pairs", type=Path, default=Path(__file__).with_name("semantic_pairs.tsv"))
    given = parser.parse_args()
    encoder = Semantic(given.model)
    seeds, good, drifted = read(given.pairs)
    mixed = [(domain, j, text) for domain, i, text in good for j in range(len(seeds[domain])) if j != i]

    def near(cases: list[Case]) -> list[tuple[float, float]]:
        """The cosine to the own seed, and the highest to another of the domain."""
        found = []
        for domain, i, text in cases:
            (cosines,) = encoder.similarities([text], seeds[domain])
            found.append((cosines[i], max(each for j, each in enumerate(cosines) if j != i)))
        return found

    kinds = {"paraphrases": near(good), "a word or two off": near(drifted), "mixed up": near(mixed)}
    print(", ".join(f"{len(cases)} {name}" for name, cases in kinds.items()))
    own = {name: [one for one, _ in cases] for name, cases in kinds.items()}
    for name in list(kinds)[1:]:
        print(f"area under the curve, paraphrases against {name}: {area(own['paraphrases'], own[name]):.2f}")
    print("\n| least | margin | " + " | ".join(f"{name} dropped" for name in kinds) + " |")
    print("| ---: | ---: | " + " | ".join("---:" for _ in kinds) + " |")
    for least in FLOORS:
        for margin in MARGINS:
            shares = [
                sum(one < least or other > one + margin for one, other in cases) / len(cases)
                for cases in kinds.values()
            ]
            print(f"| {least} | {margin} | " + " | ".join(f"{share:.1%}" for share in shares) + " |")


if __name__ == "__main__":
    main()
