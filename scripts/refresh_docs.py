"""Run every example in the docs and write what it gives in place of what stands there.

    python scripts/refresh_docs.py            rewrite docs/**/*.md
    python scripts/refresh_docs.py --check    change nothing; exit 1 if a page is out of date

Three kinds of fenced blocks are run, page by page, from top to bottom, in a temporary folder that holds the files of
examples/:

- ```python with >>>    a doctest. Its output is rewritten unless it matches already, with ``...`` for any text.
- ```python without     is run. If its first line is ``# name.py``, it is saved under that name instead, so that what
                        follows can import it.
- ```console            the lines behind ``$`` are run by the shell; their output is rewritten like a doctest's.

Names live as long as the page. An example that raises is written only where a traceback stands already: for a new one,
write ``Traceback (most recent call last)`` under it by hand. A time such as ``0.31 s`` counts as equal to any other.
"""

from __future__ import annotations

import argparse
import doctest
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^( *)```(python|console)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_SECONDS = re.compile(r"\b\d+\.\d+ ?s\b")
_RAISED = "Traceback (most recent call last)"
_CHECKER = doctest.OutputChecker()


class Broken(Exception):
    """An example raises, and the page does not say that it should."""


@dataclass(frozen=True)
class Example:
    """Something to run; its output stands in the lines from ``start`` to before ``end`` (counted from 0)."""

    kind: str
    source: str
    want: str
    start: int
    end: int
    indent: str = ""


def examples(page: str) -> Iterator[Example]:
    """The examples of a page, in order."""
    for block in _BLOCK.finditer(page):
        indent, kind, body = block.groups()
        first = page.count("\n", 0, block.start(3))
        if kind == "console":
            yield from _commands(body, first)
        elif ">>>" not in body:
            yield Example("script", body, "", first, first)
        else:
            for each in doctest.DocTestParser().get_examples(body):
                start = first + each.lineno + each.source.count("\n")
                yield Example("doctest", each.source, each.want, start, start + each.want.count("\n"), indent)


def _commands(body: str, first: int) -> Iterator[Example]:
    lines = body.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        start = at + 1
        while lines[start - 1].endswith("\\\n"):
            start += 1
        command = "".join(lines[at:start]).removeprefix("$ ")
        end = next((i for i in range(start, len(lines)) if lines[i].startswith("$ ")), len(lines))
        yield Example("console", command, "".join(lines[start:end]), first + start, first + end)
        at = end


def refreshed(page: str) -> str:
    """The page with the outputs its examples give now. The examples run in the current folder."""
    lines = page.splitlines(keepends=True)
    names: dict[str, Any] = {"__name__": "__main__"}
    edits = []
    for example in examples(page):
        got = _output(example, names)
        if _RAISED in got and _RAISED not in example.want:
            # Code that is broken for now must not become documentation.
            raise Broken(f"line {example.start}: {example.source.strip()}\n{got}")
        if not _agree(example.want, got):
            edits.append((example, got))
    for example, got in reversed(edits):
        lines[example.start : example.end] = [example.indent + line for line in got.splitlines(keepends=True)]
    return "".join(lines)


def _agree(want: str, got: str) -> bool:
    want, got = (_SECONDS.sub("0.0 s", text) for text in (want, got))
    return want == got or _CHECKER.check_output(want, got, doctest.ELLIPSIS)


def _output(example: Example, names: dict[str, Any]) -> str:
    if example.kind == "console":
        return _shell(example.source)
    if example.kind == "script":
        title = re.match(r"# (\w+\.py)\n", example.source)
        if title:
            Path(title[1]).write_text(example.source, encoding="utf-8")
        else:
            exec(compile(example.source, "<docs>", "exec"), names)
        return ""
    printed = io.StringIO()
    hook, sys.displayhook = sys.displayhook, sys.__displayhook__
    with redirect_stdout(printed):
        try:
            exec(compile(example.source, "<docs>", "single"), names)
        except Exception as error:
            name = "".join(traceback.format_exception_only(type(error), error))
            print(f"{_RAISED}:\n    ...\n{name}", end="")
        finally:
            sys.displayhook = hook
    text = printed.getvalue()
    text = text if not text or text.endswith("\n") else text + "\n"
    return re.sub(r"^[ \t]*$(?=\n)", "<BLANKLINE>", text, flags=re.MULTILINE)


def _shell(command: str) -> str:
    """What a command prints to standard output and standard error, in the order a terminal shows it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    path = os.pathsep.join([os.path.dirname(sys.executable), kept.get("PATH", "")])
    own = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "110", "NO_COLOR": "1"}
    own["SLMAUG_CACHE_DIR"] = str(Path.cwd() / "cache")  # a journal of this machine's would change what is shown
    done = subprocess.run(
        command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=kept | own, timeout=120, check=False
    )
    text = done.stdout.decode()
    return text if not text or text.endswith("\n") else text + "\n"


@contextmanager
def workplace() -> Iterator[None]:
    """A temporary folder with the example files, as the current folder and on the path of imports."""
    before, path, modules = os.getcwd(), list(sys.path), set(sys.modules)
    with tempfile.TemporaryDirectory() as folder:
        for each in (ROOT / "examples").iterdir():
            if each.is_file():
                shutil.copy(each, folder)
        # A small translation pair, where a page says ``models``, and seeds that lie within its vocabulary.
        pair = ROOT / "tests" / "data" / "marian"
        shutil.copy(pair / "seeds.csv", Path(folder, "office_seeds.csv"))
        Path(folder, "models").symlink_to(pair, target_is_directory=True)
        os.chdir(folder)
        sys.path[:0] = [folder, str(ROOT)]
        try:
            yield
        finally:
            os.chdir(before)
            sys.path[:] = path
            for name in set(sys.modules) - modules:
                if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                    del sys.modules[name]


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the examples in docs/ and write their outputs in place.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is out of date")
    check = parser.parse_args().check
    stale = broken = 0
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        try:
            with workplace():
                new = refreshed(page)
        except Broken as error:
            broken += 1
            print(f"{path.relative_to(ROOT)}: left as it is; {error}")
            continue
        if new != page:
            stale += 1
            print(f"{path.relative_to(ROOT)}: {'out of date' if check else 'rewritten'}")
            if not check:
                path.write_text(new, encoding="utf-8")
    print(f"{stale} of {len(PAGES)} pages {'are out of date' if check else 'rewritten'}")
    return 1 if broken or (check and stale) else 0


if __name__ == "__main__":
    raise SystemExit(main())
