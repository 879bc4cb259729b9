"""MarianMT models in transformers, on the tiny trained pair."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="Marian needs torch")
pytest.importorskip("transformers", reason="Marian needs transformers")
pytest.importorskip("sentencepiece", reason="Marian needs sentencepiece")

import torch

import slmaug
from slmaug.errors import SlmaugError
from slmaug.translate.marian import Marian, _Draw, _Loaded, silently
from slmaug.translate.marian_model import Source, Vocabulary, longest_output
from slmaug.translate.translator import Decoding, Translator

PAIR = Path(__file__).parent.parent / "data" / "marian"
ENGLISH = PAIR / "opus-mt-en-de"
pytestmark = pytest.mark.skipif(not ENGLISH.is_dir(), reason=f"the trained pair is not in {PAIR}")

SENTENCES = [
    f"{frame.format(verb)} the {noun}?"
    for frame, verb, noun in product(
        ("How do I {}", "How can I {}", "What is the best way to {}", "Can you tell me how to {}"),
        ("open", "delete", "copy", "find", "print"),
        ("file", "folder", "document", "picture", "message"),
    )
]
DRAWN = Decoding(candidates=4, top_k=10, temperature=1.5, random_seed=3)


@pytest.fixture(scope="module")
def marian() -> Marian:
    return Marian(models=PAIR, device="cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model from English to German, to be spoilt."""
    return Path(shutil.copytree(ENGLISH, tmp_path / "opus-mt-en-de"))


def change(path: Path, **changes: Any) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | changes), encoding="utf-8")


def with_codes(folder: Path, *codes: str) -> dict[str, int]:
    """Language codes in place of the last words of a model's vocabulary, so that it passes for a multi-target one."""
    ids = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    seldom = sorted(ids, key=lambda token: -ids[token])[1 : 1 + len(codes)]
    for token, code in zip(seldom, codes, strict=True):
        ids[code] = ids.pop(token)
    (folder / "vocab.json").write_text(json.dumps(ids), encoding="utf-8")
    return ids


# --- translations ------------------------------------------------------------------------------------------------


def test_protocol(marian: Marian) -> None:
    """It is a translator whose repr can be typed back in, and that compares, hashes and pickles by its settings."""
    assert isinstance(marian, Translator)
    assert marian.alone
    again = Marian(models={"en-de": ENGLISH}, codes={"de": "deu"}, dtype="float32")  # type: ignore[dict-item]
    assert eval(repr(again)) == again == pickle.loads(pickle.dumps(again))
    assert hash(again) == hash(eval(repr(again)))
    marian.translate(SENTENCES[:1], "en", "de")
    assert marian._memory
    assert not pickle.loads(pickle.dumps(marian))._memory


def test_as_transformers(marian: Marian) -> None:
    """Greedy translations are those of MarianMTModel and MarianTokenizer used as their manual says."""
    from transformers import MarianMTModel

    tokenizer = tokenizers()[1]
    model = MarianMTModel.from_pretrained(ENGLISH).eval()
    texts = SENTENCES[::9]
    wanted = []
    for text in texts:
        ids = model.generate(**tokenizer([text], return_tensors="pt"), num_beams=1, do_sample=False, max_new_tokens=60)
        wanted.append((tokenizer.decode(ids[0], skip_special_tokens=True),))
    assert marian.translate(texts, "en", "de") == wanted


@pytest.mark.parametrize("tokens", [1, 200, 100_000])
@pytest.mark.parametrize("decoding", [Decoding(), DRAWN], ids=["greedy", "drawn"])
def test_batches_make_no_difference(marian: Marian, tokens: int, decoding: Decoding) -> None:
    """One by one, a few at a time or all together, and in whatever order: a sentence's translations are the same."""
    texts = SENTENCES[::5]
    wanted = dict(zip(texts, marian.translate(texts, "en", "de", decoding), strict=True))
    assert all(wanted.values())
    shuffled = random.Random(tokens).sample(texts, 5 if tokens == 1 else len(texts))
    found = Marian(models=PAIR, device="cpu", tokens_per_batch=tokens).translate(shuffled, "en", "de", decoding)
    assert found == [wanted[text] for text in shuffled]


