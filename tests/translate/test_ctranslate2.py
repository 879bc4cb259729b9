"""MarianMT models in CTranslate2, on the tiny trained pair."""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ctranslate2", reason="CTranslate2 is not installed")
pytest.importorskip("transformers", reason="converting needs transformers")
pytest.importorskip("sentencepiece", reason="CTranslate2 needs sentencepiece")

import slmaug
from slmaug.errors import SlmaugError
from slmaug.translate.ctranslate2 import CTranslate2
from slmaug.translate.marian import Marian
from slmaug.translate.translator import Decoding, Translator

PAIR = Path(__file__).parent.parent / "data" / "marian"
ENGLISH = PAIR / "opus-mt-en-de"
pytestmark = pytest.mark.skipif(not ENGLISH.is_dir(), reason=f"the trained pair is not in {PAIR}")

SENTENCES = [
    f"{frame.format(verb)} the {noun}?"
    for frame, verb, noun in product(
        ("How do I {}", "How can I {}", "What is the best way to {}", "Can you tell me how to {}"),
        ("open", "delete", "copy", "find", "print", "read"),
        ("file", "folder", "document", "picture", "message"),
    )
]
DRAWN = Decoding(candidates=4, top_k=10, temperature=1.5, random_seed=3)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(cache))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model from English to German, to be spoilt."""
    return Path(shutil.copytree(ENGLISH, tmp_path / "opus-mt-en-de"))


def change(path: Path, **changes: Any) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | changes), encoding="utf-8")


def test_protocol() -> None:
    """It is a translator whose repr can be typed back in, and that compares, hashes and pickles by its settings."""
    translator = CTranslate2(models=PAIR, device="cpu")
    assert isinstance(translator, Translator)
    assert not translator.alone
    assert eval(repr(translator)) == translator == pickle.loads(pickle.dumps(translator))
    assert hash(eval(repr(translator))) == hash(translator)
    assert translator.identity("en", "de").startswith("ctranslate2-2 opus-mt-en-de@")
    assert translator.identity("en", "de").endswith(" int8")


def test_as_marian() -> None:
    """Greedy translations of held-out sentences: in float32 the very ones of transformers, in 8 bits all but a few."""
    lines = (PAIR / "held_out.tsv").read_text(encoding="utf-8").splitlines()[1:241]
    texts = [line.split("\t")[0] for line in lines]
    assert len(set(texts)) >= 100
    wanted = Marian(models=PAIR, device="cpu", dtype="float32").translate(texts, "en", "de")
    assert all(wanted)
    assert CTranslate2(models=PAIR, device="cpu", compute_type="float32").translate(texts, "en", "de") == wanted
    small = CTranslate2(models=PAIR, device="cpu").translate(texts, "en", "de")
    assert sum(a == b for a, b in zip(small, wanted, strict=True)) >= 0.95 * len(texts)


@pytest.mark.parametrize("tokens", [1, 200])
def test_batches_make_no_difference(tokens: int) -> None:
    """One by one or some at a time, and in whatever order: a sentence's greedy translation is the same."""
    wanted = CTranslate2(models=PAIR, device="cpu").translate(SENTENCES, "en", "de")
    order = random.Random(0).sample(range(len(SENTENCES)), len(SENTENCES))
    translator = CTranslate2(models=PAIR, device="cpu", tokens_per_batch=tokens)
    found = translator.translate([SENTENCES[place] for place in order], "en", "de")
    assert found == [wanted[place] for place in order]


def test_drawn() -> None:
    """Equal calls draw equally, whatever was drawn before and on however many threads; other seeds do not."""
    texts = SENTENCES[:40]
    one, several = (CTranslate2(models=PAIR, device="cpu", tokens_per_batch=400, threads=n) for n in (1, 3))
    translator = one
    found = translator.translate(texts, "en", "de", DRAWN)
    assert all(len(set(each)) == len(each) <= 4 for each in found)
    assert sum(len(each) > 1 for each in found) > len(texts) // 2
    translator.translate(texts[:7], "en", "de", DRAWN)
    assert translator.translate(texts, "en", "de", DRAWN) == found
    assert several.translate(texts, "en", "de", DRAWN) == found
    assert several.translate(texts, "en", "de") == translator.translate(texts, "en", "de")
    other = Decoding(candidates=4, top_k=10, temperature=1.5, random_seed=4)
    assert translator.translate(texts, "en", "de", other) != found


