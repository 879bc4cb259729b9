"""Seeds brought into one language before rows are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from slmaug.cot.rewriter import Reject
from slmaug.files import Seeds
from slmaug.paraphrase import Protect

if TYPE_CHECKING:
    from slmaug.rows import Rows
    from slmaug.translate.translator import Translator


@dataclass(frozen=True)
class Translated:
    """The seeds after translation, and the notes and rejects that belong into the report of their rows."""

    seeds: Seeds
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()

    def told(self, rows: Rows, missing: str = "") -> Rows:
        """The rows with all this in their report, and why there was no back-translation where there was to be."""
        from slmaug.rows import Rows

        report = rows.report
        report = replace(
            report,
            settings={**report.settings, **self.settings},
            notes={**self.notes, **({"back_translation": {"not_done": missing}} if missing else {}), **report.notes},
            rejects=(*self.rejects, *report.rejects),
        )
        return Rows(rows.rows, rows.seeds, report)


def translated(
    seeds: Seeds,
    target: str,
    translator: Translator | None = None,
    *,
    comments: bool = False,
    protect: Protect = (),
    progress: Callable[[int], object] | None = None,
) -> Translated:
    """The seeds with questions and prose in the language ``target``; every translation is kept on disk.

    Raises :class:`slmaug.errors.SlmaugError` where a language that occurs cannot be translated.
    """
    from slmaug.translate.cached import Cached
    from slmaug.translate.engines import default_translator
    from slmaug.translate.seeds import translated_seeds

    engine = default_translator() if translator is None else translator
    done = translated_seeds(
        seeds.seeds, Cached(engine, progress=progress), target, protect=protect, comments=comments
    )
    settings = {"translate_to": target, "translator": type(engine).__name__, "translate_comments": comments}
    return Translated(replace(seeds, seeds=done.seeds), settings, {"translation": done.notes}, done.rejects)