def test_drawn(marian: Marian) -> None:
    """Drawn translations depend on the seed and not on torch's, differ, and fewer of them are among more of them."""
    texts = SENTENCES[:20]
    torch.manual_seed(0)
    state = torch.random.get_rng_state()
    found = marian.translate(texts, "en", "de", DRAWN)
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.manual_seed(1)
    assert marian.translate(texts, "en", "de", DRAWN) == found
    assert all(len(set(each)) == len(each) <= 4 for each in found)
    assert sum(len(each) > 1 for each in found) > len(texts) // 2
    other = marian.translate(texts, "en", "de", Decoding(candidates=4, top_k=10, temperature=1.5, random_seed=4))
    assert other != found
    fewer = marian.translate(texts, "en", "de", Decoding(candidates=2, top_k=10, temperature=1.5, random_seed=3))
    assert all(set(some) <= set(more) for some, more in zip(fewer, found, strict=True))


def test_one_choice_is_greedy(marian: Marian) -> None:
    """Among one likeliest word there is nothing to draw, and next to none at a temperature near zero."""
    texts = SENTENCES[:20]
    greedy = marian.translate(texts, "en", "de")
    assert marian.translate(texts, "en", "de", Decoding(candidates=3, top_k=1)) == greedy
    assert marian.translate(texts, "en", "de", Decoding(candidates=3, top_k=10, temperature=1e-4)) == greedy


def test_shares(marian: Marian) -> None:
    """Words are drawn as often as the model finds them likely: 2000 first words against their probabilities."""
    from transformers import MarianMTModel

    text, count = SENTENCES[0], 2000
    vocabulary = Vocabulary(ENGLISH)
    ids = torch.tensor([vocabulary.encode(text)])
    model = MarianMTModel.from_pretrained(ENGLISH).eval()
    start = torch.tensor([[model.config.decoder_start_token_id]])
    with torch.inference_mode():
        logits = model(input_ids=ids, decoder_input_ids=start).logits[0, -1]
    best, tokens = logits.topk(3)
    wanted = dict(zip(tokens.tolist(), (best / 4.0).softmax(-1).tolist(), strict=True))
    decoding = Decoding(candidates=count, top_k=3, temperature=4.0)
    draw = _Draw(torch, [Source(text, [])], 1, decoding, "cpu", vocabulary.end)
    drawn = draw(start.repeat(count, 1), logits.repeat(count, 1)).argmax(-1).tolist()
    assert set(drawn) <= set(wanted)
    for token, share in wanted.items():
        assert abs(drawn.count(token) / count - share) < 4 * (share * (1 - share) / count) ** 0.5 + 1e-9


def test_beams(marian: Marian) -> None:
    """A beam search gives as many different translations as asked for, the likeliest first."""
    texts = SENTENCES[:12]
    found = marian.translate(texts, "en", "de", Decoding(candidates=3, beams=4))
    assert all(1 <= len(each) == len(set(each)) <= 3 for each in found)
    assert sum(len(each) for each in found) > 2 * len(texts)
    assert [each[:1] for each in found] == marian.translate(texts, "en", "de", Decoding(beams=4))


def test_nothing_to_translate(marian: Marian) -> None:
    """No texts give none; equal texts equal translations; a text without letters is its own."""
    assert marian.translate([], "en", "de") == []
    text = SENTENCES[0]
    first, empty, number, second, sign = marian.translate([text, "", "1 2.5", text, " ?"], "en", "de")
    assert first == second != ()
    assert (empty, number, sign) == (("",), ("1 2.5",), (" ?",))


def test_too_long(marian: Marian, folder: Path) -> None:
    """A text with more tokens than the model has positions has no translation, and those beside it have theirs."""
    change(folder / "config.json", max_position_embeddings=32)
    long = " ".join(SENTENCES[:40])
    short = Marian(models=folder.parent, device="cpu")
    assert short.translate([SENTENCES[0], long], "en", "de") == [marian.translate(SENTENCES[:1], "en", "de")[0], ()]


