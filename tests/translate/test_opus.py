"""Which model translates a pair, and how a target language is named to it."""

from __future__ import annotations

import pytest

from slmaug.errors import SlmaugError
from slmaug.translate.opus import model_names, target_code

ROMANCE = [">>fr<<", ">>es<<", ">>pt<<", ">>pt_br<<", ">>it<<", "the", "▁de"]
CHINESE = [">>cmn_Hans<<", ">>cmn_Hant<<", ">>yue<<", ">>lzh<<"]


@pytest.mark.parametrize(
    ("pair", "names"),
    [
        ("en-de", ["opus-mt-en-de"]),
        ("zh-en", ["opus-mt-zh-en"]),
        ("en-zh", ["opus-mt-en-zh"]),
        ("de-zh", ["opus-mt-de-zh", "opus-mt-de-ZH"]),
        ("en-ja", ["opus-mt-en-jap"]),
        ("ja-en", ["opus-mt-ja-en"]),
        ("pt-en", ["opus-mt-ROMANCE-en", "opus-mt-mul-en"]),
    ],
)
def test_names(pair: str, names: list[str]) -> None:
    """A pair has a model of its own name, but for those that the hub has under another."""
    assert list(model_names(*pair.split("-"))) == names


@pytest.mark.parametrize(
    ("vocabulary", "target", "code"),
    [
        (["the", "▁de"], "de", ""),
        (ROMANCE, "fr", ">>fr<<"),
        (ROMANCE, "pt", ">>pt<<"),
        ([">>por<<", ">>pob<<"], "pt", ">>por<<"),
        (CHINESE, "zh", ">>cmn_Hans<<"),
        ([">>zho_Hans<<", ">>zho_Hant<<"], "zh", ">>zho_Hans<<"),
        ([">>fra<<", ">>deu<<"], "de", ">>deu<<"),
        ([">>uzb_Latn<<", ">>uz_Cyrl<<"], "uz", ">>uz_Cyrl<<"),
    ],
)
def test_code(vocabulary: list[str], target: str, code: str) -> None:
    """The code of a language is one that the vocabulary holds; a model with one target language needs none."""
    assert target_code(vocabulary, target, "opus-mt-en-mul") == code


@pytest.mark.parametrize("own", ["cmn_Hant", ">>cmn_Hant<<"])
def test_own_code(own: str) -> None:
    """A code that the user writes out goes before, with or without its brackets, and an empty one means none."""
    assert target_code(CHINESE, "zh", "opus-mt-en-zh", {"zh": own}) == ">>cmn_Hant<<"
    assert target_code(CHINESE, "zh", "opus-mt-en-zh", {"zh": ""}) == ""


def test_missing_code() -> None:
    """A language that a model does not have is an error that lists some it has, whoever named it."""
    with pytest.raises(SlmaugError, match=r"^opus-mt-en-roa: has no target language 'de'; it has es, fr, it, pt, "):
        target_code(ROMANCE, "de", "opus-mt-en-roa")
    with pytest.raises(SlmaugError, match=r"'xyz', as codes says; it has cmn_Hans, cmn_Hant, lzh, yue$"):
        target_code(CHINESE, "zh", "opus-mt-en-zh", {"zh": "xyz"})
    with pytest.raises(SlmaugError, match="one target language only"):
        target_code(["the"], "zh", "opus-mt-en-de", {"zh": "cmn_Hans"})
    many = [f">>l{number:03}<<" for number in range(100)]
    with pytest.raises(SlmaugError, match="l011 and 88 more; name one of them with codes="):
        target_code(many, "de", "opus-mt-en-mul")


def test_two_variants() -> None:
    """Where a language stands in several variants and none is the usual one, the user chooses."""
    with pytest.raises(SlmaugError, match="has no target language 'uz'"):
        target_code([">>uz_Latn<<", ">>uz_Cyrl<<"], "uz", "opus-mt-en-trk")
