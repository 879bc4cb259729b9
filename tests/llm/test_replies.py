"""From a body to a reply: what the servers in use send, and what none should."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.llm.model import Reply
from slmaug.llm.replies import Unreadable, read_reply

JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "usage", "refusal", "finish_reason", "text"]), inner
        )
    ),
    max_leaves=12,
)


def body(content: object, finish_reason: object = "stop", **message: object) -> dict[str, object]:
    return {"choices": [{"message": {"content": content, **message}, "finish_reason": finish_reason}]}


@given(JSON)
def test_any_json_is_a_reply_or_unreadable(found: object) -> None:
    """Nothing else is raised, whatever a server makes up."""
    for each in (found, {"choices": [found]}, {"choices": [{"message": found}], "usage": found}):
        with contextlib.suppress(Unreadable):
            assert isinstance(read_reply(each), Reply)


@pytest.mark.parametrize(
    ("content", "text", "outcome"),
    [
        ("  <think>a</think>  b", "b", "complete"),
        ("<think>a</think>", "", "empty"),
        ("<Thinking>a</Thinking>\nb", "b", "complete"),
        ("<think>it was cut", "", "empty"),
        ("say <think>a</think>", "say <think>a</think>", "complete"),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab", "complete"),
        (" \n", " \n", "empty"),
        (7, "", "empty"),
    ],
)
def test_the_text_is_what_the_model_says_not_what_it_thinks(content: object, text: str, outcome: str) -> None:
    """Thoughts at the start only; parts put together."""
    reply = read_reply(body(content))
    assert (reply.text, reply.outcome) == (text, outcome)


def test_a_thought_cut_off_is_a_reply_cut_off() -> None:
    """Nothing of it is taken for an answer."""
    reply = read_reply(body("<think>hm", "length"))
    assert (reply.text, reply.outcome) == ("", "truncated")


def test_a_server_that_gives_no_finish_reason_is_believed() -> None:
    """Some small ones do not."""
    assert read_reply(body("text", None)).outcome == "complete"