def test_beams() -> None:
    """A beam search gives as many different translations as asked for, the likeliest first."""
    decoding = Decoding(candidates=3, beams=4)
    found = CTranslate2(models=PAIR, device="cpu").translate(SENTENCES[:12], "en", "de", decoding)
    assert all(1 <= len(each) == len(set(each)) <= 3 for each in found)
    assert sum(len(each) for each in found) > 24


def test_texts_at_the_edge(folder: Path) -> None:
    """No texts give none, a text without letters is its own, one that is too long has none."""
    change(folder / "config.json", max_position_embeddings=32)
    translator = CTranslate2(models=folder.parent, device="cpu", compute_type="float32")
    assert translator.translate([], "en", "de") == []
    long = " ".join(SENTENCES)
    first, empty, number, second, none = translator.translate([SENTENCES[0], "", "1 2", SENTENCES[0], long], "en", "de")
    assert first == second != ()
    assert (empty, number, none) == (("",), ("1 2",), ())


def test_own_settings(folder: Path) -> None:
    """A model's own bad words are honoured, and what never ends is no translation: as in transformers."""
    ids = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    own = folder / "generation_config.json"
    change(own, bad_words_ids=[[number] for token, number in ids.items() if "?" in token], num_beams=6)
    ours = CTranslate2(models=folder.parent, device="cpu", compute_type="float32")
    wanted = Marian(models=folder.parent, device="cpu").translate(SENTENCES[:9], "en", "de")
    assert not any("?" in text for each in wanted for text in each)
    assert ours.translate(SENTENCES[:9], "en", "de") == wanted
    change(own, bad_words_ids=None, suppress_tokens=[ids["</s>"]], forced_eos_token_id=None)
    endless = CTranslate2(models=folder.parent, device="cpu")
    assert endless.translate(SENTENCES[:3], "en", "de") == [(), (), ()]


# --- conversion --------------------------------------------------------------------------------------------------


def test_converted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is converted once for each compute type; another process finds it, without torch or transformers."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    wanted = CTranslate2(models=PAIR, device="cpu").translate(SENTENCES[:3], "en", "de")
    (converted,) = (tmp_path / "ctranslate2").iterdir()
    assert converted.name.endswith("-int8-1")
    before = (converted / "model.bin").stat().st_mtime_ns
    code = (
        "import sys; from slmaug.translate import CTranslate2\n"
        f"print(CTranslate2({str(PAIR)!r}, device='cpu').translate({SENTENCES[:3]!r}, 'en', 'de'))\n"
        "print([each for each in ('torch', 'transformers') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", env=fresh())
    assert (done.stdout, done.stderr) == (f"{wanted}\n[]\n", "")
    assert (converted / "model.bin").stat().st_mtime_ns == before


def fresh() -> dict[str, str]:
    root = str(Path(slmaug.__file__).parent.parent)
    return os.environ | {"PYTHONPATH": root, "PYTHONUTF8": "1", "HF_ENDPOINT": "http://127.0.0.1:9"}


def test_two_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that convert at once both translate, and leave one converted model and nothing else."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    code = (
        "from slmaug.translate import CTranslate2\n"
        f"print(CTranslate2({str(PAIR)!r}, device='cpu').translate({SENTENCES[:3]!r}, 'en', 'de'))"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=fresh()
        )
        for _ in range(2)
    ]
    (first, quiet), (second, silent) = [each.communicate() for each in both]
    assert first == second
    assert first.startswith("[('")
    assert quiet == silent == ""
    assert len(list((tmp_path / "ctranslate2").iterdir())) == 1


def test_killed_while_converting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed conversion left is never used, and is removed after a day."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    left = tmp_path / "ctranslate2" / ".making-abc"
    (left / "model").mkdir(parents=True)
    (left / "model" / "model.bin").write_bytes(b"half")
    CTranslate2(models=PAIR, device="cpu").translate(SENTENCES[:1], "en", "de")
    assert left.exists()
    os.utime(left, (0, 0))
    CTranslate2(models=PAIR, device="cpu", compute_type="float32").translate(SENTENCES[:1], "en", "de")
    assert not left.exists()


