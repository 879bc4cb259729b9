from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("matplotlib", reason="the page has curves")

from slmaug.errors import SlmaugError
from slmaug.train.example import Example
from slmaug.train.generation import Reply
from slmaug.train.page import headline, marked, page, write_page
from slmaug.train.scoring import Evaluation, Scored, judge

MANIFEST: dict[str, Any] = {
    "slmaug": "0.4.0",
    "model": {"base": "microsoft/Phi-3.5-mini-instruct", "parameters": 7, "trained_parameters": 7, "made_here": False},
    "recipe": "full",
    "settings": {"learning_rate": 1e-05},
    "lora": None,
    "data": {"name": "out.jsonl", "sha256": "ab", "rows": 3000},
    "versions": {"trl": "1.16.0"},
    "machine": {"device": "cpu", "cores": 2, "memory_gib": 24},
    "memory": None,
    "training": {"steps": 4, "epochs": 1.0, "best_step": 2, "best_accuracy": 0.5, "seconds": 3, "stopped_early": False},
    "evaluation": {},
}
HISTORY = [{"step": 2, "epoch": 0.5, "loss": 2.0}, {"step": 2, "epoch": 0.5, "eval_loss": 1.9, "eval_accuracy": 0.5}]
VOID = {"meta", "img", "br"}


def scored(question: str, expected: str, got: str, *, stopped: bool = True, place: str = "q.csv:2") -> Scored:
    reply = Reply(got, stopped, 5)
    return Scored(Example(question, expected, place=place), (reply,), (judge(reply, expected),))


RIGHT = scored("How?", "So.", "So.")
WRONG = scored("Where is the log?", "It is in `logs/`.", "It is in `tmp/`.")


