from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("trl", reason="training needs TRL, which needs Python 3.11")

from slmaug.errors import SlmaugError
from slmaug.train.encoding import ChatTokens, chat_tokens
from slmaug.train.example import turns
from slmaug.train.modelfile import modelfile, ollama_name, template
from slmaug.train.tiny import CHAT_TEMPLATE, STOPS, small_tokenizer

CHATML = (
    "{%- if messages[0]['role'] != 'system' -%}{{- '<|system|>You are helpful.<|end|>\n' -}}{%- endif -%}"
    "{%- for message in messages -%}{{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>\n' -}}"
    "{%- endfor -%}{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)
BRACES = (
    "{%- for message in messages -%}{%- if message['role'] == 'assistant' -%}"
    "{{- '<|assistant|>{' + message['content'] + '<|end|>\"\"\"  \n{' -}}"
    "{%- else -%}{{- '{' + '{' + message['role'] + '}} \"\"\" \n{' + message['content'] + '<|end|>' -}}{%- endif -%}"
    "{%- endfor -%}{%- if add_generation_prompt -%}{{- '<|assistant|>' + '{' -}}{%- endif -%}"
)
INSIDE = (  # Llama 2's and Mistral's way: the system prompt is part of the question's turn
    "{{- bos_token -}}{%- if messages[0]['role'] == 'system' -%}{%- set system = messages[0]['content'] -%}"
    "{%- set messages = messages[1:] -%}{%- endif -%}{%- for message in messages -%}"
    "{%- if message['role'] == 'user' -%}{{- '[INST] ' -}}{%- if system is defined and loop.first -%}"
    "{{- '<<SYS>>\n' + system + '\n<</SYS>>\n\n' -}}{%- endif -%}{{- message['content'] + ' [/INST]' -}}"
    "{%- else -%}{{- message['content'] + eos_token -}}{%- endif -%}{%- endfor -%}"
)


def chat_with(chat_template: str = CHAT_TEMPLATE) -> ChatTokens:
    tokenizer = small_tokenizer(["How do I read a file?"] * 4, 300)
    tokenizer.chat_template = chat_template
    return chat_tokens(tokenizer, [int(tokenizer.convert_tokens_to_ids(each)) for each in STOPS])


@pytest.fixture(scope="module")
def chat() -> ChatTokens:
    return chat_with()


# --- Ollama's side: its parser of Modelfiles, and the part of Go's text/template that is used


def parsed(text: str) -> list[tuple[str, str]]:
    """The commands of a Modelfile by the rules of Ollama's parser: a value ends at a line end where its quotes do."""
    found: list[tuple[str, str]] = []
    lines = iter(text.split("\n"))
    for line in lines:
        if not line or line.startswith("#"):
            continue
        name, _, value = line.partition(" ")
        if name == "PARAMETER":
            name, _, value = value.partition(" ")
        while (unquoted := unquote(value.strip())) is None:
            value += "\n" + next(lines)
        found.append((name, unquoted))
    return found


def unquote(value: str) -> str | None:
    for quotes in ('"""', '"'):
        if value.startswith(quotes):
            whole = len(value) >= 2 * len(quotes) and value.endswith(quotes)
            return value[len(quotes) : -len(quotes)] if whole else None
    return value


def executed(text: str, fields: Mapping[str, str]) -> str:
    """A Go template of fields, strings, and if, else and end."""
    pieces = re.split(r"\{\{(.*?)\}\}(?!\" \}\})", text)
    out, shown = [], [True]
    for place, piece in enumerate(pieces):
        action = piece.strip()
        if place % 2 == 0:
            out.append(piece if all(shown) else "")
        elif action.startswith("if ."):
            shown.append(bool(fields[action.removeprefix("if .")]))
        elif action == "else":
            shown[-1] = not shown[-1]
        elif action == "end":
            shown.pop()
        elif all(shown):
            out.append(action[1:-1] if action.startswith('"') else fields[action.removeprefix(".")])
    return "".join(out)


def as_ollama(text: str, system: str, rounds: list[tuple[str, str]], prompt: str) -> str:
    """The prompt Ollama makes: the whole template for each round before, and up to the response for the last."""
    out = []
    for question, answer in rounds:
        out.append(executed(text, {"System": system, "Prompt": question, "Response": answer}))
        system = ""
    fields = {"System": system, "Prompt": prompt, "Response": "\0"}
    return "".join(out) + executed(text, fields).partition("\0")[0]


def rendered(chat: ChatTokens, system: str | None, rounds: list[tuple[str, str]], prompt: str) -> str:
    messages = turns(prompt, system)
    for question, answer in rounds:
        messages[-1:-1] = [*turns(question), {"role": "assistant", "content": answer}]
    return str(chat.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False))


def written(chat: ChatTokens, system: str | None = None) -> dict[str, str]:
    text = modelfile(chat, context=4096, max_new_tokens=512, system=system, name="runs/full")
    return dict(parsed(text))


# --- the template


