"""Which server is called, and the key for it: read from the environment when it is needed, and shown nowhere."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from slmaug.errors import MissingPackage, SlmaugError, printable

OPENAI_URL = "https://api.openai.com/v1"
PLACEHOLDER = "no-key"
"""Sent where a server of one's own has none; such servers look at no key."""
_SECRET_LENGTH = 8  # in what a server says about itself; shorter values are words, such as the key "none"
_REPLY_SECRET_LENGTH = 16  # in replies, which are data; a key that protects something is longer


@dataclass(frozen=True)
class Server:
    """A server and the key for it. Its repr shows neither the key nor what else may be secret in the URL."""

    url: str = field(repr=False)
    """Where requests go; a query stands in ``query``."""
    shown: str
    """The URL as a message may show it: without user, password and query."""
    key_env: str
    key: str = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: str = field(default="", repr=False)
    """``user:password`` out of the URL, which goes out in place of a key."""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.shown).hostname or ""

    @property
    def is_openai(self) -> bool:
        """Whether OpenAI or Azure answers there, which take ``max_completion_tokens``; other servers take
        ``max_tokens``."""
        return any(self.host == name or self.host.endswith(f".{name}") for name in ("openai.com", "azure.com"))

    @property
    def limit_name(self) -> str:
        """What the server calls the limit of a reply, as far as its address tells."""
        return "max_completion_tokens" if self.is_openai else "max_tokens"

    @property
    def authorization(self) -> str:
        """The header of that name, where it is not the key's."""
        return f"Basic {b64encode(self.login.encode()).decode()}" if self.login else ""

    def scrubbed(self, text: str) -> str:
        """What a server said, with every secret crossed out, on one line and not over 300 characters."""
        for secret in self.secrets:
            text = text.replace(secret, "[key]")
        line = printable(" ".join(text.split()))
        return line if len(line) <= 300 else line[:299] + "…"

    def without_secrets(self, text: str) -> str:
        """A reply without our key, should the server send it back; a word that looks like a part of it stays."""
        for secret in self.secrets:
            if len(secret) >= _REPLY_SECRET_LENGTH and secret in text:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "[key]", text)
        return text


def shown_url(url: str) -> str:
    """A URL without user, password, query and fragment.

    >>> shown_url("http://me:secret@localhost:8000/v1?token=secret")
    'http://localhost:8000/v1'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def server(base_url: str | None = None, key_env: str = "OPENAI_API_KEY") -> Server:
    """The server at ``base_url``, else at ``$OPENAI_BASE_URL``, else OpenAI's own, with the key that the environment
    variable named ``key_env`` holds.

    A user and password in the URL go out as HTTP basic authentication.

    Raises :class:`SlmaugError` for a URL that is none, where OpenAI's own server lacks its key, and where there is a
    key and a user in the URL as well: a request carries one of them.
    """
    url = base_url or os.environ.get("OPENAI_BASE_URL", "").strip() or OPENAI_URL
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        where = "base_url" if base_url else "OPENAI_BASE_URL"
        shown = "no URL" if "@" in url or "?" in url else repr(printable(url))
        raise SlmaugError(f"{where} is {shown}; expected one such as http://localhost:11434/v1")
    shown = shown_url(url)
    key = os.environ.get(key_env, "").strip()
    if not key and (parts.hostname or "").endswith("openai.com"):
        raise SlmaugError(
            f"the environment variable {printable(key_env)} holds no key for {shown}; set it: "
            f"export {printable(key_env)}=…, or name a server that needs none as the base URL"
        )
    if not (key.isascii() and key.isprintable()):
        raise SlmaugError(f"the environment variable {printable(key_env)} holds no key: it has characters no key has")
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if "@" in parts.netloc else ""
    if key and login:
        raise SlmaugError(
            f"the URL of {shown} holds a user and the environment variable {printable(key_env)} a key, and a request "
            "carries one of them; take the user out of the URL, or name a variable without a key (--api-key-env)"
        )
    query = dict(parse_qsl(parts.query))
    found = Server(shown.rstrip("/"), shown, key_env, key or PLACEHOLDER, query, login)
    named = (value for name, value in query.items() if name != "api-version")
    secrets = (key, parts.username, parts.password, login, found.authorization.removeprefix("Basic "), *named)
    return replace(found, secrets=_forms(secrets))


def _forms(secrets: Iterable[str | None]) -> tuple[str, ...]:
    """Each secret as it is and as URLs have it, the longest first, so that none is left over as a part of another."""
    plain = {form for secret in secrets if secret for form in (secret, unquote(secret))}
    forms = plain | {quote(secret, safe="") for secret in plain}
    return tuple(sorted((form for form in forms if len(form) >= _SECRET_LENGTH), key=lambda form: (-len(form), form)))


INSTALL = 'language models need the packages openai and tenacity; install them: pip install "openai[aiohttp]" tenacity'
"""What to say where one of them is missing."""


# They tell the server what system and what Python this is, which is nothing to it, and every header costs time.
_ABOUT_THE_MACHINE = [
    f"X-Stainless-{what}" for what in ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")
]


def openai_client(to: Server, timeout: float) -> Any:
    """An ``openai.AsyncOpenAI`` for a server, its own retries off; ``timeout`` in seconds.

    Over aiohttp where that is installed (``pip install "openai[aiohttp]"``): half the processor time for each call.
    Raises :class:`MissingPackage` without openai.
    """
    try:
        openai: Any = import_module("openai")
    except ModuleNotFoundError:
        raise MissingPackage(INSTALL) from None
    # Loading the certificate authorities takes 50 ms, for nothing where no TLS is spoken; that it never is, not even
    # after a redirect, is made sure of.
    plain = {"verify": False, "follow_redirects": False} if to.url.startswith("http:") else {}
    try:
        transport = openai.DefaultAioHttpClient(**plain)
    except RuntimeError:  # openai's way to say that aiohttp is missing
        transport = openai.DefaultAsyncHttpxClient(**plain)
    headers = dict.fromkeys(_ABOUT_THE_MACHINE, openai.Omit())
    if to.login:
        headers["Authorization"] = to.authorization
    return openai.AsyncOpenAI(
        api_key=to.key,
        base_url=to.url,
        max_retries=0,
        timeout=openai.Timeout(timeout, connect=min(timeout, 10.0)),
        default_query=to.query or None,
        default_headers=headers,
        http_client=transport,
    )
