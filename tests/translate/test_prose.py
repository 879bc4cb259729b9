"""Prose on its way through a translation: Markdown stays, words are handed over, whole sentences at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.translate.asking import Way
from slmaug.translate.prose import Prose, prose_in

ZH, DE = Way("zh", "en"), Way("de", "en")


def told(text: str, way: Way = ZH, **said: str) -> str:
    """The text with these translations; what is not among them stays."""
    return prose_in(text, way).told(said, way)[0]


def upper(text: str, way: Way = DE) -> str:
    """With every sentence in capitals, names and code, too: only what stands around them can stay."""
    prose = prose_in(text, way)
    return prose.told({each: each.upper() for each in [*prose.needed, *prose.helpful]}, way)[0]


def sentences(text: str, way: Way = DE) -> list[str]:
    return prose_in(text, way).needed


MARKDOWN = [
    "# Titel\n",
    "Titel\n=====\n",
    "- eins\n- zwei\n  * drei\n    1) vier\n",
    "- [ ] offen\n- [X] fertig\n",
    "> Zitat\n>> tiefer\n",
    "| Name | Wert |\n|:---|---:|\n| eins | zwei |\n",
    "Name | Wert\n--- | ---\neins | zwei\n",
    "Ein Satz.  Noch einer.\r\n\r\nDritter\tSatz!\r",
    "**fett** und *kursiv* und ~~weg~~ und __auch__ und ***beides***.",
    "Siehe [die Hilfe](https://a.b/c_(d) \"Titel\"), ![Bild](b.png) und [dort][1].\n\n[1]: https://a.b/x\n",
    "Code `a ** b ** c` und <https://a.b/*c*d> und $x^2$.",
    "Zeile eins  \nZeile zwei\\\nZeile drei",
    "---\n***\n\n   \n\t\n",
    "Ein Absatz, der breiter ist als die Hälfte einer Seite und\nweiter geht, bis er endet. Dann\nnoch ein Satz.\n",
    "**注意**：不要删除。\n1、安装\n一、概述\n（二）第二\n①第三\n\u3000\u3000首先，打开。然后关闭！",
    "2 * 3 * 4 = 24, *args, **kwargs, a*b*c, snake_case_name, __init__",
    "",
]


@pytest.mark.parametrize("text", MARKDOWN)
@pytest.mark.parametrize("way", [ZH, DE], ids=["zh", "de"])
def test_without_a_translation_the_text_is_what_it_was(text: str, way: Way) -> None:
    """Character for character, line ends and all."""
    assert prose_in(text, way).told({}, way) == (text, 0)


@given(
    st.lists(
        st.sampled_from(
            [*"*_`[]()<>|#-+. \n\r\t1a中。：、~!>\\\"'", "**", "```", "](", "https://a.b", "  \n", "\r\n", "步骤"]
        ),
        max_size=40,
    ).map("".join)
)
def test_any_text_comes_through_untranslated(text: str) -> None:
    """However its marks are mixed up; and with each sentence translated into itself."""
    for way in (ZH, DE):
        prose = prose_in(text, way)
        assert prose.told({}, way) == (text, 0)
        assert prose.told({each: each for each in [*prose.needed, *prose.helpful]}, way) == (text, 0)


@pytest.mark.parametrize("text", MARKDOWN[:9])
def test_only_words_change(text: str) -> None:
    """With words in capitals the text is the text in capitals: marks, spaces and line ends stay where they were."""
    assert upper(text) == text.upper()


def test_code_addresses_and_definitions_stay() -> None:
    """The target of a link, and the line that defines one, byte for byte; its text and an image's are translated."""
    text = "Siehe [die hilfe](https://a.b/c_(d)), ![ein bild](b.png).\n\n[eins]: https://a.b/x\n"
    assert upper(text) != text
    assert told(text, DE, **{"die hilfe": "the help", "ein bild": "an image"}) == (
        "Siehe [the help](https://a.b/c_(d)), ![an image](b.png).\n\n[eins]: https://a.b/x\n"
    )