class Outline(HTMLParser):
    """The tags that are open at the end, every tag with its attributes, and the text outside <style>."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marks: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if self.open[-1:] != ["style"] else ""
        if "mark" in self.open:
            self.marks[-1] += data


# --- what differs


@pytest.mark.parametrize(
    ("expected", "got", "lacks", "wrong"),
    [
        ("It is in `logs/`.", "It is in `tmp/`.", ["logs"], ["tmp"]),
        ("one two three", "one three", ["two "], []),
        ("a big red car here", "a small blue car here", ["big red"], ["small blue"]),
        ("if x:\n    y", "if x:\n  y", ["····"], ["··"]),
        ("a\nb", "ab", ["a\nb"], ["ab"]),
        ("same", "same", [], []),
        ("said", "", ["said"], []),
        ("线程池", "线程", ["线程池"], ["线程"]),
    ],
)
def test_what_differs_is_marked(expected: str, got: str, lacks: list[str], wrong: list[str]) -> None:
    """Words are marked whole, neighbours together, and white space that differs is shown."""
    left, right = marked(expected, got)
    assert (Outline(left).marks, Outline(right).marks) == (lacks, wrong)


@given(st.text("ab \n<&\"'.如\t", max_size=40), st.text("ab \n<&\"'.如\t", max_size=40))
def test_no_text_is_lost(expected: str, got: str) -> None:
    """Both texts come through whole, but for white space shown as signs; equal ones have no marks."""
    left, right = marked(expected, got)
    for text, shown in ((expected, left), (got, right)):
        plain = Outline(shown).text.replace("·", " ").replace("→", "\t").replace("↵", "")
        assert plain == text
    assert ("<mark" in left + right) == (expected != got)


# --- the page


def test_the_page_stands_alone() -> None:
    """Nothing is loaded from elsewhere and no script runs; every tag is closed, and the picture is inside."""
    text = page("full", MANIFEST, HISTORY, [Evaluation("held_out", (RIGHT, WRONG))], [("<|user|>", False)])
    found = Outline(text)
    assert found.open == []
    names = [tag for tag, _ in found.tags]
    assert not {"script", "link", "iframe", "object"} & set(names)
    assert not re.search(r"https?://|url\(|@import|\bon\w+=", text)
    sources = [attributes["src"] for _, attributes in found.tags if "src" in attributes]
    assert len(sources) == 1
    assert base64.b64decode(str(sources[0]).removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert all(attributes.get("alt") for tag, attributes in found.tags if tag == "img")
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text


@given(st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_any_text_is_text(one: str, other: str, stopped: bool) -> None:
    """Questions, answers, places, names and settings that look like HTML, or cannot be encoded, stay text."""
    bad = f"<script>{one}</script>\ud800\x00&amp;"
    wrong = scored(bad, one + "<b>", other + "</pre>", stopped=stopped, place=bad)
    manifest = MANIFEST | {"recipe": bad, "settings": {bad: bad}, "data": {bad: other}}
    text = page(bad, manifest, [], [Evaluation(bad, (wrong,))], [(bad, True)])
    found = Outline(text.encode("utf-8", "backslashreplace").decode())
    assert found.open == []
    assert "script" not in [tag for tag, _ in found.tags]


def test_the_headline_is_about_real_questions() -> None:
    """Real questions before held-out ones, those before training questions; the share is of right answers."""
    training, held_out = Evaluation("training", (RIGHT,)), Evaluation("held_out", (RIGHT, WRONG))
    real = Evaluation("real.csv", (RIGHT, WRONG, WRONG))
    assert headline([training, held_out, real]) is real
    assert headline([training, held_out]) is held_out
    assert headline([training]) is training
    assert headline([]) is None
    text = Outline(page("full", MANIFEST, [], [training, held_out, real])).text
    assert "33.3 %of 3 real questions (real.csv) answered right" in text
    assert "100.0 % of 1 training questions" in text


def test_wrong_answers_stand_beside_the_expected_ones() -> None:
    """Each with its question, its place and what is the matter with it; right ones are not shown."""
    endless = scored("Who?", "Ada.", "Ada.", stopped=False)
    other = scored("When?", "At 8.", "So.")
    case = scored("Why?", "Because.", "because")
    text = page("full", MANIFEST, [], [Evaluation("real.csv", (RIGHT, WRONG, endless, other, case))])
    found = Outline(text)
    assert [tag for tag, _ in found.tags].count("article") == 4
    assert {"logs", "tmp"} <= set(found.marks)
    for note in (
        "did not end by itself",
        "the answer to “How?”",
        "right but for case, white space and punctuation",
        "Where is the log?q.csv:2",
    ):
        assert note in found.text


def test_only_the_first_wrong_answers_are_shown() -> None:
    """A page of many wrong answers says how many there are and where all of them stand."""
    text = Outline(page("full", MANIFEST, [], [Evaluation("held_out", (WRONG,) * 40)])).text
    assert "25 of the 40 wrong ones of 40; wrong_answers.csv has all" in text


def test_all_right_is_said() -> None:
    """Where nothing is wrong, the page says so, and there are no weakest answers."""
    text = Outline(page("full", MANIFEST, [], [Evaluation("held_out", (RIGHT,))])).text
    assert "None: all 1 are right." in text
    assert "Weakest" not in text


def test_the_answers_of_an_analysis_are_compared_without_it() -> None:
    """An analysis in front of an answer is no difference."""
    completion = "**Step-by-Step Analysis:**\n1. **Define Purpose**: x\n\n**Answer**:\nIt is in `tmp/`."
    wrong = scored("Where?", "It is in `logs/`.", completion)
    found = Outline(page("full", MANIFEST, [], [Evaluation("held_out", (wrong,))]))
    assert "Define Purpose" not in found.text
    assert {"logs", "tmp"} <= set(found.marks)


def test_the_row_shows_what_is_trained() -> None:
    """The trained pieces of the preflight row are marked, the others not."""
    pieces = [("<|user|>\nHow?<|end|>\n<|assistant|>\n", False), ("So.<|end|>", True)]
    found = Outline(page("full", MANIFEST, [], [], pieces))
    assert "So.<|end|>" in found.marks
    assert "<|user|>\nHow?<|end|>" in found.text


def test_a_run_without_questions_has_a_page() -> None:
    """With nothing logged and nothing asked the page says so, and has the settings."""
    text = Outline(page("full", MANIFEST, [], [])).text
    assert "No questions were asked." in text
    assert "learning_rate" in text


def test_the_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    """It is UTF-8, and a place that cannot be written is one line."""
    write_page(tmp_path / "report.html", MANIFEST, HISTORY, [Evaluation("held_out", (scored("如何？", "用", "不"),))])
    assert "如何？" in (tmp_path / "report.html").read_text("utf-8")
    with pytest.raises(SlmaugError, match="no folder"):
        write_page(tmp_path / "no" / "report.html", MANIFEST, [], [])
