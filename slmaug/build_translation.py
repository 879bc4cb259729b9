"""What a build on the command line does with a translator: which one the settings name, and what it is to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from slmaug.config import BACK_TRANSLATION, Settings
from slmaug.errors import SlmaugError
from slmaug.files import Seeds
from slmaug.llm.model import Model
from slmaug.recipe import Form, Recipe
from slmaug.translation import Translated, translated

if TYPE_CHECKING:
    from slmaug.translate.translator import Translator

_WEIGHT = 15.0  # of back-translation; the forms of the default recipe have about 100 together
_AUTO = ("auto",)


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
        if via == _AUTO:
            from slmaug.translate.engines import at_hand

            found = at_hand(translator, languages)
            via, reason = found.via, found.reason
    except SlmaugError as error:
        if via != _AUTO:
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