def test_sentences_are_handed_over_one_by_one_and_whole() -> None:
    """A paragraph that is wrapped is one; a locked span with a full stop in it is not cut, nor is a link."""
    assert sentences("Erster Satz. Zweiter Satz mit C:\\a.b c, z.B. hier! Und »Ende. Aus« jetzt.") == [
        "Erster Satz.",
        "Zweiter Satz mit C:\\a.b c, z.B. hier!",
        "Und »Ende. Aus« jetzt.",
    ]
    assert sentences("> ein Satz, der über\n> die Zeile geht. Noch\n> einer.") == [
        "ein Satz, der über die Zeile geht.",
        "Noch einer.",
    ]
    assert sentences("eins\nZwei\n\ndrei") == ["eins", "Zwei", "drei"]
    assert sentences("Siehe [erst. Dann](u) hier. Ende") == ["Siehe [erst. Dann](u) hier.", "erst. Dann", "Ende"]


def test_a_wrapped_sentence_comes_back_on_one_line() -> None:
    """Its own line break is a space; that between two sentences stays."""
    text = "> ein Satz, der über\r\n> die Zeile geht.\r\n> Noch einer."
    assert upper(text) == "> EIN SATZ, DER ÜBER DIE ZEILE GEHT.\r\n> NOCH EINER."


def test_chinese_spacing_and_numbering_follow_the_translation() -> None:
    """Spaces come between sentences, ``1、`` and ``一、`` become ``1.``, a colon behind a label gets its space."""
    said = {"注意": "Note", "不要删除。": "Do not delete.", "真的！": "Really!", "安装": "Install"}
    assert told("**注意**：不要删除。真的！", **said) == "**Note**: Do not delete. Really!"
    assert told("1、安装\r\n十二、安装\n（三）安装\n④安装\n#安装\n3.安装", **said) == (
        "1. Install\r\n12. Install\n(3) Install\n④ Install\n# Install\n3. Install"
    )
    assert told("真的！`a`、`b`。", **said) == "Really! `a`, `b`."


def test_a_line_that_was_not_translated_keeps_its_spacing() -> None:
    """Only where words have changed does anything around them."""
    assert told("1、未来\n2、安装", 安装="Install") == "1、未来\n2. Install"
    assert told("`a`、`b`。") == "`a`、`b`。"


def test_emphasis_goes_where_the_words_went() -> None:
    """The words between the marks are translated on their own, too, and found again in the sentence."""
    said = {"点击保存然后关闭。": "Click save, then close.", "保存": "Save"}
    prose = prose_in("点击**保存**然后关闭。", ZH)
    assert (prose.needed, prose.helpful) == (["点击保存然后关闭。"], ["保存"])
    assert prose.told(said, ZH) == ("Click **save**, then close.", 0)


@pytest.mark.parametrize("words", ["Keep", "e"])
def test_emphasis_that_is_not_found_again_is_left_out_and_counted(words: str) -> None:
    """Better no mark than one around the wrong words; part of a word is no word."""
    said = {"点击保存然后关闭。": "Click save, then close.", "保存": words}
    assert prose_in("点击**保存**然后关闭。", ZH).told(said, ZH) == ("Click save, then close.", 1)


def test_of_equal_words_the_right_one_gets_the_marks() -> None:
    """The second file is the second again; where their numbers differ nothing is guessed."""
    said = {"文件和文件": "file and file", "文件": "file"}
    assert prose_in("文件和**文件**", ZH).told(said, ZH) == ("file and **file**", 0)
    said["文件和文件"] = "file, file and file"
    assert prose_in("文件和**文件**", ZH).told(said, ZH) == ("file, file and file", 1)


def test_a_table_keeps_its_cells() -> None:
    """Each cell is translated by itself, its padding stays, and a bar in code is none of the table's."""
    said = {"名称": "Name", "读取": "Read"}
    table = "| 名称  | `a|b` |\n|---|:-:|\n|  读取 | x \\| y |\n"
    assert told(table, **said) == "| Name  | `a|b` |\n|---|:-:|\n|  Read | x \\| y |\n"


def test_code_without_a_fence_is_left_alone() -> None:
    """Blocks and lines of which the caller says that they are code."""
    text = "Erst das:\n\n    tu was\n\ndann\ntu was\n"
    prose: Prose = prose_in(text, DE, lambda block: block.strip() == "tu was")
    assert prose.needed == ["Erst das:", "dann"]


def test_towards_chinese_spaces_go() -> None:
    """Between two sentences in a language that sets none."""
    way = Way("en", "zh")
    prose = prose_in("Open it. Close it.", way)
    assert prose.told({"Open it.": "打开。", "Close it.": "关闭。"}, way)[0] == "打开。关闭。"