@pytest.mark.parametrize(
    "source", [CHAT_TEMPLATE, CHATML, BRACES, INSIDE], ids=["Phi-3", "default", "braces", "inside"]
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=st.text('ab {}"\n如.<|>', min_size=1), system=st.none() | st.text('ab {}"\n如', min_size=1))
def test_ollama_makes_the_prompt_the_tokenizer_makes(source: str, prompt: str, system: str | None) -> None:
    """Through Ollama's parser and template any question, with a system prompt or without, becomes the same text."""
    chat = CHATS.setdefault(source, chat_with(source))
    text = written(chat)["TEMPLATE"]
    assert as_ollama(text, system or "", [], prompt) == rendered(chat, system, [], prompt)


CHATS: dict[str, ChatTokens] = {}


@pytest.mark.parametrize("system", [None, "Be short."])
def test_a_conversation_goes_on_as_it_began(chat: ChatTokens, system: str | None) -> None:
    """Rounds that were answered stand in front as the chat template writes them."""
    rounds = [("How?", "So."), ("And then?", "    code()\n")]
    text = written(chat)["TEMPLATE"]
    assert as_ollama(text, system or "", rounds, "Why?") == rendered(chat, system, rounds, "Why?")


def test_phi3_has_the_template_known_from_ollama(chat: ChatTokens) -> None:
    """For Phi-3 the template is the one a person would write."""
    assert template(chat) == (
        "{{ if .System }}<|system|>\n{{ .System }}<|end|>\n{{ end }}<|user|>\n{{ .Prompt }}<|end|>\n"
        "<|assistant|>\n{{ .Response }}<|end|>\n"
    )


def test_a_start_token_is_written_once() -> None:
    """It stands in the template unless the tokenizer puts it in front of every text, as Ollama then does itself."""
    from tokenizers.processors import TemplateProcessing

    chat = chat_with(INSIDE)
    assert template(chat).startswith("<s>")
    start = ("<s>", int(chat.tokenizer.bos_token_id))
    chat.tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[start])
    assert "<s>" not in template(chat)


@pytest.mark.parametrize(
    "source",
    [
        "{%- for m in messages if m['role'] != 'system' -%}{{- m['content'] -}}{%- endfor -%}",
        "{%- for m in messages -%}{{- m['content'] + m['content'] -}}{%- endfor -%}",
    ],
)
def test_a_template_that_cannot_be_said_is_one_line(source: str) -> None:
    """A chat template without the system prompt, or with the question twice, is an error that says so."""
    chat = chat_with()
    chat.tokenizer.chat_template = source
    with pytest.raises(SlmaugError, match="runs/full: its chat template leaves out or repeats"):
        modelfile(chat, context=1, max_new_tokens=1, system=None, name="runs/full")


# --- the rest


def test_answers_are_greedy_and_end(chat: ChatTokens) -> None:
    """Each stop token is there, sampling and the penalty for repetition are off, the lengths are the model's."""
    found = parsed(modelfile(chat, context=4096, max_new_tokens=512, system=None, name="runs/full"))
    assert [value for name, value in found if name == "stop"] == list(STOPS)
    assert ("FROM", ".") in found
    parameters = {name: value for name, value in found if name.islower() and name != "stop"}
    assert parameters == {"temperature": "0", "repeat_penalty": "1", "num_ctx": "4096", "num_predict": "512"}


@given(system=st.text(max_size=60).filter(lambda text: not re.search(r'"""[ \t]*\n', text) and "\r" not in text))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_system_prompt_comes_through(chat: ChatTokens, system: str) -> None:
    """Quotation marks and line breaks in it are read back as they were; an empty one is none."""
    assert written(chat, system).get("SYSTEM", "") == system


def test_a_system_prompt_no_modelfile_can_hold_is_named(chat: ChatTokens) -> None:
    """A line that ends in three quotation marks would end the value: a comment says that it is left out."""
    text = modelfile(chat, context=1, max_new_tokens=1, system='Say """\nand more', name="x")
    assert "SYSTEM" not in dict(parsed(text))
    assert "# Its system prompt has a line that ends in three quotation marks" in text


def test_a_tokenizer_ollama_reads_wrongly_is_named(chat: ChatTokens, tmp_path: Path) -> None:
    """Without its sentencepiece model a Phi-3 tokenizer is imported wrongly, and a comment says so."""
    assert "No tokenizer.model is beside this file" in modelfile(
        chat, context=1, max_new_tokens=1, system=None, name="x"
    )
    (tmp_path / "tokenizer.model").write_bytes(b"")
    other = chat_with()
    other.tokenizer.name_or_path = str(tmp_path)
    assert "tokenizer.model" not in modelfile(other, context=1, max_new_tokens=1, system=None, name="x")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("runs/full", "runs-full"), ("My Model!", "my-model"), ("…", "model"), ("a\nFROM b", "a-from-b")],
)
def test_names_are_what_ollama_takes(chat: ChatTokens, name: str, expected: str) -> None:
    """A name becomes small letters and hyphens, and cannot leave its comment."""
    assert ollama_name(name) == expected
    text = modelfile(chat, context=1, max_new_tokens=1, system=None, name=name)
    assert f"ollama create {expected} -f Modelfile" in text.splitlines()[0]
    assert text.count("\nFROM ") == 1
