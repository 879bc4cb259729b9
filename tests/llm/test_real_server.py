"""The client against a server that is not ours: ``transformers serve`` with a small Llama made here, on loopback."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from slmaug.build import main
from slmaug.cot.answer_lock import preface
from slmaug.errors import SlmaugError
from slmaug.llm.batch import Batch
from slmaug.llm.chat import Chat
from slmaug.llm.model import Prompt

NEEDED = ("openai", "tenacity", "torch", "transformers", "fastapi", "uvicorn", "accelerate")
MISSING = [name for name in NEEDED if find_spec(name) is None]
if not MISSING and int(version("transformers").partition(".")[0]) < 5:
    MISSING = ["transformers 5"]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"transformers serve needs {', '.join(MISSING)}")

STEPS = (
    "1. **Define Purpose**: It has to be clear what to do — and where.\n"
    "2. **Key Facts**: There is a place for it, and a way to get there that takes a few steps.\n"
    "3. **Conclusion**: Whoever takes these steps in their order finds the place and gets it done."
)
START_UP = 120.0  # seconds; ten are usual on two cores, most of them for importing torch

# The server ends with its standard input, so it outlives no test run, however that one ends.
SERVE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from transformers.cli.transformers import main
main()
"""


@dataclass(frozen=True)
class Server:
    """A running ``transformers serve``."""

    url: str
    model: str
    log: Path

    @property
    def calls(self) -> int:
        """How many chat requests it has answered."""
        return self.log.read_text(encoding="utf-8", errors="replace").count('"POST /v1/chat/completions')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    model, log = folder / "reciter", folder / "log.txt"
    write_reciter(model, STEPS)
    command = [sys.executable, "-c", SERVE, "serve", str(model), "--host", "127.0.0.1", "--port", "0"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "cache"), "PYTHONUNBUFFERED": "1"}
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [*command, "--device", "cpu"], stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment
        )
    try:
        yield Server(f"http://127.0.0.1:{port_when_ready(process, log)}/v1", str(model), log)
    finally:
        process.kill()
        process.communicate(timeout=60)