def test_endless(folder: Path) -> None:
    """A translation that does not come to its end within twice its source is none, and no half sentence."""
    assert longest_output(8, 512) == 26
    assert longest_output(500, 512) == 511
    change(folder / "generation_config.json", suppress_tokens=[Vocabulary(folder).end], forced_eos_token_id=None)
    endless = Marian(models=folder.parent, device="cpu")
    assert endless.translate(SENTENCES[:3], "en", "de") == [(), (), ()]
    assert endless.translate(SENTENCES[:3], "en", "de", DRAWN) == [(), (), ()]


def test_own_settings(marian: Marian, folder: Path) -> None:
    """A model's own bad words are honoured; its own number of beams and its sampling are not."""
    first = marian.translate(SENTENCES[:5], "en", "de")
    own = folder / "generation_config.json"
    change(own, num_beams=6, do_sample=True, max_length=7, top_k=3, temperature=9.0)
    assert Marian(models=folder.parent, device="cpu").translate(SENTENCES[:5], "en", "de") == first
    ids = Vocabulary(folder).ids
    change(own, bad_words_ids=[[number] for token, number in ids.items() if "?" in token])
    again = Marian(models=folder.parent, device="cpu").translate(SENTENCES[:5], "en", "de")
    assert all("?" in text for each in first for text in each)
    assert not any("?" in text for each in again for text in each)


def test_memory_runs_out(marian: Marian, monkeypatch: pytest.MonkeyPatch) -> None:
    """When torch has no memory for a batch, it is halved until it has, and the translations are the same."""
    real, rows = _Loaded.translations, []

    def cramped(self: _Loaded, sources: list[Any], longest: int, decoding: Decoding) -> list[tuple[str, ...]]:
        rows.append(len(sources))
        if len(sources) > 5:
            torch.empty(2**60, dtype=torch.uint8)
        return real(self, sources, longest, decoding)

    wanted = marian.translate(SENTENCES[:40], "en", "de")
    monkeypatch.setattr(_Loaded, "translations", cramped)
    assert Marian(models=PAIR, device="cpu").translate(SENTENCES[:40], "en", "de") == wanted
    assert max(rows) > 5 >= rows[-1]


# --- tokens ------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(alphabet="abcdefgh ?.X1äöÜ,'-\u4e2d\n", max_size=40) | st.sampled_from(SENTENCES))
def test_tokenizer(text: str) -> None:
    """Texts become the very tokens, and these the very texts, that MarianTokenizer makes."""
    ours, theirs = tokenizers()
    ids = ours.encode(text)
    assert ids == theirs(text)["input_ids"]
    assert ours.decode(ids) == theirs.decode(ids, skip_special_tokens=True)


@cache
def tokenizers() -> tuple[Vocabulary, Any]:
    from transformers import MarianTokenizer

    with silently():
        return Vocabulary(ENGLISH), MarianTokenizer.from_pretrained(ENGLISH)


@pytest.mark.parametrize("text", ["Why </s> now?", "<pad> and <unk>", ">>fra<< Why?", ">>> print(1 << 2)"])
def test_no_token_from_a_text(text: str) -> None:
    """What looks like a token of the model in a text is text: no end, no padding, no other language."""
    vocabulary = Vocabulary(ENGLISH)
    ids = vocabulary.encode(text)
    assert ids.count(vocabulary.end) == 1 == (ids[-1] == vocabulary.end)
    assert vocabulary.pad not in ids
    assert not any(vocabulary.tokens[number].startswith(">>") for number in ids)


# --- languages ---------------------------------------------------------------------------------------------------


