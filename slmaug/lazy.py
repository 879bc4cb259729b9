"""Public names that are loaded from their homes when they are first used (PEP 562), so that importing stays light."""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it; importing typing would take longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def lazily(package: str, names: dict[str, Any], homes: Mapping[str, str]) -> Callable[[str], object]:
    """A package's ``__getattr__``: its public names by the module, relative to it, that each is defined in.

    ``names`` are the package's globals, which keep what was loaded.
    """

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        from importlib import import_module

        names[name] = value = getattr(import_module(f"{package}.{homes[name]}"), name)
        return value

    return load
