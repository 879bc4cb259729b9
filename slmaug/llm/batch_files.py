"""What a batch sends and what it gets back: JSONL files, one line for each call, named by the call's key."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from slmaug.llm.faults import Again, CallError, Declined, OtherParameter, TooMany, verdict
from slmaug.llm.keys import Server
from slmaug.llm.model import Reply
from slmaug.llm.replies import read_reply
from slmaug.llm.sending import clean

Line: TypeAlias = "Reply | Declined | CallError"
"""What became of a call: a reply that was paid for, one that nothing was paid for, or what ends the run."""

MOST_REQUESTS = 50_000
MOST_BYTES = 200_000_000
"""What one file may hold (https://platform.openai.com/docs/guides/batch)."""


@dataclass(frozen=True)
class File:
    """The calls of one file and its bytes."""

    keys: tuple[str, ...]
    data: bytes


def request_line(key: str, body: Mapping[str, object]) -> bytes:
    """The line that asks for one call."""
    request = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps(request).encode() + b"\n"


def files(
    lines: Iterable[tuple[str, bytes]], most_requests: int = MOST_REQUESTS, most_bytes: int = MOST_BYTES
) -> Iterator[File]:
    """The lines of all calls, by key, in as few files as the limits allow and in order.

    A line that is longer than a file may be has a file of its own, for the provider to turn down.
    """
    keys: list[str] = []
    data = bytearray()
    for key, line in lines:
        if keys and (len(keys) == most_requests or len(data) + len(line) > most_bytes):
            yield File(tuple(keys), bytes(data))
            keys, data = [], bytearray()
        keys.append(key)
        data += line
    if keys:
        yield File(tuple(keys), bytes(data))


def read_lines(data: bytes, server: Server, model: str) -> Iterator[tuple[str, Line]]:
    """Each call's key and what became of it, as :func:`slmaug.llm.faults.verdict` judges a reply that comes at once.

    A failure that another request could mend is a call with the outcome ``"failed"``: a batch asks once. Lines that
    name no call are left out; their calls then have no reply.
    """
    for line in data.splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and isinstance(record.get("custom_id"), str):
            yield record["custom_id"], _meaning(record, server, model)


def failed(detail: str) -> Declined:
    return Declined(Reply("", "failed", detail))


def _meaning(record: Mapping[str, Any], server: Server, model: str) -> Line:
    response = record.get("response")
    if not isinstance(response, dict):
        told = record.get("error")
        code, message = (told.get("code"), told.get("message")) if isinstance(told, dict) else (None, None)
        return failed(server.scrubbed(": ".join(str(part) for part in (code, message) if part) or "no reply"))
    body, status = response.get("body"), response.get("status_code")
    try:
        if isinstance(status, int) and status != 200:
            raise _status_error(status, body)
        return clean(read_reply(body), server)
    except Exception as error:
        meaning = verdict(error, server, model, server.limit_name)
    if isinstance(meaning, (Again, TooMany)):
        return failed(str(meaning))
    if isinstance(meaning, OtherParameter):
        return CallError(f"{server.shown} does not take {server.limit_name} in a batch: {meaning}")
    return meaning


@dataclass(frozen=True)
class _Response:
    """As much of an HTTP response as openai's error looks at."""

    status_code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    request: None = None


def _status_error(status: int, body: object) -> Exception:
    """The exception that openai's client raises for such a response."""
    import openai

    inside = body.get("error", body) if isinstance(body, dict) else body
    response: Any = _Response(status)
    return openai.APIStatusError("", response=response, body=inside)