def test_target_code(folder: Path) -> None:
    """A model with several target languages gets the wanted one's code in front, and only one that it has."""
    ids = with_codes(folder, ">>deu<<", ">>nld<<")
    ids["\u2581Why"], ids[">>nld<<"] = ids[">>nld<<"], ids["\u2581Why"]  # a code that makes a difference
    (folder / "vocab.json").write_text(json.dumps(ids), encoding="utf-8")
    vocabulary = Vocabulary(folder)
    assert vocabulary.encode("How?", ">>deu<<")[0] == ids[">>deu<<"]
    found = [
        Marian(models=folder.parent, device="cpu", codes=codes).translate(SENTENCES[:30], "en", "de")
        for codes in ({}, {"de": "deu"}, {"de": "nld"}, {"de": ""})
    ]
    assert found[0] == found[1]
    assert found[0] != found[2] != found[3]
    assert vocabulary.encode("How?", ">>nld<<")[0] == ids[">>nld<<"]
    assert vocabulary.encode("How?")[0] not in (ids[">>deu<<"], ids[">>nld<<"])
    with pytest.raises(SlmaugError, match=r"has no target language 'xyz', as codes says; it has deu, nld"):
        Marian(models=folder.parent, codes={"de": "xyz"}).check("en", "de")
    shutil.copytree(folder, folder.parent / "opus-mt-en-fr")
    with pytest.raises(SlmaugError, match=r"opus-mt-en-fr: has no target language 'fr'; it has deu, nld; name one"):
        Marian(models=folder.parent).check("en", "fr")


def test_broken_vocabulary(folder: Path) -> None:
    """A vocabulary without the pieces of its sources, as some models on the hub have, is refused."""
    ids = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    keep = {"</s>", "<unk>", "<pad>"}
    broken = {token if token in keep else f"{token}~": number for token, number in ids.items()}
    (folder / "vocab.json").write_text(json.dumps(broken), encoding="utf-8")
    with pytest.raises(SlmaugError, match=r"vocab.json lacks [\d,]+ of the [\d,]+ pieces of source.spm"):
        Marian(models=folder.parent, device="cpu").translate(["Why?"], "en", "de")


# --- where models lie --------------------------------------------------------------------------------------------


def test_places(marian: Marian, tmp_path: Path) -> None:
    """A folder of models, a folder for a pair and an unusual name for it all lead to the model."""
    wanted = marian.translate(SENTENCES[:3], "en", "de")
    assert Marian(models={"en-de": str(ENGLISH)}, device="cpu").translate(SENTENCES[:3], "en", "de") == wanted
    shutil.copytree(ENGLISH, tmp_path / "opus-mt-en-ROMANCE")
    other = Marian(models=tmp_path)
    other.check("en", "pt")
    with pytest.raises(SlmaugError, match=r"no folder opus-mt-en-fr for en-fr; it has opus-mt-en-ROMANCE; get it"):
        other.check("en", "fr")
    with pytest.raises(SlmaugError, match="models names no model for en-de; it has de-en"):
        Marian(models={"de-en": str(ENGLISH)}).check("en", "de")
    with pytest.raises(SlmaugError, match="no such folder; expected one that holds opus-mt-en-de"):
        Marian(models=tmp_path / "nothing").check("en", "de")
    with pytest.raises(SlmaugError, match=r"opus-mt-en-de: a model itself; expected a folder that holds opus-mt-en-de"):
        Marian(models=ENGLISH).check("en", "de")
    with pytest.raises(ValueError, match='models names pairs such as "en-de", got'):
        Marian(models={"de": "x"})


@pytest.mark.parametrize("gone", ["config.json", "model.safetensors", "source.spm", "target.spm", "vocab.json"])
def test_a_file_is_missing(folder: Path, gone: str) -> None:
    """What a folder lacks is named before anything is loaded."""
    (folder / gone).unlink()
    with pytest.raises(SlmaugError, match=re.escape(gone)) as error:
        Marian(models=folder.parent).check("en", "de")
    assert "\n" not in str(error.value)


