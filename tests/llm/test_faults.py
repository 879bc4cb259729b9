"""How long a server asks to wait, in every form it may say so."""

from __future__ import annotations

import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.llm.faults import retry_after


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
        ({"retry-after": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_seconds_milliseconds_and_dates(headers: dict[str, str], seconds: float | None) -> None:
    """What is past is no wait, and what says nothing is None."""
    assert retry_after(headers, now=1000.0) == seconds


@given(st.text(), st.integers(0, 10**9))
def test_no_header_breaks_it(value: str, at: int) -> None:
    """Any text at all is a wait from 0, or none; a date is the time until then."""
    found = retry_after({"retry-after": value}, now=0.0)
    assert found is None or found >= 0
    assert retry_after({"retry-after": email.utils.formatdate(at, usegmt=True)}, now=0.0) == at
