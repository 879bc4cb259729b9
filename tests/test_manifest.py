from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from slmaug.files import Skipped
from slmaug.manifest import Report, Shortfall, manifest, manifest_bytes, manifest_path, shortfalls_by_form
from slmaug.metrics import SetMetrics, set_metrics
from slmaug.record import Row, Seed, answer_hash

ROWS = [
    Row("How do I read a file?", "open()", 0, "seed", (), answer_hash("open()")),
    Row("How I do read a file?", "open()", 0, "swap", ("Swap(rate=0.1)",), answer_hash("open()")),
    Row("How do I read a file?", "open()", 0, "swap", ("Swap(rate=0.1)",), answer_hash("open()")),
    Row("如何？", "用", 10, "seed", (), answer_hash("用")),
]


METRICS = set_metrics(ROWS, [Seed(0, "How do I read a file?", "open()"), Seed(10, "如何？", "用")])


def report(**changed: Any) -> Report:
    values: dict[str, Any] = {
        "source": "seeds.csv",
        "source_sha256": "ab" * 32,
        "settings": {"random_seed": 7, "n": 10, "recipe": "Chain(Swap(rate=0.1))", "protect": ("Foo Bar",)},
        "forms": {"seed": 2, "swap": 2, "synonyms": 0},
        "per_seed": {0: 3, 2: 0, 10: 1},
        "skipped": (Skipped("seeds.csv:4", "column 'Answer' is empty"),),
        "shortfalls": (
            Shortfall(0, "seeds.csv:2", "terse", 2, 1, {"the same question again": 60}),
            Shortfall(0, "seeds.csv:2", "swap", 3, 2, {"nothing to change": 60}),
            Shortfall(10, "seeds.csv:12", "swap", 4, 0, {"the same question again": 70, "nothing to change": 1}),
            Shortfall(None, "seeds.csv", None, 10, 4, {}),
        ),
        "asked": 10,
    }
    return Report(**values | changed)


def made(built: Report, output: str = "out.jsonl") -> dict[str, Any]:
    return manifest(
        built, ROWS, output=output, output_sha256="cd" * 32, format="alpaca", metrics=METRICS, system="Be brief."
    )


def test_what_it_holds() -> None:
    """The manifest says what went in, with which settings, what came out, what was left out and what fell short."""
    content = made(report())
    versions, metrics = content.pop("versions"), content.pop("metrics")
    assert content == {
        "input": {"name": "seeds.csv", "sha256": "ab" * 32},
        "output": {"name": "out.jsonl", "sha256": "cd" * 32, "format": "alpaca", "system": "Be brief."},
        "settings": {"n": 10, "protect": ["Foo Bar"], "random_seed": 7, "recipe": "Chain(Swap(rate=0.1))"},
        "counts": {
            "rows_asked": 10,
            "rows": 4,
            "distinct_questions": 3,
            "seeds": 2,
            "by_form": {"seed": 2, "swap": 2, "synonyms": 0},
            "by_seed": {"0": 3, "2": 0, "10": 1},
        },
        "notes": {},
        "skipped": [{"place": "seeds.csv:4", "reason": "column 'Answer' is empty"}],
        "shortfalls": {
            "swap": {
                "asked": 7,
                "made": 2,
                "rejected_draws": {"the same question again": 70, "nothing to change": 61},
                "seeds": [
                    {"seed_id": 0, "place": "seeds.csv:2", "asked": 3, "made": 2},
                    {"seed_id": 10, "place": "seeds.csv:12", "asked": 4, "made": 0},
                ],
            },
            "terse": {
                "asked": 2,
                "made": 1,
                "rejected_draws": {"the same question again": 60},
                "seeds": [{"seed_id": 0, "place": "seeds.csv:2", "asked": 2, "made": 1}],
            },
        },
    }
    assert next(iter(content["shortfalls"]["swap"]["rejected_draws"])) == "the same question again"
    assert list(metrics) == [each.name for each in fields(SetMetrics)]
    assert (metrics["rows"], metrics["distinct_questions"], metrics["distinct_word_bags"]) == (4, 3, 2)
    assert (metrics["words_changed"], metrics["edit_distance"], metrics["lookalike_seeds"]) == (0, 0.167, ())
    assert list(versions) == ["slmaug", "python", "jieba"]
    assert re.fullmatch(r"3\.\d+\.\S+", versions["python"])


