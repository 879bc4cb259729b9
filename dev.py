"""Set up and run, from a fresh clone, on any machine with Python 3.10 or later.

    python3 dev.py build examples/seeds.csv out.jsonl     the main job: makes .venv with slmaug, then builds
    python3 dev.py train out.jsonl --recipe smoke         adds what training needs (Python 3.11 or later), then trains
    python3 dev.py evaluate runs/smoke real.csv           asks a trained model real questions
    python3 dev.py ask runs/smoke "How do I ...?"         asks it one
    python3 dev.py test                                   makes .venv with the development tools, then checks and tests

What follows the first word goes to ``python -m slmaug.build`` and so on, what follows ``test`` to pytest. The set-up is
done once and again when pyproject.toml or constraints.txt changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


EXTRAS = {"build": "", "train": "train", "evaluate": "train", "ask": "train", "test": "dev"}
"""What each task needs beside slmaug itself."""


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in EXTRAS:
        print(__doc__)
        return 2
    task, *rest = arguments
    if sys.version_info < (3, 10):
        return failed(f"Python 3.10 or later is needed, this is {sys.version.split()[0]}: run it with a newer one")
    if EXTRAS[task] == "train" and sys.version_info < (3, 11):
        return failed(f"training needs Python 3.11 or later, this is {sys.version.split()[0]}: run it with a newer one")
    made = set_up(EXTRAS[task])
    if made:
        return made
    if task != "test":
        return run([PYTHON, "-m", f"slmaug.{task}", *rest])
    checks = ([PYTHON, "-m", "ruff", "check", HERE], [PYTHON, "-m", "mypy", "--config-file", HERE / "pyproject.toml"])
    # A file's tests stay in one process: what they share is made once.
    tests = [PYTHON, "-m", "pytest", "-n", "auto", "--dist", "loadscope", *rest]
    return max(run(command, HERE) for command in (*checks, tests))


def set_up(extra: str) -> int:
    """Make the environment, unless it stands already for this extra and these requirements."""
    stamp = VENV / f"slmaug-{extra or 'base'}"
    requirements = (HERE / "pyproject.toml", HERE / "constraints.txt")
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in requirements)).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return 0
    size = "some 2 GB, minutes" if extra else "about a minute"
    print(f"setting up {VENV} (once; {size})", file=sys.stderr)
    if not PYTHON.exists() and run([sys.executable, "-m", "venv", VENV]):
        return failed("the environment cannot be made; on Debian and Ubuntu: apt install python3-venv")
    target = f"{HERE}[{extra}]" if extra else str(HERE)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if run([*pip, "--constraint", HERE / "constraints.txt", "--editable", target]):
        return failed("the packages cannot be installed; what pip says above tells why")
    stamp.write_text(wanted)
    return 0


def run(command: list[str | Path], folder: Path | None = None) -> int:
    try:
        return subprocess.run([str(part) for part in command], cwd=folder).returncode
    except KeyboardInterrupt:
        return 130


def failed(message: str) -> int:
    print(f"dev.py: error: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
