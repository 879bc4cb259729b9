"""Whether a translation says what its source says, as far as that can be seen across two languages."""

from __future__ import annotations

import pytest

from slmaug.translate.agreement import NotTheSame, check_sense, check_words


def fault(new: str, old: str, source: str = "zh", target: str = "en") -> str:
    try:
        check_words(new, target)
        check_sense(new, old, source, target)
    except NotTheSame as found:
        return str(found).split(": ")[0]
    return ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("等三天再试。", "Wait three days and try again."),
        ("一次读取五百行", "Read 500 lines at once"),
        ("百分之五的请求会失败", "5% of the requests fail"),
        ("两种方法都可以", "Both ways work"),
        ("不要删除文件", "Do not delete the file"),
        ("我不知道怎么退款", "How do I get a refund?"),
        ("能不能付款？", "Can I pay?"),
        ("日志级别是什么？", "What is the log level?"),
        ("无线网络", "Wireless network"),
        ("密码无效", "The password is invalid"),
        ("没有网络也能用吗？", "Does it work without a network?"),
        ("数据不会丢失", "No data is lost"),
        ("为什么无法登录？", "Why can't I log in?"),
        ("为什么无法登录？", "Why am I unable to log in?"),
        ("除非重启，否则保留", "It is kept unless you restart"),
        ("以免出错", "so that it does not fail"),
    ],
)
def test_a_faithful_translation_passes(old: str, new: str) -> None:
    """Numbers by value and with their units; negation in other words; signs of negation in words that deny nothing."""
    assert fault(new, old) == ""
    assert fault(old, new, "en", "zh") == ""


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("等三天再试。", "Wait three hours and try again.", "other numbers"),
        ("一次读取五百行", "Read lines at once", "other numbers"),
        ("读取文件", "Read 500 files", "other numbers"),
        ("没有访问互联网的权限", "There is any access to the internet", "the negation is lost"),
        ("不需要重启", "It needs a restart", "the negation is lost"),
        ("打开文件", "Do not open the file", "a negation is new"),
        ("关闭窗口", "Do not close the window", "a negation is new"),
        ("打开文件", "Open the file " * 20, "too long"),
        ("打开文件", "Open the 文件", "words of another script were left"),
        ("打开文件", "...", "an empty translation"),
    ],
)
def test_another_sense_is_told(old: str, new: str, kind: str) -> None:
    """The kind of fault, for the counts; the particulars stand behind a colon."""
    assert fault(new, old) == kind


def test_in_other_languages_digits_have_to_agree() -> None:
    """Each as often, in any script's digits; more is not known there."""
    assert fault("Wait 12 hours", "١٢ ساعة انتظر", "ar") == ""
    assert fault("Wait 12 hours", "Warte 12 Stunden, nicht 12 Tage", "de") == "other numbers"
    assert fault("Wait 5 hours", "Warte Stunden", "de") == "other numbers"
    assert fault("Delete it", "Nicht löschen", "de") == ""


def test_towards_another_script_its_letters_are_welcome() -> None:
    """Only a target in Latin letters is checked for others."""
    assert fault("打开文件", "Open the file", "en", "zh") == ""
