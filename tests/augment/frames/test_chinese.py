"""Chinese questions in other frames."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.augment.frames.chinese import rephrase
from slmaug.augment.frames.chinese_templates import FORMS
from slmaug.rng import Random
from slmaug.text import Text


def variants(question: str, form: str, count: int = 300) -> set[str]:
    text = Text.parse(question)
    drawn = (rephrase(text, form, Random(key * 7919 + 1)) for key in range(count))
    return {str(new) for new in drawn if new is not None}


HTTP = ".NET Framework如何使用HttpClient设置请求超时？"


@pytest.mark.parametrize("form", FORMS)
def test_a_how_to_question_has_many_renderings_of_every_form(form: str) -> None:
    """Fifty or more, each with both locked names and the whole action."""
    found = variants(HTTP, form)
    assert len(found) >= 50
    for new in found:
        assert all(part in new for part in (".NET Framework", "HttpClient", "设置请求超时"))


@pytest.mark.parametrize(
    ("question", "form", "expected"),
    [
        ("如何用C#读取文件？", "question", "C#怎么读取文件？"),
        ("红烧肉怎么做？", "question", "红烧肉该怎么做？"),
        ("护照怎么办理？", "question", "办理护照的方法是什么？"),
        ("订单没有发货可以取消吗？", "indirect", "我不确定订单没有发货能不能取消。"),
        ("什么是依赖注入？", "terse", "依赖注入是啥？"),
        ("为什么我的优惠券用不了？", "report", "我的优惠券用不了，一直找不到原因。"),
        ("房东不退押金怎么办？", "search", "房东不退押金 解决方法"),
        ("await和Task.Wait()有什么区别？", "imperative", "请解释await和Task.Wait()的区别。"),
        ("请帮我写一个Python脚本", "polite", "麻烦帮我写一个Python脚本，谢谢！"),
        ("我想用C#读取大文件，应该怎么做？", "terse", "C#怎么读取大文件？"),
        ("我刚买了新手机。怎么导照片？", "question", "我刚买了新手机。该怎么导照片？"),
    ],
)
def test_what_a_frame_makes_of_a_question(question: str, form: str, expected: str) -> None:
    """One rendering among those of its form."""
    assert expected in variants(question, form, 3000)


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("天空为什么是蓝色的？", "task"),
        ("我刚买了新手机。怎么导照片？", "search"),
        ("我喜欢你们的产品", "question"),
    ],
)
def test_a_form_that_does_not_fit_gives_none(question: str, form: str) -> None:
    """Rather nothing than something unnatural; a form that does not exist is an error."""
    if form not in FORMS:
        with pytest.raises(ValueError, match="form must be one of"):
            rephrase(Text.parse(question), form, Random(1))
    else:
        assert variants(question, form) == set()


@pytest.mark.parametrize(
    "question",
    [
        "怎么才能不被骗？",
        "如何不用循环求和？",
        "为什么不能在构造函数里使用await？",
        "订单没有发货可以取消吗？",
        "怎么读大文件而不占太多内存？",
    ],
)
def test_negations_survive(question: str) -> None:
    """What is denied stays denied in every form."""
    denied = re.findall("不被骗|不用循环|不能|没有发货|不占", question)
    for form in FORMS:
        assert all(denied[0] in new for new in variants(question, form, 60))


def test_a_reason_is_not_turned_into_a_task() -> None:
    """为什么 asks for a reason in every rendering."""
    for form in FORMS:
        for new in variants("为什么我的程序启动很慢？", form, 60):
            assert re.search("为[什何啥]|原因|怎么回事|咋回事|啥情况|求解|哪里出了问题|很慢？$", new), new


def test_two_latin_words_never_run_together_and_spacing_is_kept() -> None:
    """``.NET 8 HttpClient``, and a text that parts Chinese from Latin words goes on doing so."""
    for form in FORMS:
        assert not any("8HttpClient" in new for new in variants(".NET 8如何使用HttpClient发送请求？", form))
    for new in variants("如何使用 HttpClient 发送请求？", "indirect"):
        assert re.search("[\u4e00-\u9fff] HttpClient [\u4e00-\u9fff]", new)


def test_the_same_generator_gives_the_same_question() -> None:
    """No randomness but the argument."""
    text = Text.parse(HTTP)
    assert str(rephrase(text, "polite", Random(5))) == str(rephrase(Text.parse(HTTP), "polite", Random(5)))


PIECES = st.sampled_from(
    [
        *"如何 怎么 为什么 怎么样才能 该如何 是什么 什么是 能不能 可以 吗 呢 哪里 多久 不 没有 无法 请问 我想".split(),
        *"在 中 里 用 使用 通过 的 了 ， 。 ？ ! 红烧肉 我的订单 读取 删除 设置 文件 怎么办 有什么区别 和".split(),
        *"请帮我 方法 时 如果 HttpClient .NET C# {name} 10GB System.IO.File foo() 谢谢 你好，".split(),
        *["`a b`", '"两 字"', " ", "\u3000", "\n"],
    ]
)
LOCKABLE = re.compile("不能|没有|无法")


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=12), st.sampled_from(FORMS), st.integers(0, 2**32))
def test_locked_spans_survive_whatever_the_question(pieces: list[str], form: str, key: int) -> None:
    """Any mixture of Chinese and locked spans: nothing raises, no locked span is lost, doubled or changed."""
    text = Text.parse("".join(pieces))
    new = rephrase(text, form, Random(key)) if text.language == "zh" else None
    if new is not None:
        assert sorted(new.locked) == sorted(text.locked)
        assert new.key != text.key
        for denial in LOCKABLE.findall(str(text).replace("有没有", "").replace("能不能", "")):
            assert denial in str(new)
