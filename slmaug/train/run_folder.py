"""What a run folder says of itself to those who ask its model: the answers it was trained on and its system prompt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slmaug.errors import SlmaugError, printable
from slmaug.formats import json_bytes, replacing
from slmaug.manifest import manifest_bytes

MANIFEST = "manifest.json"
ANSWERS = "answers.json"


def answers_of(folder: Path) -> dict[int, str]:
    """The answers of the run's data by seed id; empty where the folder has none."""
    found = _read(folder / ANSWERS)
    try:
        return {int(number): str(answer) for number, answer in found.items()}
    except ValueError:
        raise SlmaugError(f"{printable(folder / ANSWERS)}: its keys are no seed ids; expected whole numbers") from None


def write_answers(folder: Path, answers: Mapping[int, str]) -> None:
    """Write the answers as :func:`answers_of` reads them."""
    content = {str(number): answer for number, answer in sorted(answers.items())}
    with replacing(folder / ANSWERS) as file:
        file.write(json_bytes(content, indent=1))


def system_of(folder: Path) -> str | None:
    """The system prompt that the run's model was trained with; None where there was none, or no manifest says so."""
    data = _read(folder / MANIFEST).get("data")
    found = data.get("system") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None


def record_evaluations(folder: Path, summaries: Mapping[str, Mapping[str, Any]]) -> bool:
    """Put summaries into the manifest by their names, beside those that stand there; False where there is none."""
    path = folder / MANIFEST
    manifest = _read(path)
    if not manifest:
        return False
    earlier = manifest.get("evaluation")
    manifest["evaluation"] = {**(earlier if isinstance(earlier, dict) else {}), **summaries}
    with replacing(path) as file:
        file.write(manifest_bytes(manifest))
    return True


def _read(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty where there is no such file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise SlmaugError(f"{printable(path)}: cannot be read: {error}; expected what training wrote there") from None
    if not isinstance(found, dict):
        raise SlmaugError(f"{printable(path)}: holds no JSON object; expected what training wrote there")
    return found
