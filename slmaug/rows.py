"""The rows an expansion made: a sequence that knows its seeds and shows, converts and writes itself."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property, reduce
from importlib import import_module
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from slmaug.errors import MissingPackage
from slmaug.formats import Format, arrow_table, copy, encoded, output_suffix, replacing, to_record, write_rows
from slmaug.manifest import Report, manifest, manifest_bytes, manifest_path, reject_bytes, rejects_path
from slmaug.metrics import SetMetrics, set_metrics
from slmaug.record import Row, Seed

if TYPE_CHECKING:
    import datasets
    import pandas as pd


@dataclass(frozen=True, init=False, repr=False)
class Rows(Sequence[Row]):
    """Training rows, with the seeds they came from and the report of how they were made.

    Two are equal if their rows are. A slice is again ``Rows``, with the seeds and the report of the whole.
    """

    rows: tuple[Row, ...]
    seeds: tuple[Seed, ...] = field(compare=False)
    report: Report = field(compare=False)

    def __init__(self, rows: Sequence[Row], seeds: Sequence[Seed], report: Report) -> None:
        object.__setattr__(self, "rows", tuple(rows))
        object.__setattr__(self, "seeds", tuple(seeds))
        object.__setattr__(self, "report", report)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self.rows[index], self.seeds, self.report)
        return self.rows[index]

    def __repr__(self) -> str:
        seeds, forms = len({row.seed_id for row in self.rows}), len({row.form for row in self.rows})
        return f"Rows({_counted(len(self), 'row')} of {_counted(seeds, 'seed')} in {_counted(forms, 'form')})"

    def _repr_html_(self) -> str:
        from slmaug.view import html_table  # only a notebook needs it

        return html_table(self.rows, self.seeds)

    def metrics(self) -> SetMetrics:
        """What the questions are like, in numbers: :class:`slmaug.metrics.SetMetrics`. Found once, when asked for."""
        return self._metrics

    @cached_property
    def _metrics(self) -> SetMetrics:
        return set_metrics(self.rows, self.seeds, _protected(self.report))

    def to_records(self, format: Format = "conversational", system: str | None = None) -> list[dict[str, Any]]:
        """One dict for each row, as :func:`slmaug.formats.to_record` makes it."""
        return [to_record(row, format, system) for row in self.rows]

    def to_pandas(self, format: Format | None = None, system: str | None = None) -> pd.DataFrame:
        """A DataFrame with the rows' own fields for columns; with a ``format``, the columns of its records."""
        try:
            pandas = import_module("pandas")
        except ModuleNotFoundError:
            raise MissingPackage("to_pandas needs pandas; install it: pip install pandas") from None
        if format is not None:
            names = list(to_record(Row("", "", 0, "", (), ""), format, system))
            records = self.to_records(format, system)
        else:
            names = ["question", "answer", "seed_id", "form", "steps", "answer_sha256", "analysis"]
            records = [{name: getattr(row, name) for name in names} | {"steps": list(row.steps)} for row in self.rows]
        frame: pd.DataFrame = pandas.DataFrame({name: [record[name] for record in records] for name in names})
        return frame

    def to_dataset(self, format: Format = "conversational", system: str | None = None) -> datasets.Dataset:
        """A ``datasets.Dataset`` that TRL's SFTTrainer takes as it is."""
        try:
            hf_datasets = import_module("datasets")
        except ModuleNotFoundError:
            raise MissingPackage('to_dataset needs datasets; install it: pip install "slmaug[train]"') from None
        return hf_datasets.Dataset(arrow_table(self.rows, format, system))

    def write(self, path: str | os.PathLike[str], format: Format = "conversational", system: str | None = None) -> Path:
        """Write a .jsonl or .parquet file, and beside it the manifest: ``out.jsonl`` and ``out.manifest.json``.

        What a language model wrote that could not be used goes to ``out.rejects.jsonl``; where there is nothing of the
        kind, that file of an earlier run is removed. All take their places when all are whole. ``"-"`` writes JSONL
        to standard output, and nothing else. Raises :class:`slmaug.errors.SlmaugError` where
        :func:`slmaug.formats.check_place` does, and where the disk is full.
        """
        target = Path(path)
        if os.fspath(path) == "-":
            write_rows(self.rows, "-", format, system)
            return target
        suffix = output_suffix(target)
        rejects = rejects_path(target)
        metrics = self.metrics()
        with ExitStack() as files:
            file = files.enter_context(replacing(target))
            beside = files.enter_context(replacing(manifest_path(target)))
            if self.report.rejects:
                copy(map(reject_bytes, self.report.rejects), files.enter_context(replacing(rejects)).write)
            sha256 = copy(encoded(self.rows, suffix, format, system), file.write)
            file.flush()
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                os.fsync(file.fileno())  # a full disk shows here, and this takes long: both old files still stand
            content = manifest(
                self.report,
                self.rows,
                output=target.name,
                output_sha256=sha256,
                format=format,
                metrics=metrics,
                system=system,
            )
            beside.write(manifest_bytes(content))
        if not self.report.rejects and rejects.is_file():
            rejects.unlink()
        return target


def _protected(report: Report) -> list[str | re.Pattern[str]]:
    """The terms that were protected besides what always is, from the settings that the report has of them."""
    patterns = (
        re.compile(each["pattern"], reduce(or_, (re.RegexFlag[flag] for flag in each["flags"]), re.RegexFlag(0)))
        for each in report.settings.get("protect_regex", ())
    )
    return [*report.settings.get("protect", ()), *patterns]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
