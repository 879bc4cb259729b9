"""What is locked in a sentence of any language: names, code and numbers, and no plain word."""

from __future__ import annotations

import re

import pytest

from slmaug.locks import locked_spans
from slmaug.translate.foreign_locks import has_foreign_letter, spans_in


@pytest.mark.parametrize(
    ("language", "text", "locked"),
    [
        ("de", "Wie lese ich die JSON-Datei mit HttpClient in .NET 8?", ["JSON", "HttpClient", ".NET 8"]),
        ("de", "Können Sie die UTF-8-Datei und die C#-Klasse öffnen, z.B. heute?", ["UTF-8", "C#"]),
        ("de", "Warum kommt meine E-Mail-Adresse nicht an?", []),
        ("de", "Klicken Sie auf „Alles löschen“ oder »Nicht jetzt«.", ["„Alles löschen“", "»Nicht jetzt«"]),
        ("fr", "Y a-t-il un moyen d'accéder à Excel 365 ?", ["Excel 365"]),
        ("es", "¿Cómo leo y escribo un archivo `a b`?", ["`a b`"]),
        ("es", "Hola, ¿Por qué HttpClient no funciona?", ["HttpClient"]),
        ("ru", "Как в Python читать файл с помощью asyncio?", ["Python", "asyncio"]),
        ("ko", "HttpClient를 사용하여 파일을 읽는 방법은?", ["HttpClient"]),
        ("hi", "मैं Python में फ़ाइल कैसे पढ़ूँ? यह सही है।", ["Python"]),
        ("th", "อ่านไฟล์ด้วยPython3อย่างไร", ["Python3"]),
        ("ar", "كيف أقرأ الملف في Python؟", ["Python"]),
        ("ja", "HttpClientでファイルを読む方法は？", ["HttpClient"]),
        ("zh", "怎么用 async 读取文件？", ["async"]),
    ],
)
def test_names_are_locked_and_words_are_not(language: str, text: str, locked: list[str]) -> None:
    """German nouns, words of one letter and particles are words; Latin words in other scripts are terms."""
    assert [text[start:end] for start, end in spans_in(text, language)] == locked


def test_a_term_of_the_users_own_stays_locked() -> None:
    """As a phrase or a pattern, where the language would have released it."""
    text = "Wie öffne ich die Datei Alpha Beta und den Ordner?"
    assert [text[a:b] for a, b in spans_in(text, "de", ["alpha beta"])] == ["Datei Alpha Beta"]
    assert [text[a:b] for a, b in spans_in(text, "de", [re.compile("Ordner")])] == ["Ordner"]


def test_english_and_chinese_are_locked_as_everywhere() -> None:
    """There :func:`locked_spans` has the say."""
    for language, text in (("en", "How do I open Excel at x - 1?"), ("zh", "怎么打开Excel 2019？")):
        assert spans_in(text, language) == locked_spans(text)


@pytest.mark.parametrize(
    ("text", "is_foreign"),
    [("äöüßéł", False), ("5 µs, Δ", False), ("文", True), ("й", True), ("ｆ", False), ("", False)],
)
def test_letters_of_another_script_are_known(text: str, is_foreign: bool) -> None:
    """Latin letters with signs, and a Greek letter on its own, are none."""
    assert has_foreign_letter(text) is is_foreign