def test_shortfalls_by_form() -> None:
    """Shortfalls are added up by form, most missing first and ties by name; the whole is no form's."""
    pairs = [("b", 3), ("a", 3), ("c", 2), ("c", 2), (None, 9)]
    found = shortfalls_by_form(
        Shortfall(None if form is None else at, f"row {at}", form, asked, 0, {})
        for at, (form, asked) in enumerate(pairs)
    )
    assert [(each.form, each.asked, len(each.seeds)) for each in found] == [
        (None, 9, 0),
        ("c", 4, 2),
        ("a", 3, 1),
        ("b", 3, 1),
    ]


def test_parquet_names_its_writer() -> None:
    """A Parquet file's bytes depend on pyarrow, so its manifest names the version; a JSONL file's does not."""
    assert made(report(), "out.parquet")["versions"]["pyarrow"]


def test_same_input_same_bytes() -> None:
    """Equal settings give equal bytes, in whatever order their keys came."""
    settings = {"protect": ("Foo Bar",), "recipe": "Chain(Swap(rate=0.1))", "n": 10, "random_seed": 7}
    assert manifest_bytes(made(report())) == manifest_bytes(made(report(settings=settings)))


def test_same_bytes_in_another_process() -> None:
    """Neither the hash seed nor the user, host or folder is in the bytes, not even through a set or an object."""
    code = (
        "import sys; from tests.test_manifest import *; "
        "odd = {'words': {'b', 'a', 'c'}, 'thing': object(), 'pattern': re.compile('x')}; "
        "sys.stdout.buffer.write(manifest_bytes(made(report(settings=odd))))"
    )
    root = Path(__file__).parents[1]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": str(root), "PYTHONHASHSEED": seed, "USER": user, "HOME": f"/home/{user}", "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, user, zone in (("1", "anna", "UTC"), ("2", "bert", "Asia/Tokyo"))
    ]
    assert outputs[0] == outputs[1]
    assert b"anna" not in outputs[0]
    assert str(root).encode() not in outputs[0]
    assert json.loads(outputs[0])["settings"] == {
        "pattern": "re.compile('x')",
        "thing": "<object object>",
        "words": ["a", "b", "c"],
    }


@pytest.mark.parametrize("source", ["/home/anna/seeds.csv", "C:\\Users\\anna\\seeds.csv", "seeds.csv"])
def test_no_folders(source: str) -> None:
    """Of every path only the file's name gets in: of the input, the output and the settings."""
    content = made(report(source=source, settings={"path": PurePosixPath("/home/anna/x.csv")}), "/home/anna/out.jsonl")
    assert content["input"]["name"] == "seeds.csv"
    assert "anna" not in manifest_bytes(content).decode()


def test_readable_json() -> None:
    """The file is indented JSON in UTF-8 with a line feed at the end, and values JSON lacks do not break it."""
    settings = {"rate": float("nan"), "most": float("inf"), "share": 0.1, "term": "如何\udcff"}
    data = manifest_bytes(made(report(settings=settings)))
    assert data.startswith(b'{\n  "input": {\n    "name": "seeds.csv",\n')
    assert data.endswith(b"}\n")
    assert "如何".encode() in data
    parsed = json.loads(data, parse_constant=lambda constant: pytest.fail(f"{constant} is not JSON"))
    assert parsed["settings"] == {"rate": "nan", "most": "inf", "share": 0.1, "term": "如何\udcff"}


def test_where_it_stands() -> None:
    """The manifest stands beside its output and shares its name up to the suffix."""
    assert manifest_path(Path("data/out.jsonl")) == Path("data/out.manifest.json")
    assert manifest_path(Path("out.v2.parquet")) == Path("out.v2.manifest.json")


def test_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment variable changes the bytes."""
    before = manifest_bytes(made(report()))
    monkeypatch.setattr(os, "environ", {"SECRET": "x"})
    assert manifest_bytes(made(report())) == before
