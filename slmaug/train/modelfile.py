"""The Modelfile with which Ollama makes its own model of a run folder: ``ollama create name -f Modelfile``.

Its template is read from the model's own chat template, by rendering that with marks in place of the texts. It has
``.System``, ``.Prompt`` and ``.Response``, which Ollama fills in once for each round of a conversation. Sources, in
Ollama's repository: ``docs/modelfile.mdx``, ``template/template.go`` (``Execute``) and ``parser/parser.go``
(``unquote``).
"""

from __future__ import annotations

import json
import re
from typing import Any

from slmaug.errors import SlmaugError
from slmaug.train.encoding import ChatTokens
from slmaug.train.example import turns
from slmaug.train.export import sentencepiece_file

_SYSTEM, _PROMPT, _RESPONSE, _NEXT = "slmaugSystemMark", "slmaugPromptMark", "slmaugResponseMark", "slmaugNextMark"
_QUOTES = '"""'
# In a Go template two opening braces begin an action, and one at the end would join those of the next.
_BRACES = re.compile(r"\{{2,}|\{\Z")
# A line that ends so would end the value, too: Ollama's parser knows no escapes.
_EARLY_END = re.compile(r'"""(?=[ \t]*\n)')


def modelfile(chat: ChatTokens, *, context: int, max_new_tokens: int, system: str | None, name: str) -> str:
    """The text of the Modelfile that stands in the model's folder.

    ``context`` is the longest conversation and ``max_new_tokens`` the longest answer, in tokens; ``system`` is the
    system prompt the model was trained with, ``name`` what the model is called. Raises :class:`SlmaugError` where the
    chat template cannot be said in Ollama's language.
    """
    stops = [str(chat.tokenizer.convert_ids_to_tokens(stop)) for stop in chat.stops]
    lines = [
        f"# {' '.join(name.split())} in Ollama; run beside this file: ollama create {ollama_name(name)} -f Modelfile",
        *_byte_level_only(chat.tokenizer),
        "FROM .",
        f"TEMPLATE {_quoted(template(chat, name))}",
        *_system(system),
        *(f"PARAMETER stop {_quoted(stop)}" for stop in stops),
        "PARAMETER temperature 0",
        # Ollama's own default is 1.1, which bends even greedy answers away from words already said.
        "PARAMETER repeat_penalty 1",
        f"PARAMETER num_ctx {context}",
        f"PARAMETER num_predict {max_new_tokens}",
    ]
    return "\n".join(lines) + "\n"


def ollama_name(name: str) -> str:
    """A name as ``ollama create`` takes it: small letters, digits, ``-``, ``_`` and ``.``, none of these in front."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "model"


def template(chat: ChatTokens, name: str = "the model") -> str:
    """The chat template in Ollama's language, that of Go's ``text/template``.

    What a template says only where there is no system prompt stands behind ``else``. A start token is left out where
    the tokenizer puts it in front of every text, because Ollama does so, too. Raises :class:`SlmaugError`.
    """
    opened, whole = _rendered(chat, turns(_PROMPT)), _rendered(chat, turns(_PROMPT, _SYSTEM))
    before, _, middle = opened.partition(_PROMPT)
    ahead, _, behind = whole.partition(_SYSTEM)
    if opened.count(_PROMPT) != 1 or whole.count(_SYSTEM) != 1 or not behind.endswith(f"{_PROMPT}{middle}"):
        raise SlmaugError(
            f"{name}: its chat template leaves out or repeats the question or the system prompt, or words the question "
            "in another way behind a system prompt; a Modelfile needs each of them once: write it by hand"
        )
    behind = behind.removesuffix(f"{_PROMPT}{middle}")
    start = str(chat.tokenizer.bos_token or "")
    head = start if before.startswith(start) and ahead.startswith(start) else ""
    ahead, before = ahead.removeprefix(head), before.removeprefix(head)
    # Either the question opens in the same way behind a system prompt, or each way is written out.
    same = behind.endswith(before)
    inside = f"{_text(ahead)}{{{{ .System }}}}{_text(behind.removesuffix(before) if same else behind)}"
    bare = f"{{{{ end }}}}{_text(before)}" if same else f"{{{{ else }}}}{_text(before)}{{{{ end }}}}"
    return (
        f"{_text('' if _starts_by_itself(chat.tokenizer) else head)}{{{{ if .System }}}}{inside}{bare}{{{{ .Prompt }}}}"
        f"{_text(middle)}{{{{ .Response }}}}{_text(_behind_a_response(chat, opened))}"
    )


def _rendered(chat: ChatTokens, messages: list[dict[str, str]]) -> str:
    text: Any = chat.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    return str(text)


def _behind_a_response(chat: ChatTokens, opened: str) -> str:
    """What stands between an answer and the next round, which Ollama writes for each round before the last."""
    rounds = [*turns(_PROMPT), {"role": "assistant", "content": _RESPONSE}, *turns(_NEXT)]
    following = opened.replace(_PROMPT, _NEXT).removeprefix(str(chat.tokenizer.bos_token or ""))
    try:
        between = _rendered(chat, rounds).partition(f"{opened}{_RESPONSE}")[2]
    except Exception:  # a template for one round only raises what it likes
        between = ""
    if between.endswith(following):
        return between.removesuffix(following)
    return str(chat.tokenizer.decode(list(chat.end)))


def _starts_by_itself(tokenizer: Any) -> bool:
    """Whether the tokenizer puts its start token in front of every text."""
    return bool(tokenizer("a")["input_ids"][:1] == [tokenizer.bos_token_id])


def _text(text: str) -> str:
    return _EARLY_END.sub(_QUOTES + '{{ "" }}', _BRACES.sub(lambda braces: f'{{{{ "{braces.group()}" }}}}', text))


def _quoted(text: str) -> str:
    """A value as Ollama's parser reads it back, byte for byte."""
    return f"{_QUOTES}{text}{_QUOTES}" if "\n" in text or '"' in text else f'"{text}"'


def _system(system: str | None) -> list[str]:
    if not system:
        return []
    if _EARLY_END.search(system):
        return [
            "# Its system prompt has a line that ends in three quotation marks, which no Modelfile can hold:",
            "# give it with each request.",
        ]
    return [f"SYSTEM {_quoted(system)}"]


def _byte_level_only(tokenizer: Any) -> list[str]:
    """A remark where Ollama's import would take the tokenizer for another kind than it is."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    decoder = json.loads(backend.to_str())["decoder"] if backend is not None else None
    if decoder is None or "ByteLevel" in json.dumps(decoder) or sentencepiece_file(tokenizer) is not None:
        return []
    return [
        "# No tokenizer.model is beside this file, and without it Ollama reads this kind of tokenizer wrongly: its",
        "# answers will make no sense. Copy tokenizer.model from the base model's folder if it has one.",
    ]