def test_fails_while_converting(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that cannot be converted is one line, and leaves nothing behind."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path / "cache"))
    change(folder / "config.json", decoder_layers=7)
    with pytest.raises(SlmaugError, match=r"its weights lack \d+ tensors") as error:
        CTranslate2(models=folder.parent, device="cpu").translate(["Why?"], "en", "de")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "cache" / "ctranslate2").iterdir())


def test_start_is_not_zero(folder: Path) -> None:
    """A model whose start token is not zero would translate otherwise in CTranslate2, and is refused."""
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    for name in ("model.shared.weight", "model.decoder.embed_tokens.weight"):
        if name in weights:  # of weights that are one, a file may hold several copies
            assert not weights[name][config["pad_token_id"]].any()
            weights[name][config["pad_token_id"]] = 0.5
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(SlmaugError, match=r"its start token <pad> is not zero, .*; use Marian in place of CTranslate2"):
        CTranslate2(models=folder.parent, device="cpu").translate(["Why?"], "en", "de")
    assert len(Marian(models=folder.parent, device="cpu").translate(SENTENCES[:2], "en", "de")) == 2


def test_eight_bits_without_overflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights of 8 bits keep to 63 either way, so that no processor's sum of two products overflows 16 bits."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    from ctranslate2.specs import model_spec

    seen = []
    real = model_spec.ModelSpec.save

    def looked_at(self: Any, out: str) -> None:
        model_spec.visit_spec(self, lambda _, name, value: seen.append((name, value)))
        real(self, out)

    monkeypatch.setattr(model_spec.ModelSpec, "save", looked_at)
    CTranslate2(models=PAIR, device="cpu").translate(SENTENCES[:1], "en", "de")
    weights = [value.numpy() for name, value in seen if name.endswith("weight") and not isinstance(value, str)]
    assert len(weights) > 10
    assert all(60 <= abs(each.astype(int)).max() <= 63 for each in weights)


def test_settings() -> None:
    """Settings that cannot be are named, and devices and types that this machine does not have are one line."""
    with pytest.raises(ValueError, match=r"compute_type must be one of auto, int8, .* got 'int4'"):
        CTranslate2(compute_type="int4")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="threads must be a whole number from 0, got -1"):
        CTranslate2(threads=-1)
    for device, message in (("mps", "for others use Marian: --translator marian"), ("cuda:99", "CTranslate2 sees")):
        with pytest.raises(SlmaugError, match=message):
            CTranslate2(models=PAIR, device=device).check("en", "de")
    with pytest.raises(SlmaugError, match="no folder opus-mt-en-fr for en-fr; it has opus-mt-de-en, opus-mt-en-de"):
        CTranslate2(models=PAIR).check("en", "fr")


def test_cache_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder that cannot be used is one line that names it and says what to do."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    (tmp_path / "ctranslate2").write_text("a file", encoding="utf-8")
    with pytest.raises(SlmaugError, match=r"opus-mt-en-de cannot be converted here: .*; make room, or set"):
        CTranslate2(models=PAIR, device="cpu").translate(["Why?"], "en", "de")


@pytest.mark.parametrize("spoil", [lambda file: file.write_bytes(b""), lambda file: file.unlink()])
def test_spoilt_conversion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], object]) -> None:
    """It is told in one line with the folder to delete; after that the model is converted anew."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    whole = CTranslate2(models=PAIR, device="cpu").translate(["Why?"], "en", "de")
    (made,) = (tmp_path / "ctranslate2").iterdir()
    spoil(made / "model.bin")
    with pytest.raises(SlmaugError, match="its conversion cannot be loaded: ") as caught:
        CTranslate2(models=PAIR, device="cpu").translate(["Why?"], "en", "de")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(f"to have it converted anew, delete {made}")
    shutil.rmtree(made)
    assert CTranslate2(models=PAIR, device="cpu").translate(["Why?"], "en", "de") == whole
