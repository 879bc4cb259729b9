"""The embedded Chinese lexicon."""

from __future__ import annotations

import pytest

from slmaug.augment.lexicon import default_lexicon
from slmaug.augment.lexicon.chinese import Chinese, _slips, _synonyms, fillers, slip
from slmaug.rng import Random
from slmaug.segmentation import segment


def test_synonyms_come_best_first() -> None:
    """The order of the table is the order of the answer."""
    assert Chinese().synonyms("删除", "verb") == ("删掉", "移除", "去掉")


@pytest.mark.parametrize("word", ["方法", "需要", "更新", "龘", ""])
def test_a_word_with_a_second_use_or_unknown_has_none(word: str) -> None:
    """方法 is also code, 需要 also stands behind 不: no synonym would hold everywhere."""
    assert Chinese().synonyms(word, "noun") == ()
    assert Chinese().frequency(word) == 0


def test_it_is_the_default_for_chinese_and_a_value() -> None:
    """``default_lexicon`` hands it out; its repr can be typed back in."""
    assert default_lexicon("zh") == Chinese()
    assert repr(Chinese()) == "Chinese()"
    assert default_lexicon("other") is None


def test_no_word_is_its_own_synonym_and_none_is_listed_twice() -> None:
    """Every answer changes something."""
    for word, synonyms in _synonyms().items():
        assert word not in synonyms
        assert len(set(synonyms)) == len(synonyms)


def test_every_word_of_the_table_is_one_that_the_parser_yields() -> None:
    """A word that segmentation cuts, or keeps, would stand in the table in vain."""
    assert [word for word in _synonyms() if segment(word) != [(word, False)]] == []


def test_synonyms_bring_no_negation_in() -> None:
    """Replacing a word never turns the question round (不少 is many, 不足 a shortcoming)."""
    added = {s for synonyms in _synonyms().values() for s in synonyms if set(s) & set("不没无非未别")}
    assert added <= {"不少", "不足", "区别", "差别", "识别", "辨别", "特别", "非常", "别人", "无线网络", "无线网"}


def test_slips_are_drawn_from_the_generator_alone() -> None:
    """The same key gives the same slip; an unknown word has none."""
    assert slip("账号", Random(3)) == "帐号"
    assert {slip("的", Random(key)) for key in range(20)} == {"得", "地"}
    assert slip("龘", Random(3)) is None


def test_a_slip_changes_the_word() -> None:
    """Every entry differs from what it misspells."""
    assert all(word not in slips for word, slips in _slips().items())


def test_fillers_stand_before_the_question_word_once() -> None:
    """红烧肉具体怎么做; but nothing more before 到底怎么."""
    assert fillers(["红烧肉", "怎么", "做"])[0][0] == 1
    assert fillers(["红烧肉", "到底", "怎么", "做"]) == ()
