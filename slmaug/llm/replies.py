"""From a server's JSON to a :class:`Reply`: which of the ways a call can end this one is."""

from __future__ import annotations

import re
from typing import Any

from slmaug.llm.model import Outcome, Reply

_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?(?:</think(?:ing)?>\s*|\Z)", re.DOTALL | re.IGNORECASE)


def without_thought(text: str) -> str:
    """The text without what a reasoning model thinks aloud at the start, cut off or not."""
    return _THOUGHT.sub("", text, count=1)


class Unreadable(ValueError):
    """A body that is no chat completion; the message says what is wrong with it."""


def read_reply(body: object) -> Reply:
    """The reply in the body of a chat completion; raises :class:`Unreadable` where there is none.

    What a reasoning model thinks aloud at the start, ``<think>`` to ``</think>``, is left out.

    >>> read_reply({"choices": [{"message": {"content": "<think>Hm.</think>Yes."}, "finish_reason": "stop"}]}).text
    'Yes.'
    """
    if not isinstance(body, dict):
        raise Unreadable("a body that is no JSON object")
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise Unreadable(_without_choices(body))
    message = choices[0].get("message")
    if not isinstance(message, dict):
        raise Unreadable("a choice without a message")
    text = without_thought(_content(message.get("content")))
    refusal = message.get("refusal")
    outcome, detail = _outcome(text, choices[0].get("finish_reason"), refusal if isinstance(refusal, str) else "")
    usage = body.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Reply(text, outcome, detail, _count(counts, "prompt_tokens"), _count(counts, "completion_tokens"))


def _outcome(text: str, finish_reason: object, refusal: str) -> tuple[Outcome, str]:
    if refusal:
        return "refused", refusal
    if finish_reason == "content_filter":
        return "filtered", "the provider's content filter"
    if finish_reason == "length":
        return "truncated", "cut off at max_tokens"
    if not text.strip():
        return "empty", f"no text; finish_reason {finish_reason!r}"
    return "complete", ""


def _content(content: object) -> str:
    """The text, which some servers give in parts."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _count(usage: dict[str, Any], name: str) -> int:
    count = usage.get(name)
    return count if isinstance(count, int) and count > 0 else 0


def _without_choices(body: dict[str, Any]) -> str:
    error = body.get("error")
    message = error.get("message") if isinstance(error, dict) else error
    return f"an error in place of choices: {message}" if message else "a body without choices"