def test_other_models(folder: Path) -> None:
    """A model of another kind, an unreadable configuration and weights of another shape are one line each."""
    content = (folder / "config.json").read_text(encoding="utf-8")
    change(folder / "config.json", model_type="bart")
    with pytest.raises(SlmaugError, match=r"a model of type 'bart'; expected a MarianMT model"):
        Marian(models=folder.parent).check("en", "de")
    (folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(SlmaugError, match=r"config.json cannot be read: .*; get the model again$"):
        Marian(models=folder.parent).check("en", "de")
    for name in ("config.json", "vocab.json"):
        whole = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text("[1, 2]", encoding="utf-8")
        with pytest.raises(SlmaugError, match=rf"{name} holds no names and values; get the model again$"):
            Marian(models=folder.parent, codes={"de": ""}).translate(["Why?"], "en", "de")
        (folder / name).write_text(content if name == "config.json" else whole, encoding="utf-8")
    layers = json.loads(content)["decoder_layers"]
    change(folder / "config.json", decoder_layers=layers + 1)
    with pytest.raises(SlmaugError, match=r"its weights lack \d+ tensors of the model, such as model\.decoder\.layers"):
        Marian(models=folder.parent, device="cpu").translate(["Why?"], "en", "de")


def test_settings() -> None:
    """Settings that cannot be are named, and a device that is not there is one line."""
    with pytest.raises(ValueError, match=r"dtype must be one of auto, float32, .* got 'half'"):
        Marian(dtype="half")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="tokens_per_batch must be a whole number from 1, got 0"):
        Marian(tokens_per_batch=0)
    with pytest.raises(SlmaugError, match="device is 'abacus'"):
        Marian(models=PAIR, device="abacus").check("en", "de")


def test_identity(folder: Path) -> None:
    """The identity is that of the files, wherever they lie, and another when one changes or a code is chosen."""
    translator = Marian(models=folder.parent)
    first = translator.identity("en", "de")
    assert first == Marian(models=PAIR).identity("en", "de")
    assert re.fullmatch(r"marian-1 opus-mt-en-de@[0-9a-f]{32} auto", first)
    assert Marian(models=PAIR, dtype="float16").identity("en", "de") != first
    assert Marian(models=PAIR, codes={"de": "deu"}).identity("en", "de") != first
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert translator.identity("en", "de") != first


