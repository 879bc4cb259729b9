"""Back-translation with the small trained pair: real models, loaded by the code that loads opus-mt."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slmaug import expand
from slmaug.augment import BackTranslation, Chain, Typos, vary
from slmaug.errors import SlmaugError
from slmaug.paraphrase import same_question
from slmaug.recipe import DEFAULT, Form, Recipe
from slmaug.rng import generators
from slmaug.rows import Rows
from slmaug.text import Text

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")
pytest.importorskip("sentencepiece", reason="sentencepiece is not installed")

from slmaug.translate import CTranslate2, Marian

PAIR = Path(__file__).parents[1] / "data" / "marian"
SEEDS = PAIR / "seeds.csv"
DE = BackTranslation(via=["de"], translator=Marian(PAIR, device="cpu"))
QUESTION = "How do I open a file in .NET 8 without HttpClient?"


def built(recipe: Recipe, workers: int = 1) -> Rows:
    return expand(SEEDS, 120, recipe=recipe, workers=workers, cot="none")


def with_de(weight: float = 15.0, augmenter: object = DE) -> Recipe:
    return Recipe((*DEFAULT.forms, Form("back-translation", weight, augmenter)))  # type: ignore[arg-type]


def test_a_question_comes_back_in_other_words() -> None:
    """It asks the same: names, versions and negation are in it, and other words."""
    new = {vary(QUESTION, DE, random_seed) for random_seed in range(8)} - {QUESTION}
    assert len(new) > 1
    for each in new:
        assert ".NET 8" in each
        assert "HttpClient" in each
        assert "without" in each


def test_every_row_keeps_what_the_seed_locks() -> None:
    """And is made by a step that can be typed back in."""
    rows = built(with_de())
    made = [row for row in rows if row.form == "back-translation"]
    assert len(made) > 5
    seeds = {seed.id: seed for seed in rows.seeds}
    for row in made:
        same_question(Text.parse(seeds[row.seed_id].question), row.question)
        assert row.question != seeds[row.seed_id].question
        step = eval(row.steps[0], {"BackTranslation": BackTranslation, "Marian": Marian})
        assert step.via == ("de",)
        assert row.answer == seeds[row.seed_id].answer
    notes = rows.report.notes["back_translation"]["back-translation"]
    assert notes["accepted"] >= len(made)
    assert notes["questions"] == len(rows.seeds)
    assert set(notes["models"]) == {"en-de", "de-en"}


@pytest.mark.parametrize("make", [Marian, CTranslate2])
def test_rows_do_not_depend_on_workers_or_cache(
    make: type, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two processes, a second build from the cache, and one with an empty cache give equal rows."""
    if make is CTranslate2:
        pytest.importorskip("ctranslate2", reason="ctranslate2 is not installed")
    recipe = with_de(augmenter=BackTranslation(via=["de"], translator=make(PAIR, device="cpu")))
    first = built(recipe)
    assert built(recipe) == first
    assert built(recipe, workers=2) == first
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path / "new"))
    assert built(recipe) == first


def test_a_second_build_translates_nothing() -> None:
    """All of it is on disk, so the models are not even loaded."""
    built(with_de())
    fresh = Marian(PAIR, device="cpu")
    built(with_de(augmenter=BackTranslation(via=["de"], translator=fresh)))
    assert not any(key[0] == "model" for key in fresh._memory)


def test_batches_do_not_matter_where_texts_come_one_by_one() -> None:
    """Behind another augmenter each text is translated when it comes, alike in any batch."""
    chain = Chain((Typos(rate=0.01), DE))
    texts = [Text.parse(each.question) for each in expand(SEEDS, 12, cot="none")][:4]
    rngs = generators(5, 0, 4, 5)
    together = chain(texts, rngs)
    alone = [chain([text], [generators(5, i, 1, 5)[0]])[0] for i, text in enumerate(texts)]
    assert list(map(str, together)) == list(map(str, alone))