def port_when_ready(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that the server chose, once it says that it is well."""
    end = time.monotonic() + START_UP
    while time.monotonic() < end and process.poll() is None:
        told = re.search(r"running on http://127\.0\.0\.1:(\d+)", log.read_text(encoding="utf-8", errors="replace"))
        if told and healthy(int(told[1])):
            return int(told[1])
        time.sleep(0.05)
    state = "is not up" if process.poll() is None else f"ended with {process.returncode}"
    pytest.fail(f"the server {state}:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_reply(server: Server, tmp_path: Path) -> None:
    """Replies of a real peer arrive whole, each with the server's own count of tokens, and in the prompts' order."""
    chat = Chat(server.model, base_url=server.url, journal=tmp_path / "journal.jsonl", temperature=0.7)
    asked = [("Be brief.", "Where is the log?"), ("", "日志在哪里?"), ("Be brief.", "Where?")]
    replies = chat.complete([Prompt(system, user) for system, user in asked])
    assert [(reply.text, reply.outcome, reply.detail) for reply in replies] == [(STEPS, "complete", "")] * 3
    sent = ["system: Be brief.\nuser: Where is the log?\n", "user: 日志在哪里?\n", "system: Be brief.\nuser: Where?\n"]
    assert [reply.prompt_tokens for reply in replies] == [len(text.encode()) + 1 for text in sent]
    assert len({reply.completion_tokens for reply in replies}) == 1
    usage = chat.usage
    assert usage.prompt_tokens == sum(reply.prompt_tokens for reply in replies)
    assert usage.completion_tokens == 3 * replies[0].completion_tokens
    assert (usage.requests, usage.retries, usage.uncertain) == (3, {}, 0)


def test_truncated(server: Server, tmp_path: Path) -> None:
    """A reply that the server cuts off at max_tokens says so, and is as long as it was allowed to be."""
    [reply] = Chat(server.model, base_url=server.url, journal=tmp_path / "journal.jsonl").complete(
        [Prompt("Be brief.", "Where is the log?", max_tokens=9)]
    )
    assert (reply.outcome, reply.completion_tokens) == ("truncated", 9)
    assert 0 < len(reply.text) < len(STEPS)
    assert STEPS.startswith(reply.text)


def test_journal(server: Server, tmp_path: Path) -> None:
    """A second run over the same prompts gets the same replies, and the server hears nothing of it."""
    prompts = [Prompt("Be brief.", f"Where is log {number}?", max_tokens=12) for number in range(4)]
    runs = []
    for calls in (4, 0):
        before = server.calls
        chat = Chat(server.model, base_url=server.url, journal=tmp_path / "journal.jsonl")
        runs.append(chat.complete(prompts))
        assert (server.calls - before, chat.usage.requests) == (calls, calls)
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("model", "path", "message"),
    [
        ("phi-9", "/v1", r"/v1 answers 400 Bad Request: Server is pinned to '.+'; requested 'phi-9'\.; check"),
        (None, "/v9", r"/v9 answers 404 Not Found: Not Found; check the model name '.+' and the base URL"),
    ],
    ids=["model", "path"],
)
def test_wrong_address(server: Server, tmp_path: Path, model: str | None, path: str, message: str) -> None:
    """A model or a path that the server does not have is one line that names the server, its words and what to check,
    after one request."""
    before = server.calls
    url = server.url.removesuffix("/v1") + path
    chat = Chat(model or server.model, base_url=url, journal=tmp_path / "journal.jsonl", concurrency=1)
    with pytest.raises(SlmaugError, match=message) as raised:
        chat.complete([Prompt("", "Where?", max_tokens=1), Prompt("", "When?", max_tokens=1)])
    assert "\n" not in str(raised.value)
    assert (server.calls - before, chat.usage.requests) == (int(path == "/v1"), 1)


def test_build(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line has a real peer write the analyses: every row has one, and its answer behind it."""
    pairs = [("Where is the log?", "In the folder logs."), ("When do you open?", "  At nine, but not on Sundays.\n")]
    seeds, out = tmp_path / "seeds.jsonl", tmp_path / "out.jsonl"
    seeds.write_text("\n".join(json.dumps({"Question": q, "Answer": a}) for q, a in pairs), encoding="utf-8")
    model = ["--cot", "llm", "--rationales", "1", "--model", server.model, "--base-url", server.url]
    assert main([str(seeds), str(out), "--n", "20", *model, "--journal", str(tmp_path / "journal.jsonl")]) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 20
    for row in rows:
        expected = preface(STEPS, has_code=False) + pairs[row["seed_id"]][1]
        assert row["completion"][0]["content"] == expected
    assert "2 calls; 2 requests" in capsys.readouterr().err


def test_batch(server: Server, tmp_path: Path) -> None:
    """A local server has no Batch API; it takes one request and one line to say so."""
    chat = Chat(server.model, base_url=server.url, journal=tmp_path / "journal.jsonl")
    with pytest.raises(SlmaugError, match=r"^http://127\.0\.0\.1:\d+/v1 has no Batch API; leave --batch out$"):
        Batch(chat).complete([Prompt("", "Where?")])
    assert server.log.read_text(encoding="utf-8", errors="replace").count('"POST /v1/files') == 1


def write_reciter(folder: Path, *texts: str) -> None:
    """A Llama checkpoint, with tokenizer and chat template, that answers every prompt with one of ``texts``, drawn with
    equal chances, and then ends. ``transformers`` loads and runs it as any other.

    Its tokens are the 256 bytes, as GPT-2 writes them, and the pieces of the texts, no piece twice. Attention and
    feed-forward layers are zero, so the last token's own (one-hot) vector reaches the head, whose weights hold what
    follows each piece. A prompt of n bytes has n + 1 tokens, the chat template's own included.
    """
    import numpy
    from safetensors.numpy import save_file
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    words = ["<end>", "<reply>", *sorted(byte_level.alphabet())]
    follows = []
    for text in texts:
        at = 1
        for piece in pieces(byte_level.pre_tokenize_str(text)[0][0], set(words)):
            follows.append((at, len(words)))
            at = len(words)
            words.append(piece)
        follows.append((at, 0))
    size = len(words) + len(words) % 2  # rotary embeddings turn pairs
    head = numpy.zeros((size, size), dtype="float32")
    for before, after in follows:
        head[after, before] = 5
    shapes = {
        **{f"self_attn.{name}_proj": (size, size) for name in "qkvo"},
        "mlp.gate_proj": (8, size),
        "mlp.up_proj": (8, size),
        "mlp.down_proj": (size, 8),
    }
    norms = ["model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm", "model.norm"]
    weights = {
        "model.embed_tokens.weight": numpy.eye(size, dtype="float32"),
        "lm_head.weight": head,
        **{f"model.layers.0.{name}.weight": numpy.zeros(shape, dtype="float32") for name, shape in shapes.items()},
        **{f"{name}.weight": numpy.ones(size, dtype="float32") for name in norms},
    }
    tokenizer = Tokenizer(models.BPE(vocab={word: number for number, word in enumerate(words)}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = byte_level, decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(word, special=True) for word in words[:2]])
    ends = {"eos_token_id": 0, "pad_token_id": 0, "bos_token_id": None}
    files: dict[str, dict[str, Any]] = {
        "config.json": {
            "model_type": "llama",
            "architectures": ["LlamaForCausalLM"],
            "vocab_size": size,
            "hidden_size": size,
            "intermediate_size": 8,
            "num_hidden_layers": 1,
            "num_attention_heads": 1,
            "num_key_value_heads": 1,
            "max_position_embeddings": 16384,
            "tie_word_embeddings": False,
            "dtype": "float32",
            **ends,
        },
        "generation_config.json": {"do_sample": True, **ends},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": "<end>",
            "pad_token": "<end>",
            "chat_template": "{% for turn in messages %}{{ turn.role }}: {{ turn.content }}\n{% endfor %}<reply>",
        },
    }
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def pieces(text: str, taken: set[str]) -> list[str]:
    """``text`` cut into pieces that differ from each other and from ``taken``, as short as can be."""
    cut: list[str] = []
    piece = ""
    for sign in text:
        piece += sign
        if piece not in taken:
            taken.add(piece)
            cut.append(piece)
            piece = ""
    while piece in taken:
        piece = cut.pop() + piece
    return [*cut, piece] if piece else cut
