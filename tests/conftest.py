"""Fixtures for all tests: a chat server on loopback, and a cache folder that is no one's own."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

# Tests run side by side: threads of torch that wait for each other's cores would take three times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# By path: under --import-mode=importlib the tests' folder is not on sys.path, and benchmarks/ loads it the same way.
for _name in ("chat_server", "scripted_model"):
    if _name not in sys.modules:
        _spec = importlib.util.spec_from_file_location(_name, Path(__file__).with_name(f"{_name}.py"))
        assert _spec is not None
        assert _spec.loader is not None
        sys.modules[_name] = importlib.util.module_from_spec(_spec)
        _spec.loader.exec_module(sys.modules[_name])

from chat_server import ChatServer  # noqa: E402


@pytest.fixture
def chat_server() -> Iterator[Callable[..., ChatServer]]:
    """Starts servers: ``chat_server(script)``, where the script is a function from a ``chat_server.Request`` to the
    reply's text, a ``Body`` or a ``Fault`` (``from chat_server import Body, Fault, Request``)."""
    with ExitStack() as servers:
        started: list[ChatServer] = []

        def start(*args: Any, **settings: Any) -> ChatServer:
            started.append(servers.enter_context(ChatServer(*args, **settings)))
            return started[-1]

        yield start
        errors = [error for server in started for error in server.errors]
    assert not errors, f"a server's script failed: {errors[0]!r}"


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A name for each test's cache folder. Making one takes longer than most tests do; slmaug makes those it needs."""
    folder = tmp_path_factory.mktemp("caches")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_cache(_caches: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the journals of the person who runs it, and none sends a real key anywhere."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(next(_caches)))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