def test_a_loaded_translator_travels_without_its_model() -> None:
    """To another process goes what was set, not hundreds of megabytes."""
    vary(QUESTION, DE)
    assert len(pickle.dumps(DE)) < 2000
    assert pickle.loads(pickle.dumps(DE)) == DE


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"via": "de"}, "via must be language codes"),
        ({"via": []}, "at least one"),
        ({"via": ["de"], "samples": 0}, "samples must be"),
        ({"via": [3]}, "via must be"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object], message: str) -> None:
    """When the augmenter is made."""
    with pytest.raises(ValueError, match=message):
        BackTranslation(**settings)  # type: ignore[arg-type]


def test_a_pivot_without_models_is_told_before_anything_is_drawn() -> None:
    """In one line that names the model."""
    with pytest.raises(SlmaugError, match="opus-mt-en-fr") as caught:
        built(with_de(augmenter=BackTranslation(via=["de", "fr"], translator=Marian(PAIR))))
    assert "\n" not in str(caught.value)


def test_what_lies_outside_is_passed_unchanged() -> None:
    """A question in the pivot language, and one whose language cannot be told."""
    assert vary("HttpClient C#", DE) == "HttpClient C#"
    german = "Wie öffne ich eine Datei mit dem neuen Programm?"
    assert vary(german, DE) == german


# --- the command line --------------------------------------------------------------------------------------------


def build(folder: Path, *flags: str, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*flags), cwd=folder, env=environment(folder, cache), capture_output=True, text=True)


def command(*flags: str) -> list[str]:
    return [sys.executable, "-m", "slmaug.build", str(SEEDS), "out.jsonl", "--n", "120", "--cot", "none", *flags]


def environment(folder: Path, cache: Path | None) -> dict[str, str]:
    own = {"SLMAUG_CACHE_DIR": str(cache or folder / "cache"), "HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "1"}
    return {**os.environ, **own, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_auto_without_models_gives_the_share_to_the_others(tmp_path: Path) -> None:
    """And says so in one line, in the summary and in the manifest; the rows are those without the flag."""
    with_auto = build(tmp_path, "--back-translate", "auto")
    assert with_auto.returncode == 0, with_auto.stderr
    lines = [line for line in with_auto.stderr.splitlines() if "no back-translation" in line]
    assert len(lines) == 1
    assert "opus-mt-en-de" in lines[0]
    rows = (tmp_path / "out.jsonl").read_bytes()
    notes = json.loads((tmp_path / "out.manifest.json").read_text())["notes"]
    assert "opus-mt-en-de" in notes["back_translation"]["not_done"]
    assert build(tmp_path).returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == rows


def test_auto_takes_the_models_of_a_folder(tmp_path: Path) -> None:
    """The pivot languages of those that are there."""
    done = build(tmp_path, "--back-translate", "auto", "--translation-models", str(PAIR))
    assert done.returncode == 0, done.stderr
    assert "by way of de;" in done.stderr


def test_a_hub_name_without_network_fails_with_one_line(tmp_path: Path) -> None:
    """That says what to do."""
    done = build(tmp_path, "--back-translate", "fr")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "Helsinki-NLP/opus-mt-en-fr" in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_build_killed_while_translating_goes_on_from_the_cache(tmp_path: Path) -> None:
    """Nothing that was translated is translated again, and the rows are those of an undisturbed build."""
    flags = ("--back-translate", "de", "--translation-models", str(PAIR), "--samples", "16", "--translator", "marian")
    cache = tmp_path / "cache"
    killed = subprocess.Popen(
        command(*flags), cwd=tmp_path, env=environment(tmp_path, cache), stderr=subprocess.DEVNULL
    )
    store = cache / "translations.sqlite3"
    while killed.poll() is None and records(store) == 0:
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    before = records(store)
    assert before > 0
    assert not (tmp_path / "out.jsonl").exists()
    assert build(tmp_path, *flags, cache=cache).returncode == 0
    resumed, after = (tmp_path / "out.jsonl").read_bytes(), records(store)
    assert build(tmp_path, *flags, cache=tmp_path / "other").returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == resumed
    assert after == records(tmp_path / "other" / "translations.sqlite3")


def records(store: Path) -> int:
    import sqlite3

    if not store.exists():
        return 0
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM translations").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
