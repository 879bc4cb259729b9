"""Where slmaug keeps what it may need again: the journals of language-model calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from slmaug.errors import SlmaugError, printable


def cache_folder() -> Path:
    """``$SLMAUG_CACHE_DIR``, else ``$XDG_CACHE_HOME/slmaug``, else the platform's usual place; made if it is missing.

    Raises :class:`SlmaugError` where it cannot be made or may not be written to.
    """
    folder = _wanted()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _refused(folder, getattr(error, "strerror", None) or str(error)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _refused(folder, "no permission to write to it")
    return folder


def _wanted() -> Path:
    own = os.environ.get("SLMAUG_CACHE_DIR")
    if own:
        return Path(own).expanduser().absolute()
    xdg = os.environ.get("XDG_CACHE_HOME")
    if xdg and Path(xdg).is_absolute():  # the specification says to ignore a relative one
        return Path(xdg) / "slmaug"
    try:
        home = Path.home()
    except RuntimeError as error:
        raise _refused(Path("~", ".cache", "slmaug"), str(error)) from None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "slmaug"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "slmaug"
    return home / ".cache" / "slmaug"


def _refused(folder: Path, reason: str) -> SlmaugError:
    return SlmaugError(f"cache folder {printable(folder)}: {reason}; set SLMAUG_CACHE_DIR to a folder you may write to")
