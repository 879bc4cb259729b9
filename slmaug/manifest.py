"""What went in, what came out and what did not: the report of an expansion, and the manifest beside its output.

The same input and settings give the same manifest, byte for byte: it holds no time, user, host, folder or number of
workers.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Any

import slmaug
from slmaug.cot.rewriter import Reject
from slmaug.files import Skipped
from slmaug.formats import json_bytes
from slmaug.metrics import SetMetrics
from slmaug.record import Row

# Packages whose version can change a row's bytes; those of the second kind, where answers are outlined.
_PACKAGES = ("jieba",)
_OUTLINE_PACKAGES = (
    "pygments",
    "tree-sitter",
    *(f"tree-sitter-{name}" for name in "bash c-sharp go java javascript json python sql typescript".split()),
)


@dataclass(frozen=True)
class Shortfall:
    """Rows of one form that could not be made of one seed: ``made`` of the ``asked``, and why not.

    ``place`` is the seed's, such as ``seeds.csv:9``. ``rejected`` counts the draws that were turned down, by reason,
    the commonest first. A shortfall of the whole has neither seed nor form, and the source's name for its place.
    """

    seed_id: int | None
    place: str
    form: str | None
    asked: int
    made: int
    rejected: Mapping[str, int]


@dataclass(frozen=True)
class FormShortfall:
    """The shortfalls of one form at all its seeds, added up; ``rejected`` has the commonest reason first."""

    form: str | None
    asked: int
    made: int
    rejected: Mapping[str, int]
    seeds: tuple[Shortfall, ...]


def shortfalls_by_form(shortfalls: Iterable[Shortfall]) -> list[FormShortfall]:
    """The shortfalls by form, that with the most rows missing first and ties by name; the whole has form None."""
    groups: dict[str | None, list[Shortfall]] = {}
    for each in shortfalls:
        groups.setdefault(each.form, []).append(each)
    found = []
    for form, members in groups.items():
        rejected: Counter[str] = Counter()
        for each in members:
            rejected.update(each.rejected)
        asked, made = sum(each.asked for each in members), sum(each.made for each in members)
        seeds = tuple(each for each in members if each.seed_id is not None)
        found.append(FormShortfall(form, asked, made, dict(rejected.most_common()), seeds))
    return sorted(found, key=lambda each: (each.made - each.asked, each.form or ""))


@dataclass(frozen=True)
class Report:
    """What an expansion was asked for and what came of it.

    ``source`` names the input and ``source_sha256`` is its hash, both as :class:`slmaug.files.Seeds` has them.
    ``forms`` and ``per_seed`` count the rows made, by form and by seed id; ``asked`` is the number wanted.
    ``notes`` says how analyses, phrasings and rewritten answers came about where a rewriter or a language model has
    something to say of it, and ``rejects`` holds what a language model wrote that could not be used.
    """

    source: str
    source_sha256: str
    settings: Mapping[str, Any]
    forms: Mapping[str, int]
    per_seed: Mapping[int, int]
    skipped: tuple[Skipped, ...]
    shortfalls: tuple[Shortfall, ...]
    asked: int
    notes: Mapping[str, Any] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()


def manifest(
    report: Report,
    rows: Sequence[Row],
    *,
    output: str,
    output_sha256: str,
    format: str,
    metrics: SetMetrics,
    system: str | None = None,
) -> dict[str, Any]:
    """The manifest of ``rows`` written to the file named ``output``.

    The counts are those of ``rows``; a seed that got none counts 0. ``metrics`` are theirs too.
    """
    by_seed = dict.fromkeys(report.per_seed, 0) | Counter(row.seed_id for row in rows)
    by_form = dict.fromkeys(report.forms, 0) | Counter(row.form for row in rows)
    return {
        "input": {"name": _file_name(report.source), "sha256": report.source_sha256},
        "output": {"name": _file_name(output), "sha256": output_sha256, "format": format, "system": system},
        "settings": _plain(report.settings),
        "versions": _versions(output, outlined=_outlined(report)),
        "counts": {
            "rows_asked": report.asked,
            "rows": len(rows),
            "distinct_questions": len({row.question for row in rows}),
            "seeds": sum(count > 0 for count in by_seed.values()),
            "by_form": dict(sorted(by_form.items())),
            "by_seed": {str(seed_id): count for seed_id, count in sorted(by_seed.items())},
        },
        "metrics": asdict(metrics),
        "notes": _plain(report.notes),
        "skipped": [{"place": each.place, "reason": each.reason} for each in report.skipped],
        # The whole's own is left out: rows_asked and rows have it.
        "shortfalls": {
            each.form: _plain_shortfall(each) for each in shortfalls_by_form(report.shortfalls) if each.form
        },
    }


def _plain_shortfall(shortfall: FormShortfall) -> dict[str, Any]:
    return {
        "asked": shortfall.asked,
        "made": shortfall.made,
        "rejected_draws": dict(shortfall.rejected),
        "seeds": [
            {"seed_id": each.seed_id, "place": each.place, "asked": each.asked, "made": each.made}
            for each in shortfall.seeds
        ],
    }


def manifest_bytes(content: Mapping[str, Any]) -> bytes:
    """The manifest as a file holds it."""
    return json_bytes(content, indent=2)


def manifest_path(output: Path) -> Path:
    """Where the manifest of an output stands: ``out.jsonl`` has ``out.manifest.json``."""
    return output.with_suffix(".manifest.json")


def rejects_path(output: Path) -> Path:
    """Where the rejects of an output stand: ``out.jsonl`` has ``out.rejects.jsonl``."""
    return output.with_suffix(".rejects.jsonl")


def reject_bytes(reject: Reject) -> bytes:
    """One line of the file of rejects."""
    return json_bytes(asdict(reject))


def _outlined(report: Report) -> bool:
    """Whether some analysis was read from an answer's syntax tree."""
    without = report.notes.get("analyses", {}).get("seeds_without")
    return bool(without) or str(report.settings.get("cot")).startswith("Outline")


def _versions(output: str, outlined: bool) -> dict[str, str | None]:
    import platform

    packages = [*_PACKAGES, *(_OUTLINE_PACKAGES if outlined else ())]
    if output.lower().endswith(".parquet"):
        packages.append("pyarrow")  # it has no say in the rows, but in the file's bytes, whose hash stands here
    own: str | None = getattr(slmaug, "__version__", None)
    return {
        "slmaug": own or _version("slmaug"),
        "python": platform.python_version(),
        **{package: _version(package) for package in packages},
    }


def _version(package: str) -> str | None:
    from importlib import metadata  # 20 ms, and only a manifest needs it

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _file_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _plain(value: object) -> Any:
    """``value`` in JSON's types; what has none of them is its repr, without the address in memory."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in sorted(value.items(), key=lambda item: str(item[0]))}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, Set):
        return sorted((_plain(inner) for inner in value), key=repr)
    if isinstance(value, PurePath):
        return value.name
    if isinstance(value, float) and math.isfinite(value):  # JSON has no NaN and no infinity
        return value
    return re.sub(r" at 0x[0-9A-Fa-f]+", "", repr(value))
