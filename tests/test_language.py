"""The language of a question, from its prose."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.language import detect_language


@pytest.mark.parametrize(
    ("prose", "language"),
    [
        ("How do I read a file?", "en"),
        ("naïve café owners", "en"),
        ("refund", "en"),
        ("", "en"),
        ("12 + 3 ?", "en"),
        ("why does the die casting fail", "en"),
        ("pandas merge on index", "en"),
        ("如何读取文件？", "zh"),
        ("如何用 Python 读取 file", "zh"),
        ("ファイルを読む方法", "other"),
        ("日本語で書くには", "other"),
        ("파일을 어떻게 읽나요?", "other"),
        ("Как прочитать файл?", "other"),
        ("كيف أقرأ ملفا؟", "other"),
        ("Πώς διαβάζω ένα αρχείο;", "other"),
        ("Wie kann ich das lesen?", "other"),
        ("Comment est-ce que je peux lire ce fichier ?", "other"),
        ("¿Cómo puedo leer un archivo?", "other"),
        ("Como posso ler um arquivo?", "other"),
        ("Hoe kan ik een bestand lezen?", "other"),
        ("Jak mogę się zalogować?", "other"),
    ],
)
def test_the_language_is_told_by_script_and_function_words(prose: str, language: str) -> None:
    """English and Chinese are read; every other language is named ``other`` and left to edits that need no grammar."""
    assert detect_language(prose) == language


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_a_language(prose: str) -> None:
    """Whatever characters come in, the answer is one of the three, and the same for capitals."""
    assert detect_language(prose) in ("en", "zh", "other")
