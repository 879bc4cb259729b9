"""Which server, which key, and what of both may be shown."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.llm.keys import PLACEHOLDER, server


def test_the_environment_names_the_server_where_the_settings_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting first, then OPENAI_BASE_URL, then OpenAI's own."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert server().url == "https://api.openai.com/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1/")
    assert server().url == "http://localhost:8000/v1"
    assert server("http://localhost:1/v1").url == "http://localhost:1/v1"


def test_a_server_of_ones_own_needs_no_key_and_openai_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A placeholder goes to the one; the other is an error that names the variable."""
    assert server("http://localhost:8000/v1").key == PLACEHOLDER
    monkeypatch.setenv("MY_KEY", " sk-1 ")
    assert server("http://localhost:8000/v1", "MY_KEY").key == "sk-1"
    with pytest.raises(SlmaugError, match=r"variable OPENAI_API_KEY holds no key for https://api\.openai\.com"):
        server()


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http://", "http://host:port/v1", "http://[::1/v1"])
def test_what_is_no_url_is_one_line(url: str) -> None:
    """With an example of one."""
    with pytest.raises(SlmaugError, match=r"base_url is .*; expected one such as http://localhost:11434/v1"):
        server(url)


def test_a_query_and_a_password_are_sent_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor do they stand in what a server says back: neither the password nor the user, who may be a token."""
    found = server("http://token-of-mine:pass%20word@host:8000/v1?api-version=1&token=long-secret")
    assert found.query == {"api-version": "1", "token": "long-secret"}
    assert (found.url, found.shown) == ("http://host:8000/v1", "http://host:8000/v1")
    basic = b64encode(b"token-of-mine:pass word").decode()
    assert found.authorization == f"Basic {basic}"
    secrets = ("long-secret", "pass%20word", "pass word", "token-of-mine", basic)
    for shown in (repr(found), found.scrubbed(f"got {' and '.join(secrets)}")):
        assert not [secret for secret in secrets if secret in shown]
    assert found.scrubbed("a\nb\x1b" + "x" * 999).startswith("a b\\x1bxxx")
    assert len(found.scrubbed("x" * 999)) == 300


def test_a_key_and_a_user_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both go into the same header; the line names neither."""
    monkeypatch.setenv("MY_KEY", "sk-secret-key")
    with pytest.raises(
        SlmaugError, match=r"URL of http://host/v1 holds a user and .* MY_KEY a key.*take the"
    ) as caught:
        server("http://me:password@host/v1", "MY_KEY")
    assert "password" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["none", "test", "x", "ollama", "not-needed"])
@given(st.text())
def test_a_key_that_is_a_word_damages_nothing(key: str, text: str) -> None:
    """Servers of one's own take any key; what they reply is data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", key)
        found = server("http://localhost:1/v1?api-version=2024-10-21-preview")
    said = f"{text}max of none, {key} or x{key}; since 2024-10-21-preview{text}"
    assert found.without_secrets(said) == said


def test_in_a_reply_a_key_is_crossed_out_where_it_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A longer word that holds it is another word."""
    monkeypatch.setenv("OPENAI_API_KEY", "an_example_of_a_key")
    found = server("http://localhost:1/v1")
    assert found.without_secrets("'an_example_of_a_key', not_an_example_of_a_key") == "'[key]', not_an_example_of_a_key"


def test_a_key_that_is_none_is_said_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A header could not carry it."""
    monkeypatch.setenv("OPENAI_API_KEY", "schlüssel")
    with pytest.raises(SlmaugError, match="characters no key has") as caught:
        server()
    assert "schl" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://me.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("http://localhost:11434/v1", "max_tokens"),
        ("https://notopenai.com/v1", "max_tokens"),
    ],
)
def test_the_limit_has_the_name_that_the_server_knows(monkeypatch: pytest.MonkeyPatch, url: str, name: str) -> None:
    """OpenAI and Azure have dropped max_tokens for newer models; others know no other."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert server(url).limit_name == name
