"""How long a server asks to wait, in every form it may say so."""

from __future__ import annotations

import email.utils
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.llm.faults import Again, CallError, Declined, OtherParameter, TooMany, retry_after, verdict
from slmaug.llm.keys import server


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:50 GMT"}, 10.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:16:30 GMT"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e300"}, None),
        ({"retry-after": "1795000000"}, None),
        ({"retry-after": "1e300", "retry-after-ms": "2000"}, 2.0),
        ({"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_seconds_milliseconds_and_dates(headers: dict[str, str], seconds: float | None) -> None:
    """What is past is no wait; what says nothing, or what no one can wait for, is None."""
    assert retry_after(headers, now=1000.0) == seconds


@given(st.text(), st.integers(0, 31 * 86400))
def test_no_header_breaks_it(value: str, at: int) -> None:
    """Any text at all is a wait from 0, or none; a date is the time until then."""
    found = retry_after({"retry-after": value}, now=0.0)
    assert found is None or 0 <= found <= 31 * 86400
    assert retry_after({"retry-after": email.utils.formatdate(at, usegmt=True)}, now=0.0) == at


def judged(status: int, said: str, limit_name: str = "max_tokens", **more: str) -> object:
    openai = pytest.importorskip("openai")
    response: Any = SimpleNamespace(status_code=status, headers={}, request=None)
    error = openai.APIStatusError("", response=response, body={"message": said, **more})
    return verdict(error, server("http://localhost:1/v1"), "m", limit_name)


@pytest.mark.parametrize(
    ("said", "most"),
    [
        (
            "max_tokens is too large: 9300. This model supports at most 4096 completion tokens, whereas you provided "
            "9300.",
            4096,
        ),
        (
            "This model's maximum context length is 4096 tokens. However, you requested 9600 tokens (300 in the "
            "messages, 9300 in the completion). Please reduce the length of the messages or completion.",
            3796,
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 9300. This model's maximum context length is 4096 "
            "tokens and your request has 300 input tokens (9300 > 4096 - 300).",
            3796,
        ),
        (
            "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 300 `inputs` tokens and 9300 `max_new_tokens`",
            3796,
        ),
        ("max_tokens: 9300 > 8192, which is the maximum allowed number of output tokens for claude-3-5-20241022", 8192),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192),
        ("`max_tokens` must be less than or equal to `8,192`, the maximum value for `max_tokens`", 8192),
        ("Could not finish the message because max_tokens or model output limit was reached.", None),
    ],
)
def test_a_limit_that_is_too_large_is_the_calls_own_failure(said: str, most: int | None) -> None:
    """With the most that the server says it takes, in the words of those in use."""
    meaning = judged(400, said)
    assert isinstance(meaning, TooMany)
    assert meaning.most(9300) == most


def test_no_limit_that_is_smaller_is_none() -> None:
    """A server that turns down what it says it takes is not asked for ever."""
    meaning = judged(400, "max_tokens is too large. At most 4096 are supported.")
    assert isinstance(meaning, TooMany)
    assert meaning.most(4096) is None


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (400, "Unsupported parameter: 'max_tokens' is not supported with this model.", OtherParameter),
        (
            400,
            "This model's maximum context length is 4096 tokens, you requested 5300 (5000 in the messages)",
            Declined,
        ),
        (400, "temperature must be at most 2", CallError),
        (408, "", Again),
        (425, "", Again),
        (500, "", Again),
        (501, "", CallError),
        (503, "", Again),
    ],
)
def test_what_a_status_means(status: int, said: str, kind: type) -> None:
    """The call's end, the run's, or neither."""
    assert isinstance(judged(status, said), kind)


def test_a_value_error_that_is_not_the_replys_is_no_unreadable_reply() -> None:
    """A client that cannot send a request at all would be asked again, and billed, for nothing."""
    pytest.importorskip("openai")
    assert isinstance(verdict(ValueError("Cannot combine"), server("http://localhost:1/v1"), "m", "n"), CallError)
