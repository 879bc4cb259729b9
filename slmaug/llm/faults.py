"""What a failed request means: ask again, take it as the call's end, or stop the run with one line that helps."""

from __future__ import annotations

import asyncio
import email.utils
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from slmaug.errors import SlmaugError
from slmaug.llm.keys import Server
from slmaug.llm.model import Reply
from slmaug.llm.replies import Unreadable

UNREADABLE = "unreadable reply"
"""The reason of a reply that is no JSON, or none that a chat server gives."""


class CallError(SlmaugError):
    """What no further call can mend: a key that is refused, a model that is not there, a server that is not."""


class Again(Exception):
    """A request that may go better the next time. The message describes it for a person.

    ``reason`` is what usage counts it under. ``billed`` says that the server may have charged for it all the same,
    ``absent`` that nothing answers there. ``after`` is the time in seconds that the server asks for.
    """

    def __init__(
        self, reason: str, message: str, *, billed: bool = False, absent: bool = False, after: float | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.billed = billed
        self.absent = absent
        self.after = after

    @property
    def holds_for_all(self) -> bool:
        """Whether the server's wish to wait concerns all calls, not this one alone."""
        return self.after is not None and self.reason in ("429", "503")


class OtherParameter(Exception):
    """The server takes the limit of a reply under its other name."""


class TooMany(Exception):
    """The limit of the reply is above what the model gives, or above the room that the prompt leaves for it."""

    def __init__(self, message: str, room: int | None = None) -> None:
        super().__init__(message)
        self._room = room

    def most(self, asked: int) -> int | None:
        """The most that may be asked for: the room left, else the largest number below ``asked`` that the server
        names; None where it names none."""
        if self._room is not None:
            return self._room if self._room < asked else None
        numbers = (int(number.replace(",", "")) for number in _NUMBER.findall(str(self)))
        return max((number for number in numbers if 0 < number < asked), default=None)


@dataclass(frozen=True)
class Declined:
    """A call that the server turned down: no reply was made, and nothing but a prompt that was filtered is charged."""

    reply: Reply


_RETRIED = (408, 409, 425, 429)
_MOST_WAIT = 31 * 86400.0  # seconds; a server that asks for more means something else, such as a point in time
# Names, for the exceptions are httpx's or httpx2's, which must not be imported for that. Under aiohttp a connection
# that breaks off shows as ConnectTimeout, caused by one of the second list.
_NO_CONNECTION = ("ConnectError", "ConnectTimeout", "PoolTimeout")
_BROKEN = ("ServerDisconnectedError", "ClientOSError", "ClientConnectionResetError")
_FILTERED = ("content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation")
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_TOO_LONG = re.compile(r"context.{0,3}length|maximum context|context window|max_new_tokens` must be", re.IGNORECASE)
_NOT_TAKEN = re.compile(
    r"unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|extra (inputs|fields)|not permitted"
)


_LIMIT = re.compile(r"max_(completion_|output_|new_)?tokens")
_TOO_MANY = re.compile(r"too (large|high|big|many)|at (most|least)|exceed|maximum|limit|range|(less|greater) than|[<>]")
_NUMBER = re.compile(r"(?<![\w.,-])(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?![\w-])")
# The context and the prompt's part of it, as vLLM, OpenAI's older models and text-generation-inference put it.
_ROOM = [
    re.compile(r"\d+ > (\d+) - (\d+)\b"),
    re.compile(r"maximum context length is (\d+) tokens.*?\((\d+) in (?:the|your) (?:messages|prompt)"),
    re.compile(r"max_new_tokens` must be <= (\d+)\. Given: (\d+) `inputs`"),
]


Meaning: TypeAlias = "Again | OtherParameter | TooMany | CallError | Declined"


def verdict(error: Exception, server: Server, model: str, limit_name: str) -> Meaning:
    """What an exception of the openai client, or of reading its reply, means for the call."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _of_status(error, server, model, limit_name)
    if isinstance(error, (openai.APIConnectionError, asyncio.TimeoutError)):
        return _of_connection(error, server, timed_out=not isinstance(error, openai.APIConnectionError))
    if isinstance(error, Unreadable):
        return Again(UNREADABLE, server.scrubbed(f"unreadable reply: {error}"), billed=True)
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError, openai.APIResponseValidationError)):
        return Again(UNREADABLE, "unreadable reply: no JSON", billed=True)
    return CallError(f"{server.shown}: the call failed: {server.scrubbed(f'{type(error).__name__}: {error}')}")


def _of_connection(error: Exception, server: Server, timed_out: bool) -> Again:
    """What no status came of: refused, too slow or broken off. openai's own exception says less than its causes."""
    causes = [error]
    while causes[-1].__cause__ is not None or causes[-1].__context__ is not None:
        causes.append(causes[-1].__cause__ or causes[-1].__context__)  # type: ignore[arg-type]
    names = {type(cause).__name__ for cause in causes}
    broken = not names.isdisjoint(_BROKEN)
    if not broken and not names.isdisjoint(_NO_CONNECTION):
        said = getattr(causes[-1], "strerror", None) or str(causes[-1]) or "no answer in time"
        return Again("connection", server.scrubbed(f"no connection: {said}"), absent=True)
    if timed_out or ("APITimeoutError" in names and not broken):
        return Again("timeout", "no reply in time", billed=True)
    return Again("connection", "the connection broke off", billed=True)


def _of_status(error: Any, server: Server, model: str, limit_name: str) -> Meaning:
    status, headers = int(error.status_code), error.response.headers
    said, codes = _said(error.body), _codes(error.body)
    told = f"{status} {_phrase(status)}"
    message = server.scrubbed(said)
    if any(code in _NO_MONEY for code in codes):
        return _fatal(server, told, message, "add credit to the account, then run again: nothing is paid for twice")
    if status in _RETRIED or (status >= 500 and status != 501):
        return Again(str(status), told, after=retry_after(headers))
    if status in (400, 413, 422):
        turned_down = _turned_down(said, codes, message, limit_name)
        if turned_down is not None:
            return turned_down
    return _fatal(server, told, message, _advice(status, server, model))


def _turned_down(said: str, codes: set[str], message: str, limit_name: str) -> Meaning | None:
    """What a 400 says of this call alone; None where it holds for every call."""
    if any(code in _FILTERED for code in codes):
        return Declined(Reply("", "filtered", message))
    about_size = _TOO_MANY.search(said.lower())
    names_a_size = about_size and _NUMBER.search(said)
    not_taken = "unsupported_parameter" in codes or (_NOT_TAKEN.search(said.lower()) and not names_a_size)
    if limit_name in said and not_taken:
        return OtherParameter(message)
    room = next((int(found[1]) - int(found[2]) for pattern in _ROOM if (found := pattern.search(said))), 0)
    if room > 0:
        return TooMany(message, room)
    if "context_length_exceeded" in codes or _TOO_LONG.search(said):
        return Declined(Reply("", "failed", f"the prompt is too long for the model: {message}"))
    if about_size and _LIMIT.search(" ".join((said, *codes))):
        return TooMany(message)
    return None


def _advice(status: int, server: Server, model: str) -> str:
    if status == 401:
        return f"check the key in the environment variable {server.key_env}"
    if status == 403:
        return f"check that the key in the environment variable {server.key_env} may use the model {model!r}"
    if status == 404:
        return f"check the model name {model!r} and the base URL"
    return "check the settings of the model against what the server says"


def _fatal(server: Server, told: str, message: str, advice: str) -> CallError:
    return CallError(f"{server.shown} answers {told}{f': {message}' if message else ''}; {advice}")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(a status of its own)"


def _said(body: object) -> str:
    """The server's message, wherever it stands; openai gives the inside of ``error`` where there is one."""
    while isinstance(body, Mapping):
        for name in ("message", "error", "detail"):
            if body.get(name):
                body = body[name]
                break
        else:
            return json.dumps(dict(body), default=str) if body else ""
    return body if isinstance(body, str) else "" if body is None else str(body)


def _codes(body: object) -> set[str]:
    """Every code and type in the body and the parameter it is about, Azure's inner ones included."""
    if not isinstance(body, Mapping):
        return set()
    own = {str(body[name]) for name in ("code", "type", "param") if body.get(name)}
    return own.union(*(_codes(body.get(name)) for name in ("error", "innererror")))


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait by ``retry-after-ms`` or ``Retry-After`` (seconds, or a date), None where neither says so or the
    wait is above 31 days.

    >>> retry_after({"retry-after": "1.5"}), retry_after({"retry-after-ms": "20"}), retry_after({})
    (1.5, 0.02, None)
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        if seconds <= _MOST_WAIT:  # not so for what is no number
            return max(0.0, seconds)
    try:
        date = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
        seconds = date.timestamp() - (time.time() if now is None else now)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return max(0.0, seconds) if seconds <= _MOST_WAIT else None
