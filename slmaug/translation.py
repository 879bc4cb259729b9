"""What a build does with a translator: seeds brought into one language, and questions that go there and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from slmaug.config import Settings
from slmaug.cot.rewriter import Reject
from slmaug.errors import SlmaugError
from slmaug.files import Seeds
from slmaug.llm.model import Model
from slmaug.paraphrase import Protect
from slmaug.recipe import Form, Recipe

if TYPE_CHECKING:
    from slmaug.rows import Rows
    from slmaug.translate.translator import Translator

BACK_TRANSLATION = "back-translation"
"""The form of the questions that were translated there and back."""
_WEIGHT = 15.0  # of that form; the forms of the default recipe have 100 together
AUTO = ("auto",)


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


# --- the command line --------------------------------------------------------------------------------------------


def translator_for(settings: Settings, model: Model | None) -> Translator:
    """The translator that the settings name; ``model`` is asked where it is a language model."""
    from slmaug.translate.engines import default_translator

    if settings.translator == "llm":
        from slmaug.translate.llm import LanguageModel

        assert model is not None  # the arguments are checked
        return LanguageModel(model)
    return default_translator(settings.translator, settings.translation_models, settings.device)


def with_back_translation(settings: Settings, seeds: Seeds, recipe: Recipe, model: Model | None) -> tuple[Recipe, str]:
    """The recipe with the form of back-translation; or as it is, and the one line that says why, where "auto" finds
    nothing to translate with.

    Raises :class:`SlmaugError` where a language that was named cannot be gone through.
    """
    from slmaug.augment.back_translation import BackTranslation, languages_of

    languages = languages_of([seed.question for seed in seeds.seeds])
    via, reason = settings.back_translate, ""
    try:
        translator = translator_for(settings, model)
        if via == AUTO:
            from slmaug.translate.engines import at_hand

            found = at_hand(translator, languages)
            via, reason = found.via, found.reason
    except SlmaugError as error:
        if via != AUTO:
            raise
        via, reason = (), str(error)
    if not via:
        return recipe, reason
    augmenter = BackTranslation(via, settings.samples, translator)
    augmenter.check(languages)
    return Recipe((*recipe.forms, Form(BACK_TRANSLATION, _WEIGHT, augmenter))), ""


def seeds_for(
    settings: Settings, seeds: Seeds, model: Model | None, progress: Callable[[int], object] | None = None
) -> Translated:
    """The seeds in the language that the settings want them in."""
    if settings.translate_to is None:
        return Translated(seeds)
    return translated(
        seeds,
        settings.translate_to,
        translator_for(settings, model),
        comments=settings.translate_comments,
        protect=(*settings.protect, *settings.protect_regex),
        progress=progress,
    )