# --- the hub -----------------------------------------------------------------------------------------------------

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub() -> Iterator[tuple[str, list[str]]]:
    """A server that answers as the Hugging Face hub does, with the tiny pair; its address and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            form = r"(?:/api/models)?/(Helsinki-NLP/opus-mt-en-(?:de|ROMANCE))(?:/(tree|resolve|\w+)/\w+(?:/(.+))?)?"
            match = re.fullmatch(form, self.path.split("?")[0])
            if match is None:
                return self.answer(404, b"", {"X-Error-Code": "RepoNotFound"})
            names = [*(each.name for each in ENGLISH.iterdir()), "tf_model.h5"]
            if match[2] == "tree":
                return self.json([{"type": "file", "path": name, "size": 1, "oid": name} for name in names])
            if match[2] != "resolve":
                return self.json({"id": match[1], "sha": COMMIT, "siblings": [{"rfilename": name} for name in names]})
            if not (ENGLISH / match[3]).is_file():
                return self.answer(404, b"", {"X-Error-Code": "EntryNotFound"})
            return self.answer(200, (ENGLISH / match[3]).read_bytes(), {"ETag": f'"{match[3]}"'})

        def json(self, content: object) -> None:
            self.answer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body)), "X-Repo-Commit": COMMIT} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def said(code: str, home: Path, endpoint: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a fresh process prints, with a cache of the hub of its own."""
    head = (
        "from slmaug.translate.marian import Marian\nfrom slmaug.errors import SlmaugError\n"
        "m = Marian(device='cpu')\ntry:\n    "
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    root = str(Path(slmaug.__file__).parent.parent)
    return subprocess.run(
        [sys.executable, "-c", head + code + "\nexcept SlmaugError as error: print('error:', error)"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env=inherited
        | {"PYTHONPATH": root, "PYTHONUTF8": "1", "HF_HOME": str(home), "HF_ENDPOINT": endpoint}
        | environment,
    )


def test_download(marian: Marian, hub: tuple[str, list[str]], tmp_path: Path) -> None:
    """A model of the hub is asked for once, only the files it needs are downloaded, and then no network is needed."""
    endpoint, asked = hub
    found = "print(m.identity('en', 'de')); m.check('en', 'de')"
    done = said(f"{found}; print(m.translate([{SENTENCES[0]!r}], 'en', 'de')); {found}", tmp_path, endpoint)
    identity = f"marian-1 Helsinki-NLP/opus-mt-en-de@{COMMIT} auto"
    wanted = [identity, str(marian.translate(SENTENCES[:1], "en", "de")), identity]
    assert done.stdout.splitlines() == wanted, (done.stderr, asked)
    got = {line.rsplit("/", 1)[-1] for line in asked if line.startswith("GET") and "/resolve/" in line}
    assert got == {each.name for each in ENGLISH.iterdir() if each.suffix in (".json", ".spm", ".safetensors")}
    offline = said(found, tmp_path, "http://127.0.0.1:9")
    assert (offline.stdout, offline.stderr) == (f"{identity}\n", "")


def test_first_that_the_hub_knows(hub: tuple[str, list[str]], tmp_path: Path) -> None:
    """Of several models for a pair the first one that there is serves."""
    endpoint, asked = hub
    assert "opus-mt-en-ROMANCE@" in said("print(m.identity('en', 'pt'))", tmp_path, endpoint).stdout
    assert any("opus-mt-tc-big-en-pt" in line for line in asked)
    done = said("m.check('en', 'it')", tmp_path, endpoint)
    assert done.stdout.startswith("error: Helsinki-NLP/opus-mt-en-it: neither a folder nor a public model")


def test_no_network(tmp_path: Path) -> None:
    """Without a network it is one line with what to do, for the first of several models; here the port is closed."""
    for pair, name in (("'en', 'de'", "opus-mt-en-de"), ("'en', 'pt'", "opus-mt-tc-big-en-pt")):
        out = said(f"m.check({pair})", tmp_path, "http://127.0.0.1:9").stdout
        assert out.startswith(f"error: Helsinki-NLP/{name}: no such folder, no copy in the cache, and http")
        assert out.count("\n") == 1
        assert f"; connect and run it again, or copy the model to models/{name} and say --translation-models" in out


def test_own_generator_stays(folder: Path) -> None:
    """Loading a model and drawing words leave torch's own generator where it was."""
    before = torch.get_rng_state()
    Marian(models=folder.parent, device="cpu").translate(SENTENCES[:2], "en", "de", Decoding(candidates=2, top_k=5))
    assert torch.equal(before, torch.get_rng_state())


def test_silent(tmp_path: Path) -> None:
    """Loading a model and translating with it writes nothing to stderr, though its settings say max_length."""
    folder = Path(shutil.copytree(ENGLISH, tmp_path / "opus-mt-en-de"))
    change(folder / "generation_config.json", max_length=512, num_beams=4, early_stopping=True, top_k=5)
    code = f"m = Marian({str(tmp_path)!r}, device='cpu'); m.check('en', 'de')\n    "
    for decoding in ("", ", Decoding(candidates=2, top_k=5)", ", Decoding(candidates=2, beams=2)"):
        code += f"m.translate(['How?', '', 'Why not?'], 'en', 'de'{decoding})\n    "
    done = said(f"from slmaug.translate import Decoding\n    {code}print('done')", tmp_path, "http://127.0.0.1:9")
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_light() -> None:
    """Importing the translators loads no library, and checking a folder loads none that is heavy."""
    code = (
        "import sys; from slmaug.translate import Marian, CTranslate2\n"
        f"Marian({str(PAIR)!r}).check('en', 'de'); Marian({str(PAIR)!r}).identity('en', 'de')\n"
        "print([each for each in ('torch', 'transformers', 'ctranslate2', 'sentencepiece') if each in sys.modules])"
    )
    root = str(Path(slmaug.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": root}
    )
    assert done.stdout.strip() == "[]"
