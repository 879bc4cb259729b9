"""Telling languages apart in short questions that are full of English terms."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.augment.lexicon import default_lexicon
from slmaug.foreign_words import ENGLISH_TOO, WORDS
from slmaug.function_words import FUNCTION_WORDS
from slmaug.translate.tongues import CYRILLIC, LANGUAGES, LATIN, tongue

pytest.importorskip("py3langid")

QUESTIONS = {
    "en": ["How do I read a file with HttpClient?", "git stash not working", "What was changed in version 2.1?"],
    "de": ["Wie lese ich eine Datei mit HttpClient?", "Was ist ein Pull Request?", "Was ist ein Branch?"],
    "fr": ["Qu'est-ce qu'une pull request ?", "Comment annuler un commit ?", "Pourquoi mon build échoue ?"],
    "es": ["¿Cómo hago un merge?", "que es un branch", "El servidor no arranca"],
    "it": ["Che cos'è una pull request?", "Dove sono i log?", "Come faccio un merge?"],
    "pt": ["Como faço git stash?", "O que é um pull request?", "Onde ficam os logs?"],
    "nl": ["Wat is een pull request?", "Hoe werkt een merge?", "Waarom mislukt mijn build?"],
    "sv": ["Vad är en pull request?", "Hur gör jag en merge?", "Var finns loggarna?"],
    "da": ["Hvad er en pull request?", "Hvordan laver man en git stash?", "Hvornår skal man bruge en struct?"],
    "no": ["Hva er en pull request?", "Hvordan gjør jeg en merge?", "Trenger jeg en API key?"],
    "pl": ["Co to jest pull request?", "Jak zrobić git stash?", "Gdzie są logi?"],
    "cs": ["Co je to pull request?", "Proč můj build selhává?", "Kde jsou logy?"],
    "tr": ["Git stash nasıl yapılır?", "Loglar nerede?", "Redis hangi portu kullanır?"],
    "fi": ["Mikä on pull request?", "Missä lokit ovat?", "Miten git stash tehdään?"],
    "hu": ["Mi az a pull request?", "Hol vannak a logok?", "Melyik portot használja a Redis?"],
    "ro": ["Cum fac un git stash?", "Unde sunt logurile?", "Ce înseamnă null în SQL?"],
    "id": ["Apa itu pull request?", "Di mana log disimpan?", "Bagaimana cara membaca file?"],
    "vi": ["Pull request là gì?", "Log nằm ở đâu?", "Cách dùng git stash"],
    "ru": ["Что такое pull request?", "Где лежат логи?", "Как сделать git stash?"],
    "uk": ["Що таке pull request?", "Де лежать логи?", "Як зробити git stash?"],
    "ar": ["كيف أقرأ ملفا باستخدام HttpClient؟"],
    "fa": ["چگونه یک پرونده را بخوانم؟"],
    "ur": ["میں فائل کیسے پڑھوں؟ یہ کہاں ہے"],
    "el": ["Τι είναι το pull request;"],
    "he": ["מה זה pull request?"],
    "hi": ["pull request क्या है?", "लॉग कहाँ हैं?"],
    "th": ["pull request คืออะไร"],
    "ko": ["pull request가 뭐예요?"],
    "ja": ["pull request とは何ですか？", "ログはどこ"],
    "zh": ["什么是 pull request？", "git stash pop 是什么", "怎麼用 git stash？"],
}
NO_ENGLISH = frozenset("acest eller fazer finns hier ons uns".split())
"""What the lexicon takes for inflections that nobody writes ("more hi")."""


@pytest.mark.parametrize("language", QUESTIONS)
def test_short_questions_with_english_terms_are_told(language: str) -> None:
    """The terms are English in all of them; the small words, the letters and the script decide."""
    assert [tongue(question) for question in QUESTIONS[language]] == [language] * len(QUESTIONS[language])


@pytest.mark.parametrize(
    "text",
    ["", " ", "12 + 3 ?", "HttpClient 4.8", "`wie kann ich das`", "Redis", "x", "git stash", "password", "Zoë Müller"],
)
def test_too_little_to_tell_is_told_as_such(text: str) -> None:
    """No words, code, names, or a term that every language has."""
    assert tongue(text) is None


@pytest.mark.parametrize("text", ["What does 你好 mean?", "does it support 中文", "What does привет mean in Russian?"])
def test_a_foreign_word_in_a_sentence_is_not_its_language(text: str) -> None:
    """The sentence around it is."""
    assert tongue(text) == "en"


def test_code_in_prose_does_not_count() -> None:
    """German around a block of English-looking code is German."""
    code = "```python\nfor line in open(path):\n    print(line) # print this line\n```"
    assert tongue(f"So geht es mit einer Schleife:\n\n{code}\n\nDanach ist die Datei gelesen.") == "de"


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from(QUESTIONS["de"])).map(" ".join))
def test_any_text_gets_a_known_language_or_none(text: str) -> None:
    """Whatever comes in; and twice the same."""
    assert tongue(text) in LANGUAGES | {None}
    assert tongue(text) == tongue(text)


def test_the_word_lists_are_lower_case_words_of_languages_that_are_told_apart() -> None:
    """English words among them are marked, so that none of them alone makes an English question foreign."""
    assert set(WORDS) | {"en"} == set(LATIN) | {"ru", "uk"}
    assert {"ru", "uk"} <= set(CYRILLIC)
    lexicon = default_lexicon("en")
    for language, words in WORDS.items():
        assert len(words) > 80
        for word in words:
            assert word == word.lower()
            known = word in FUNCTION_WORDS | ENGLISH_TOO | NO_ENGLISH or len(word) == 1
            assert known or not lexicon.frequency(word), (language, word)


def test_importing_loads_no_model() -> None:
    """The library is imported with the first text that needs it."""
    code = "import sys, slmaug.translate.tongues as t; t.tongue('什么'); sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
