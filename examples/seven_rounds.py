"""The seven rounds of tuning that this project comes from, replayed on a small model, and what each was worth.

    python examples/seven_rounds.py [--seeds seeds.csv --real real.csv] [--out runs/seven_rounds] [--quick]

Seeds are a CSV of Question and Answer, those beside this script by default; ``--real`` holds other people's phrasings
of these questions, Question with seed_id (or Answer), which no round is trained on. Without it, slmaug's own
paraphrases stand in that round 6 holds out.

A small Phi-3 is made first and reads general English (``pretrained_phi3.py``), so that LoRA has something to adapt.
Each round is then its recipe, ``round1`` to ``round7`` of ``python -m slmaug.train``, from that same model: rows,
adapters or full weights, learning rate, split. One thing differs, by one rule for all: a round takes the steps of its
recipe, but at most ``--most-steps``, with its schedule over these. ``--rate-factor`` multiplies every learning rate.
Every model is asked greedily and by sampling, so that what a round gained from greedy answers is seen apart.

A finished round is not run again. ``table.md``, ``table.csv`` and ``rounds.png`` stand in the folder afterwards.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pretrained_phi3 import Pretraining, general_text, make
from rounds_report import findings, lines_of, picture, table

from slmaug import expand
from slmaug.augment import BackTranslation
from slmaug.errors import SlmaugError, printable
from slmaug.files import Seeds, read_seeds
from slmaug.formats import json_bytes, replacing, write_rows
from slmaug.recipe import DEFAULT, Form
from slmaug.recipe import Recipe as MixedForms
from slmaug.record import Row
from slmaug.rng import Random, stream_key
from slmaug.terminal import failed, say, show
from slmaug.train.dataset import spread
from slmaug.train.example import Example
from slmaug.train.likeness import words_of
from slmaug.train.reading import read_examples, read_questions
from slmaug.train.recipes import RECIPES, Recipe
from slmaug.train.split import split
from slmaug.translate.engines import default_translator
from slmaug.translation import BACK_TRANSLATION

EDITS = ("insertion", "swap", "deletion")
EDIT_WEIGHT = 3.0
"""The weight of back-translation: about that of the other edits of round 5."""


@dataclass(frozen=True)
class Round:
    """A round of the study: its number and what it changed, in the few words that fit under a bar."""

    number: int
    label: str

    @property
    def recipe(self) -> Recipe:
        return RECIPES[f"round{self.number}"]


ROUNDS = (
    Round(1, "raw pairs,\nLoRA"),
    Round(2, "dropout,\n100 epochs"),
    Round(3, "3000 rows by\nrepetition"),
    Round(4, "chain of\nthought"),
    Round(5, "word\nedits"),
    Round(6, "diverse rows,\nfull tuning"),
    Round(7, "ten times\nthe rate"),
)


@dataclass(frozen=True)
class Study:
    """Settings of a replay. ``questions`` are asked of each model, once greedily and ``samples`` times by sampling."""

    random_seed: int = 42
    rows_per_seed: int = 100
    most_steps: int = 400
    rate_factor: float = 1.0
    questions: int = 150
    samples: int = 3
    temperature: float = 1.0
    pretraining: Pretraining = field(default_factory=Pretraining)
    most_files: int | None = None
    via: tuple[str, ...] = ()
    """Pivot languages of the back-translation that begins in round 5; none leaves it out."""
    translation_models: str | None = None


QUICK = Study(
    rows_per_seed=4,
    most_steps=6,
    questions=15,
    samples=1,
    pretraining=Pretraining(width=64, layers=2, vocabulary=1024, steps=10, batch=4, block=64),
    most_files=40,
)


# --- the rows of a round -----------------------------------------------------------------------------------------


def rows_of(number: int, seeds: Seeds, study: Study) -> list[Row]:
    """The rows of a round: raw, repeated, repeated with an analysis, word edits, or a default build."""
    many, few = study.rows_per_seed * len(seeds.seeds), len(seeds.seeds)
    if number <= 4:
        raw = list(expand(seeds, n=few, cot="outline" if number == 4 else "none", random_seed=study.random_seed))
        rows = raw * (study.rows_per_seed if number >= 3 else 1)
        return Random(stream_key(study.random_seed, "shuffled again")).sample(rows, len(rows))
    recipe = DEFAULT
    if number == 5:
        recipe = DEFAULT.reweighted({form.name: 0 for form in DEFAULT.forms if form.name not in EDITS})
    if study.via:
        there_and_back = BackTranslation(study.via, translator=default_translator(models=study.translation_models))
        recipe = MixedForms((*recipe.forms, Form(BACK_TRANSLATION, EDIT_WEIGHT, there_and_back)))
    return list(expand(seeds, n=many, recipe=recipe, random_seed=study.random_seed))


def written(seeds: Seeds, study: Study, folder: Path) -> list[Path]:
    """Write the rows of every round; return where."""
    paths = [folder / f"round{each.number}.jsonl" for each in ROUNDS]
    folder.mkdir(parents=True, exist_ok=True)
    for each, path in zip(ROUNDS, paths, strict=True):
        write_rows(rows_of(each.number, seeds, study), path)
    return paths


def unseen_questions(real: Path | None, seeds: Seeds, rows: Sequence[Path], study: Study) -> tuple[list[Example], str]:
    """The questions to ask, spread over the answers, and a sentence on where they come from.

    No row of any round asks one of them, letter case, punctuation and word order apart.
    """
    if real is not None:
        answers = {seed.id: seed.answer for seed in seeds.seeds}
        found, source = read_questions(real, answers).examples, f"real phrasings of {real.name}"
        trained = rows
    else:
        last = RECIPES["round6"]
        found = split(read_examples(rows[5]).examples, last.held_out, study.random_seed).held_out
        source = "slmaug's own paraphrases that rounds 6 and 7 hold out: no real phrasings, and easier for these two"
        trained = rows[:5]
    asked = {words_of(each.question) for path in trained for each in read_examples(path).examples}
    free = [each for each in found if words_of(each.question) not in asked]
    if not free:
        raise SlmaugError("no question is left that no round is trained on; expected real phrasings (--real real.csv)")
    chosen = spread(free, study.questions, study.random_seed)
    left_out = f"; {len(found) - len(free)} that a round's rows ask are left out" if len(free) < len(found) else ""
    return chosen, f"{len(chosen)} of {len(found)} {source}{left_out}"


# --- one round ---------------------------------------------------------------------------------------------------


def recipe_steps(recipe: Recipe, rows: int) -> int:
    """The steps of the recipe as it was, with that many rows in its file."""
    return math.ceil(rows * (1 - recipe.held_out) / recipe.batch) * int(recipe.settings["num_train_epochs"])


def run_round(each: Round, rows: Path, base: Path, folder: Path, questions: Sequence[Example], study: Study) -> Any:
    """Train one round and ask its model; return the result, in JSON's types."""
    from slmaug.train import fine_tune

    examples = read_examples(rows).examples
    count, answers = len(examples), len({example.answer for example in examples})
    full = recipe_steps(each.recipe, count)
    capped: dict[str, Any] = {"max_steps": study.most_steps} if full > study.most_steps else {}
    start = time.monotonic()
    run = fine_tune(
        rows,
        recipe=each.recipe.name,
        model=base,
        output_dir=folder,
        learning_rate=each.recipe.settings["learning_rate"] * study.rate_factor,
        seed=study.random_seed,
        # The last weights count, as in the study: no choice among checkpoints, and no time for asking them.
        eval_strategy="no",
        save_strategy="no",
        load_best_model_at_end=False,
        score_rows=30,
        quiet=True,
        restart=True,
        **capped,
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    logs = map(json.loads, (folder / "history.jsonl").read_text(encoding="utf-8").splitlines())
    losses = [log["loss"] for log in logs if "loss" in log]
    trained = next(each for each in run.evaluations if each.name == "training")
    return {
        "round": each.number,
        "label": each.label,
        "changed": each.recipe.about,
        "rows": count,
        "questions": len({example.question for example in examples}),
        "asked_rows": answers * (study.rows_per_seed if each.number >= 3 else 1),
        "training_rows": manifest["data"]["training_rows"],
        "held_out": each.recipe.held_out,
        "held_out_rows": manifest["data"]["held_out_rows"],
        "parameters": manifest["model"]["trained_parameters"],
        "learning_rate": each.recipe.settings["learning_rate"] * study.rate_factor,
        "steps": manifest["training"]["steps"],
        "recipe_steps": full,
        "loss": sum(losses[-3:]) / len(losses[-3:]) if losses else None,
        "trained_right": trained.accuracy,
        **asked(folder, questions, study),
        "seconds": round(time.monotonic() - start, 1),
    }


def asked(folder: Path, questions: Sequence[Example], study: Study) -> dict[str, Any]:
    """Each question of the round's model: whether the greedy answer was exact and stopped; how many samples were."""
    from slmaug.train.generation import load_answerer
    from slmaug.train.sampling import Sampling
    from slmaug.train.scoring import examine

    answerer, sampling = load_answerer(folder), Sampling(study.temperature, random_seed=study.random_seed)
    greedy = examine(answerer, questions, name="greedy", batch_size=75)
    drawn = examine(answerer, questions, name="sampled", batch_size=75, repeats=study.samples, sampling=sampling)
    return {
        "greedy": [each.verdict.right for each in greedy.scored],
        "stopped": [each.verdict.stopped for each in greedy.scored],
        "samples": study.samples,
        "sampled": [sum(verdict.right for verdict in each.verdicts) for each in drawn.scored],
        "sampled_stopped": [sum(verdict.stopped for verdict in each.verdicts) for each in drawn.scored],
        "first_reply": [greedy.scored[0].example.question, greedy.scored[0].replies[0].text],
    }


# --- all rounds --------------------------------------------------------------------------------------------------


def replay(
    seeds_path: Path, real: Path | None, out: Path, study: Study, numbers: Sequence[int]
) -> list[dict[str, Any]]:
    """Run those of the numbered rounds that are not done yet, write table and picture; return the results of all."""
    seeds = read_seeds(seeds_path)
    rows = written(seeds, study, out / "rows")
    questions, source = unseen_questions(real, seeds, rows, study)
    say(f"asked of every round's model: {source}")
    texts = [text for seed in seeds.seeds for text in (seed.question, seed.answer)]
    text = general_text(study.most_files).without([*texts, *(each.question for each in questions)])
    base = make(out / "base", text, study.pretraining, texts)
    settings = asdict(study) | {
        "seeds": seeds.sha256,
        "asked": [each.question for each in questions],
        "text": text.sha256,
    }
    results = []
    for each, path in zip(ROUNDS, rows, strict=True):
        if each.number not in numbers:
            continue
        folder = out / f"round{each.number}"
        result = _finished(folder / "result.json", settings)
        if result is None:
            say(f"round {each.number}: {each.recipe.about}")
            result = run_round(each, path, base, folder, questions, study)
            with replacing(folder / "result.json") as file:
                file.write(json_bytes({"settings": settings, **result}, indent=1))
        right = sum(result["greedy"])
        say(f"round {each.number}: {right} of {len(questions)} right in {result['seconds']:.0f} s")
        results.append(result)
    _write(results, _rule(source, study), out)
    return results


def _rule(source: str, study: Study) -> str:
    shape = study.pretraining
    return (
        f"A round takes the steps of its recipe, but at most {study.most_steps:,}; its learning rate is the recipe's, "
        f"times {study.rate_factor:g}. The model is {shape.width} wide with {shape.layers} layers, pre-trained for "
        f"{shape.steps:,} steps. Asked: {source}. Right is an exact answer that ended by itself. Sampled answers are "
        f"drawn {study.samples} times at temperature {study.temperature:g}. "
        + (
            f"From round 5 on some questions are back-translated by way of {', '.join(study.via)}."
            if study.via
            else "Back-translation, a part of round 5, was left out (--back-translate)."
        )
    )


def _write(results: Sequence[Mapping[str, Any]], rule: str, out: Path) -> None:
    """Print the table, and write it with the picture."""
    cells = table(results)
    text = "\n".join([*lines_of(cells), "", rule, "", *(f"- {each}" for each in findings(results))])
    show(text)
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows(cells)
    contents = {
        "table.md": f"{text}\n".encode(),
        "table.csv": sheet.getvalue().encode(),
        "rounds.png": picture(results),
    }
    for name, content in contents.items():
        with replacing(out / name) as file:
            file.write(content)
    say(f"written: {', '.join(contents)} in {printable(out)}/")


def _finished(path: Path, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """The result that stands there; None where there is none."""
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    other = [name for name, value in json.loads(json.dumps(settings)).items() if found["settings"].get(name) != value]
    if other:
        raise SlmaugError(
            f"{printable(path.parent)}: a round of another replay, with another {', '.join(other)}; give another "
            "--out, or remove that one"
        )
    return found


# --- the command line --------------------------------------------------------------------------------------------


def main(argv: Sequence[str] | None = None, study: Callable[[Study], Study] = lambda given: given) -> int:
    """Replay the rounds; ``study`` may change the settings that the flags gave."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=Path, help="Question and Answer (default: the seeds beside this script)")
    parser.add_argument("--real", type=Path, help="real phrasings: Question with seed_id or Answer")
    parser.add_argument("--out", type=Path, default=Path("runs/seven_rounds"))
    parser.add_argument("--random-seed", type=int, default=Study.random_seed)
    numbers = [each.number for each in ROUNDS]
    parser.add_argument("--rounds", type=int, nargs="+", choices=numbers, default=numbers, help="these rounds alone")
    parser.add_argument("--most-steps", type=int, help=f"most steps of a round (default: {Study.most_steps})")
    parser.add_argument("--rate-factor", type=float, default=1.0, help="every learning rate times this (default: 1)")
    parser.add_argument("--back-translate", default="", metavar="DE,FR", help="pivot languages, from round 5 on")
    parser.add_argument("--translation-models", help="folder of opus-mt models (default: the Hugging Face hub)")
    parser.add_argument("--quick", action="store_true", help="a model that can do nothing, to see the whole run")
    args = parser.parse_args(argv)
    chosen = replace(QUICK if args.quick else Study(), random_seed=args.random_seed, rate_factor=args.rate_factor)
    via = tuple(each.strip() for each in args.back_translate.split(",") if each.strip())
    chosen = replace(chosen, via=via, translation_models=args.translation_models)
    if args.most_steps:
        chosen = replace(chosen, most_steps=args.most_steps)
    here = Path(__file__).parent
    seeds, real = (
        (args.seeds, args.real) if args.seeds else (here / "seeds.csv", args.real or here / "real_questions.csv")
    )
    try:
        replay(seeds, real, args.out, study(chosen), args.rounds)
    except SlmaugError as error:
        return failed(str(error))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
