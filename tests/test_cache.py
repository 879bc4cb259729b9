"""Where things are cached: the variable first, then the platform's custom."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from slmaug.cache import cache_folder
from slmaug.errors import SlmaugError


def test_the_variable_of_our_own_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is made, with its parents."""
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path / "a" / "b"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()


def test_then_the_xdg_folder_unless_it_is_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The XDG specification says to ignore a relative path."""
    monkeypatch.delenv("SLMAUG_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "slmaug"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert cache_folder().is_relative_to(tmp_path / "home") or sys.platform == "win32"


@pytest.mark.parametrize(
    ("platform", "place"), [("linux", ".cache/slmaug"), ("darwin", "Library/Caches/slmaug"), ("win32", "Local/slmaug")]
)
def test_then_the_usual_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, place: str) -> None:
    """One for each platform."""
    for name in ("SLMAUG_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "Local"))
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_folder() == tmp_path / place


def test_a_place_that_cannot_be_made_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the folder and the variable that mends it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.raises(SlmaugError, match=r"file.cache: .*; set SLMAUG_CACHE_DIR to a folder you may write to"):
        cache_folder()


def test_a_folder_that_is_read_only_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found when it is asked for, not when the first reply is lost."""
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("nothing is read-only for this user")
    tmp_path.chmod(0o500)
    monkeypatch.setenv("SLMAUG_CACHE_DIR", str(tmp_path))
    with pytest.raises(SlmaugError, match="no permission"):
        cache_folder()
