"""Chinese words: how a run is cut, and which words a question cannot lose."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.errors import MissingPackage
from slmaug.segmentation import _dictionary, segment

RUNS = st.text(alphabet="怎么如何反序列化字段数据库不没有的了我你他用在里面报错登录上去龘𠀀〇㐀", max_size=30)


def words(run: str) -> list[str]:
    return [word for word, _ in segment(run)]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("怎么反序列化字段", ["怎么", "反序列化", "字段"]),
        ("控制台程序如何读取配置", ["控制台程序", "如何", "读取", "配置"]),
        ("分页查询数据库", ["分页查询", "数据库"]),
        ("程序运行时报错怎么办", ["程序", "运行时", "报错", "怎么办"]),
        ("退款什么时候到账", ["退款", "什么时候", "到账"]),
        ("怎么样才能避免空指针异常", ["怎么样", "才能", "避免", "空指针", "异常"]),
    ],
)
def test_everyday_technical_words_stay_whole(run: str, expected: list[str]) -> None:
    """Words that jieba's dictionary lacks, or whose neighbours swallow them, are cut as a reader would."""
    assert words(run) == expected


@pytest.mark.parametrize("word", "不 没有 为什么 怎么 哪里 多久 吗 无法 只 两个 别 能否".split())
def test_question_words_negations_and_numerals_are_kept(word: str) -> None:
    """A question cannot lose what it asks, denies or counts."""
    assert segment(word) == [(word, True)]


@pytest.mark.parametrize("word", ["非常", "区别", "识别", "特别", "无线", "没收", "未来", "一样", "二维码", "统一"])
def test_words_that_only_contain_such_a_character_are_free(word: str) -> None:
    """非常 denies nothing and 二维码 counts nothing."""
    assert segment(word) == [(word, False)]


@given(RUNS)
def test_the_words_are_the_run(run: str) -> None:
    """Nothing is lost or normalised, not even characters that no dictionary holds."""
    assert "".join(words(run)) == run
    assert all(words(run))


@given(RUNS)
def test_cutting_is_repeatable(run: str) -> None:
    """The same run gives the same words."""
    assert segment(run) == segment(run)


def test_jieba_itself_is_not_loaded_and_nothing_is_printed() -> None:
    """Only the word list is read: no cache in the temp directory, no log line, no state that a caller could change."""
    code = "import sys; from slmaug.segmentation import segment; segment('怎么读取'); assert 'jieba' not in sys.modules"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_missing_jieba_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, with the command."""
    monkeypatch.setattr("slmaug.segmentation.find_spec", lambda name: None)
    with pytest.raises(MissingPackage, match=r"^Chinese questions need jieba: pip install jieba$"):
        _dictionary.__wrapped__()
