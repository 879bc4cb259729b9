"""What the seven rounds came to: a table, findings in words that follow from the numbers, and a picture.

Everything is made of the rounds' results as ``seven_rounds.py`` writes them, one JSON object each.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]
SURE = 0.05
"""Below this p-value a round counts as better or worse than the one before."""
_HEADER = (
    "round",
    "what changed",
    "rows",
    "steps",
    "loss",
    "exact, own questions",
    "exact, sampled",
    "exact, greedy (95 %)",
    "stopped",
    "greedy, against the round before",
)


# --- statistics --------------------------------------------------------------------------------------------------


def wilson(right: float, total: int) -> tuple[float, float]:
    """The 95 % interval of a share, 0 to 1 (Wilson, 1927)."""
    z, share = 1.959964, right / total
    middle = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max((middle - reach) / scale, 0.0), min((middle + reach) / scale, 1.0)


def paired(before: Sequence[bool], after: Sequence[bool]) -> tuple[int, int, float]:
    """Questions gained and lost from one round to the next, and how likely so uneven a change is by chance alone.

    The p-value is McNemar's, exact and two-sided.
    """
    gained = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    changed = gained + lost
    tail = sum(math.comb(changed, k) for k in range(min(gained, lost) + 1)) / 2**changed
    return gained, lost, min(2 * tail, 1.0)


def verdict(before: Sequence[bool] | None, after: Sequence[bool]) -> str:
    """What a round did to the greedy answers of the round before it, in words.

    >>> verdict([False] * 20, [True] * 8 + [False] * 12)
    'helps: 8 gained, 0 lost (p = 0.008)'
    """
    if before is None:
        return "the start"
    gained, lost, p = paired(before, after)
    word = "no difference shown" if p >= SURE else "helps" if gained > lost else "hurts"
    return f"{word}: {gained} gained, {lost} lost (p {'< 0.001' if p < 0.001 else f'= {p:.2g}'})"


def verdicts(results: Sequence[Result]) -> list[str]:
    """The verdict on every round."""
    earlier = [None, *(each["greedy"] for each in results)]
    return [verdict(before, each["greedy"]) for before, each in zip(earlier, results, strict=False)]


def right_share(result: Result) -> float:
    """The share of greedy answers that were exact and ended by themselves, 0 to 1."""
    return float(sum(result["greedy"]) / len(result["greedy"]))


def sampled_share(result: Result) -> float:
    """The same of the sampled answers."""
    right, asked = sum(result["sampled"]), result["samples"] * len(result["sampled"])
    return float(right / asked)


# --- table and words ---------------------------------------------------------------------------------------------


def table(results: Sequence[Result]) -> list[list[str]]:
    """The table's cells, header first. Steps that were cut short show the recipe's own behind them."""
    rows = [list(_HEADER)]
    for each, words in zip(results, verdicts(results), strict=True):
        low, high = wilson(sum(each["greedy"]), len(each["greedy"]))
        distinct = f" of {each['questions']} questions" if each["questions"] < each["rows"] else ""
        cut = f" of {each['recipe_steps']:,}" if each["steps"] < each["recipe_steps"] else ""
        rows.append(
            [
                str(each["round"]),
                each["changed"],
                f"{each['rows']:,}{distinct}",
                f"{each['steps']:,}{cut}",
                "" if each["loss"] is None else f"{each['loss']:.2f}",
                f"{each['trained_right']:.1%}",
                f"{sampled_share(each):.1%}",
                f"{right_share(each):.1%} ({low:.1%} to {high:.1%})",
                f"{sum(each['stopped']) / len(each['stopped']):.1%}",
                words,
            ]
        )
    return rows


def lines_of(cells: Sequence[Sequence[str]]) -> list[str]:
    """The cells as the lines of a Markdown table."""
    lines = ["| " + " | ".join(each) + " |" for each in cells]
    lines.insert(1, "| ---: | --- |" + " ---: |" * (len(cells[0]) - 3) + " --- |")
    return lines


def findings(results: Sequence[Result]) -> list[str]:
    """What the numbers say, in words that follow from them."""
    return [
        *_against_the_round_before(results),
        *_unlearnt(results),
        *(line for each in results for line in _of_one(each)),
        *_greedy(results),
    ]


def _against_the_round_before(results: Sequence[Result]) -> list[str]:
    kinds = {"helps": "helped", "hurts": "hurt", "no": "made no difference that could be shown"}
    found = []
    for kind, words in kinds.items():
        rounds = [str(each["round"]) for each, v in zip(results, verdicts(results), strict=True) if v.startswith(kind)]
        if rounds:
            found.append(f"Against the round before, asked greedily, {words}: round {', '.join(rounds)}.")
    return found


def _unlearnt(results: Sequence[Result]) -> list[str]:
    """The rounds whose model does not know the answers to its own questions: what they lack is training, not rows."""
    few = [each for each in results if each["trained_right"] < 0.1]
    if not few:
        return []
    kinds = sorted({(each["learning_rate"], each["parameters"]) for each in few})
    with_what = " and ".join(f"{rate:g} on {parameters:,} trained parameters" for rate, parameters in kinds)
    rounds, most = ", ".join(str(each["round"]) for each in few), max(each["steps"] for each in few)
    return [
        f"Less than a tenth of their own questions were learnt in round {rounds}: for a model of this size {with_what} "
        f"is too little in {most:,} steps, whatever the rows."
    ]


def _of_one(result: Result) -> list[str]:
    """What is to be said of one round, whatever the others did."""
    number, own, right = result["round"], result["trained_right"], right_share(result)
    found = []
    if result["rows"] < result["asked_rows"]:
        found.append(
            f"Round {number}: {result['asked_rows']:,} rows were asked for, and its forms gave {result['rows']:,} "
            "different ones."
        )
    if result["held_out"] and not result["held_out_rows"]:
        found.append(
            f"Round {number}: nothing could be held out. Its rows are copies, and a copy that is trained on gives the "
            "other away."
        )
    if own - right > 0.3:
        found.append(
            f"Round {number} answers its own questions ({own:.1%}) far better than new phrasings ({right:.1%})."
        )
    return found


def _greedy(results: Sequence[Result]) -> list[str]:
    """What greedy answers changed where that was something; of the last round always."""
    return [
        f"Greedy in place of sampled answers: round {each['round']} goes from {sampled_share(each):.1%} to "
        f"{right_share(each):.1%}."
        for each in results
        if each is results[-1] or abs(right_share(each) - sampled_share(each)) >= 0.02
    ]


# --- picture -----------------------------------------------------------------------------------------------------


def picture(results: Sequence[Result]) -> bytes:
    """The rounds as a PNG: exact answers, greedy with their interval and sampled, and how many ended by themselves."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.8), dpi=160, layout="constrained")
    axes = figure.subplots()
    left, right = [place - 0.2 for place in range(len(results))], [place + 0.2 for place in range(len(results))]
    shares = [100 * right_share(each) for each in results]
    spans = [wilson(sum(each["greedy"]), len(each["greedy"])) for each in results]
    below = [max(share - 100 * low, 0) for share, (low, _) in zip(shares, spans, strict=True)]
    above = [max(100 * high - share, 0) for share, (_, high) in zip(shares, spans, strict=True)]
    axes.bar(left, [100 * sampled_share(each) for each in results], 0.4, color="#56b4e9", label="exact, sampled")
    axes.bar(right, shares, 0.4, color="#0072b2", label="exact, greedy (95 % interval)")
    axes.errorbar(right, shares, [below, above], fmt="none", ecolor="#333333", capsize=3)
    stopped = [100 * sum(each["stopped"]) / len(each["stopped"]) for each in results]
    axes.plot(right, stopped, "_", color="#d55e00", markersize=20, markeredgewidth=2.5, label="ended by itself, greedy")
    for place, share, reach in zip(right, shares, above, strict=True):
        label = f"{share:.0f}"
        axes.annotate(label, (place, share + reach), (0, 3), textcoords="offset points", ha="center", color="#004166")
    axes.set_xticks(range(len(results)), [f"{each['round']}\n{each['label']}" for each in results])
    axes.set_ylim(0, 108)
    axes.set_yticks(range(0, 101, 20))
    axes.set_ylabel("phrasings never trained on (%)")
    axes.set_title("Seven rounds of tuning, replayed on a small Phi-3", fontweight="bold")
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(frameon=False, loc="outside lower center", ncols=3)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
