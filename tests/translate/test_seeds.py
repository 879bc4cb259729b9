"""Seeds become seeds of one language: fields by their own language, code byte for byte, nothing half."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.cot.answer_parts import parts_of
from slmaug.cot.rewriter import Reject
from slmaug.errors import SlmaugError
from slmaug.record import Seed
from slmaug.rng import Random, stream_key
from slmaug.text import Text
from slmaug.translate.masking import STYLES
from slmaug.translate.seeds import TranslatedSeeds, translated_seeds
from slmaug.translate.translator import GREEDY, Decoding, Translator

PAIR = Path(__file__).parents[1] / "data" / "marian"


@dataclass(frozen=True)
class ByRule:
    """A translator that makes one translation of each sentence by a function, and remembers what it was asked."""

    rule: Callable[[str], str]
    pairs: tuple[str, ...] = ("zh-en", "de-en")
    calls: list[tuple[str, list[str]]] = field(default_factory=list, compare=False, repr=False)
    checked: list[str] = field(default_factory=list, compare=False, repr=False)
    alone: bool = True

    def check(self, source: str, target: str) -> None:
        self.checked.append(f"{source}-{target}")
        if f"{source}-{target}" not in self.pairs:
            raise SlmaugError(f"no model for {source}-{target}")

    def identity(self, source: str, target: str) -> str:
        return repr(self.rule)

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        self.calls.append((source, list(texts)))
        return [(self.rule(text),) if text else () for text in texts]


WORDS = {
    "怎么打开文件？": "How do I open the file?",
    "怎么打开X1？": "How do I open X1?",
    "如何开启文件？": "How do I open a file?",
    "怎样打开文件？": "How do I open the file?",
    "点击打开。": "Click Open.",
    "不要等X1天。": "Do not wait X1 days.",
    "等三天。": "Wait three days.",
    "使用X1。": "Use X1.",
    "读取": "Read",
    "Wie öffne ich die große Datei?": "How do I open the large file?",
}


def glossary(text: str) -> str:
    """What the dictionary has; a sentence that is not in it comes back empty."""
    return WORDS.get(text, "")


def tongue(text: str) -> str | None:
    """Chinese by its signs, German by its letters; "??" cannot be told."""
    if re.search("[\u4e00-\u9fff]", text):
        return "zh"
    return "de" if re.search("[äöüß]", text) else None if "??" in text else "en"


def run(
    *pairs: tuple[str, str], translator: Translator | None = None, **options: object
) -> tuple[list[tuple[str, str]], TranslatedSeeds]:
    seeds = [Seed(at + 5, question, answer, f"s.csv:{at + 2}") for at, (question, answer) in enumerate(pairs)]
    engine = ByRule(glossary) if translator is None else translator
    result = translated_seeds(seeds, engine, tongue=tongue, **options)  # type: ignore[arg-type]
    assert [(seed.id, seed.place) for seed in result.seeds] == [(seed.id, seed.place) for seed in seeds]
    return [(seed.question, seed.answer) for seed in result.seeds], result


CODE = "```python\nx = '打开'  # 读取\n```\n"


def test_questions_and_prose_become_english_and_code_stays() -> None:
    """Ids and places stay, the notes count fields by language, and nothing is turned down."""
    pairs, result = run(("怎么打开`a.txt`？", f"点击打开。不要等3天。\r\n\r\n{CODE}\n使用[pip](https://a.b/c)。"))
    assert pairs == [
        ("How do I open `a.txt`?", f"Click Open. Do not wait 3 days.\r\n\r\n{CODE}\nUse [pip](https://a.b/c).")
    ]
    assert result.rejects == ()
    assert result.notes == {
        "target": "en",
        "translated": {"zh": 2},
        "in_target": 0,
        "without_words": 0,
        "untold": [],
        "kept": [],
        "kept_by_reason": {},
        "emphasis_lost": 0,
    }


def test_each_field_goes_by_its_own_language() -> None:
    """English stays byte for byte beside Chinese and German, and so does what is only code or cannot be told."""
    pairs, result = run(
        ("How do I open  it?", "点击打开。"),
        ("Wie öffne ich die große Datei?", CODE),
        ("怎么打开文件？", "Click??"),
        ("How?", "`x`\n"),
    )
    assert pairs == [
        ("How do I open  it?", "Click Open."),
        ("How do I open the large file?", CODE),
        ("How do I open the file?", "Click??"),
        ("How?", "`x`\n"),
    ]
    assert result.notes["translated"] == {"de": 1, "zh": 2}
    assert (result.notes["in_target"], result.notes["without_words"]) == (2, 2)
    assert result.notes["untold"] == ["s.csv:4: answer"]


def test_a_sentence_in_another_script_is_found_within_english() -> None:
    """It alone is translated; a word that is only talked about is none, and English within Chinese stays."""

    def by_share(text: str) -> str | None:
        signs = len(re.findall("[\u4e00-\u9fff]", text))
        return "zh" if 4 * signs > len(re.findall("[A-Za-z]", text)) else "en"

    english = "Open the page and wait until it is there.  See 你好 in the corner."
    seeds = [
        Seed(0, "What does 你好 mean?", f"{english} 点击打开。"),
        Seed(1, "点击打开。", "点击打开。Say 你好 to them."),
    ]
    engine = ByRule(glossary)
    result = translated_seeds(seeds, engine, tongue=by_share)
    assert [(seed.question, seed.answer) for seed in result.seeds] == [
        ("What does 你好 mean?", f"{english} Click Open."),
        ("Click Open.", "Click Open. Say 你好 to them."),
    ]
    assert engine.calls == [("zh", ["点击打开。"])]


def test_where_all_is_in_the_language_nothing_is_asked() -> None:
    """No pair is checked and nothing translated for English, bare code, blank fields and no seeds at all."""
    engine = ByRule(glossary, pairs=())
    for pairs in ([], [("How?", "Like this: `打开`.")], [("a", "def f():\n    return '打开'\n")], [("??", "")]):
        assert run(*pairs, translator=engine)[0] == pairs
    assert (engine.calls, engine.checked) == ([], [])


def test_all_sentences_of_a_language_go_in_one_call() -> None:
    """Each once, from whichever field; the second call is for those alone that lost a placeholder."""

    def losing(text: str) -> str:
        return text.replace("使用X1。", "Use it.").replace("使用Q1Q。", "Use Q1Q.").replace("点击打开。", "Click Open.")

    engine = ByRule(losing)
    pairs, _ = run(("点击打开。", "使用`a`。"), ("使用`b`。点击打开。", "点击打开。"), translator=engine)
    assert engine.calls == [("zh", ["点击打开。", "使用X1。"]), ("zh", ["使用Q1Q。"])]
    assert pairs[1] == ("Use `b`. Click Open.", "Click Open.")


def test_every_pair_is_checked_before_anything_is_translated() -> None:
    """So that a missing model does not turn up after an hour."""
    engine = ByRule(glossary, pairs=("de-en",))
    with pytest.raises(SlmaugError, match="zh-en"):
        run(("Wie öffne ich die große Datei?", "点击打开。"), translator=engine)
    assert (engine.checked, engine.calls) == (["de-en", "zh-en"], [])


def test_a_field_is_translated_whole_or_not_at_all() -> None:
    """One sentence that is lost keeps the answer as it was; question and notes and rejects tell the rest."""
    pairs, result = run(("怎么打开文件？", "点击打开。另一句。"))
    assert pairs == [("How do I open the file?", "点击打开。另一句。")]
    assert result.rejects == (Reject(5, "s.csv:2", "translation", "an empty translation: answer", ""),)
    assert result.notes["kept"] == ["s.csv:2: answer"]
    assert result.notes["kept_by_reason"] == {"an empty translation": 1}
    assert result.notes["translated"] == {"zh": 1}


@pytest.mark.parametrize(
    ("translation", "reason"),
    [
        ("Wait X1 days.", "the negation is lost: question"),
        ("Do not wait X1 of three hundred days.", "other numbers: question: 300 added"),
        ("Do not wait days.", "a locked span was lost: question: 3"),
        ("Do not wait X1 X1 days.", "a locked span was doubled: question: 3"),
        ("Do not 等 X1 days.", "words of another script were left: question: 等"),
        ("不要等X1天。", "came back as it was: question"),
        ("Do not wait X1 days" + ", never" * 40, "too long: question: "),
    ],
)
def test_what_says_something_else_is_not_taken(translation: str, reason: str) -> None:
    """The field stays, and the reject holds the reason, the field and what the translator wrote."""
    pairs, result = run(("不要等3天。", ""), translator=ByRule(lambda text: translation))
    assert pairs == [("不要等3天。", "")]
    (reject,) = result.rejects
    assert reject.reason.startswith(reason)
    assert reject.text == translation


def test_of_several_candidates_the_first_good_one_is_taken() -> None:
    """The likeliest that passes every check."""

    class Several(ByRule):
        def translate(
            self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
        ) -> list[tuple[str, ...]]:
            found = ("Wait X1 days.", "Do not wait X1 days.", "Never wait X1 days.")
            return [found[: decoding.candidates]] * len(texts)

    assert run(("不要等3天。", ""), translator=Several(glossary))[0] == [("Do not wait 3 days.", "")]


def test_a_capital_and_the_mark_at_the_end_stay() -> None:
    """A model that begins in small letters, or puts a full stop behind a heading, is put right."""
    engine = ByRule(lambda text: "open the file.")
    assert run(("Datei öffnen", "Größe:"), translator=engine)[0] == [("Open the file", "Open the file:")]


def test_a_translator_that_leaves_the_language_is_noticed() -> None:
    """Latin letters alone do not make it English."""
    pairs, result = run(("Wie öffne ich die große Datei?", ""), translator=ByRule(lambda text: f"{text} Ähm"))
    assert pairs[0][0] == "Wie öffne ich die große Datei?"
    assert result.notes["kept_by_reason"] == {"still in the source language": 1}


def test_two_questions_that_become_one_are_kept_apart() -> None:
    """The second stays in its own language, whether the first was translated or English from the start."""
    pairs, result = run(
        ("怎么打开文件？", "a"), ("怎样打开文件？", "b"), ("how do I open a file", "c"), ("如何开启文件？", "d")
    )
    assert [question for question, _ in pairs] == [
        "How do I open the file?",
        "怎样打开文件？",
        "how do I open a file",
        "如何开启文件？",
    ]
    assert [reject.reason for reject in result.rejects] == [
        "another seed's question: question: s.csv:2",
        "another seed's question: question: s.csv:4",
    ]
    assert result.notes["kept_by_reason"] == {"another seed's question": 2}


def test_the_source_language_may_be_given() -> None:
    """It holds for every field that is not in the target language, and for those whose language cannot be told."""
    engine = ByRule(lambda text: "Click here.", pairs=("nl-en",))
    pairs, result = run(("Klik hier??", "How?"), ("怎么打开文件？", ""), translator=engine, source="nl")
    assert pairs[0] == ("Click here.", "How?")
    assert engine.checked == ["nl-en"]
    assert result.notes["untold"] == []


def test_comments_are_translated_on_request() -> None:
    """And counted; a block that cannot be read is counted, and one that cannot be changed for sure is turned down."""
    yaml, other = "```yaml\na: 1  # 读取\n```\n", "```klingon\n# 读取\n```\n"
    answers = ("Read it:\n" + CODE, CODE + yaml + other)
    pairs, result = run(*(("How?", answer) for answer in answers), comments=True)
    done = CODE.replace("# 读取", "# Read")
    assert pairs == [("How?", "Read it:\n" + done), ("How?", done + yaml + other)]
    assert result.notes["comments"] == {
        "blocks": 2,
        "kept_by_reason": {"comments that cannot be told from yaml for sure": 1},
        "unread": {"klingon": 1},
    }
    assert [reject.reason for reject in result.rejects] == ["comments that cannot be told from yaml for sure: comments"]
    assert run(*(("How?", answer) for answer in answers))[0] == [("How?", answer) for answer in answers]


def test_a_comment_that_fails_keeps_its_block_only() -> None:
    """Prose and the other blocks are translated all the same."""
    odd = "```python\n# 写入\n# 读取\n```\n"
    pairs, result = run(("怎么打开文件？", f"点击打开。\n\n{odd}\n{CODE}"), comments=True)
    assert pairs[0][1] == f"Click Open.\n\n{odd}\n{CODE.replace('# 读取', '# Read')}"
    assert [reject.reason for reject in result.rejects] == ["an empty translation: comments"]
    assert result.notes["kept"] == []


def test_own_terms_travel_locked() -> None:
    """As in questions everywhere."""
    engine = ByRule(lambda text: "Use X1.")
    assert run(("使用星云。", ""), translator=engine, protect=["星云"])[0] == [("Use 星云.", "")]
    assert engine.calls == [("zh", ["使用X1。"])]


def test_a_command_in_a_question_is_no_code() -> None:
    """"git stash" with a Chinese question behind it parses as bash, and is a question."""
    engine = ByRule(lambda text: "How do I use X1 X2?")
    assert run(("git stash 怎么用", ""), translator=engine)[0] == [("How do I use git stash?", "")]


def test_progress_adds_up_to_the_sentences() -> None:
    """However many rounds they take."""
    told: list[int] = []
    run(("使用`a`。", "点击打开。另一句`b`。"), progress=told.append)
    assert sum(told) == 3


SENTENCES = ["Die große Datei öffnen", "für `a  b` und HttpClient", "um 5 Uhr, z.B. für C:\\x", "**Übung** *schön*"]
BLOCKS = ["```python\nx = 1  # größer\n```\n", "~~~\n  öffnen\n~~~\n", "```\n", "````md\n```\nä\n```\n````\n"]
MARKS = ["", "- ", "> ", "1. ", "# ", "    ", "| ä | "]
prose = st.tuples(st.sampled_from(MARKS), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3)).map(
    lambda each: each[0] + ". ".join(each[1]) + ".\n"
)
answers = st.lists(st.one_of(prose, st.sampled_from(["\n", "\r\n", "für\n", *BLOCKS])), max_size=8).map("".join)


def code_of(answer: str) -> list[str]:
    return [part.raw for part in parts_of(answer) if part.kind == "code"]


@settings(deadline=None, max_examples=60)
@given(answers, st.text(alphabet="ab ä`~\n#\r.", max_size=30))
def test_code_stays_byte_for_byte(answer: str, code: str) -> None:
    """Arbitrary code, fenced between arbitrary prose, under a translator that changes every word."""
    whole = f"{answer}\n```x\n{code}\n```\n{answer}"
    pairs, _ = run((answer, whole), translator=ByRule(str.upper))
    assert code_of(pairs[0][1]) == code_of(whole)


@settings(deadline=None, max_examples=60)
@given(answers, answers)
def test_what_is_translated_into_itself_is_byte_for_byte_the_same(question: str, answer: str) -> None:
    """Nothing is normalised by the way, and every such field counts as kept."""
    pairs, result = run((question, answer), translator=ByRule(lambda text: text), comments=True)
    assert pairs == [(question, answer)]
    assert result.notes["translated"] == {}


@settings(deadline=None, max_examples=60)
@given(answers)
def test_locked_spans_come_through_whole(answer: str) -> None:
    """A translator that changes every letter it sees does not see them."""
    pairs, result = run(("", answer), translator=ByRule(str.upper))
    assert result.rejects == () or result.notes["kept_by_reason"]
    new = pairs[0][1]
    for span in ("`a  b`", "HttpClient", "C:\\x"):
        outside = "".join(part.raw for part in parts_of(answer) if part.kind == "prose")
        assert new.count(span) == answer.count(span), (span, outside)


@settings(deadline=None, max_examples=60)
@given(answers, st.integers(0, 1000))
def test_lost_and_doubled_placeholders_never_come_through(answer: str, number: int) -> None:
    """Whatever a translator does to them, a field holds each of its spans as often as before, or is as it was."""

    def careless(text: str) -> str:
        rng = Random(stream_key(number, text))

        def odd(match: re.Match[str]) -> str:
            return rng.choice(["", match.group(), match.group(), match.group() * 2, f"{match.group()}9", " "])

        styles = "|".join(re.escape(style).replace(r"\{\}", r"\d+") for style in STYLES)
        return re.sub(styles, odd, text.upper())

    pairs, result = run(("", answer), translator=ByRule(careless))
    new = pairs[0][1]
    for span in ("`a  b`", "HttpClient", "C:\\x", "5"):
        assert new.count(span) == answer.count(span)
    assert new == answer or not result.rejects
    assert run(("", answer), translator=ByRule(careless))[0] == pairs


def test_equal_input_gives_equal_output() -> None:
    """Seeds, notes and rejects, in the same order; and the order of the seeds changes no translation."""
    german = "Wie öffne ich die große Datei?"
    pairs = [("怎么打开文件？", "点击打开。"), ("使用`a`。", "另一句。"), (german, "等三天。")]
    first, second = run(*pairs)[1], run(*pairs)[1]
    assert first == second
    turned = run(*reversed(pairs))[0]
    assert turned[::-1] == [(seed.question, seed.answer) for seed in first.seeds]


def test_the_question_is_parsed_as_ever_afterwards() -> None:
    """What was locked in the Chinese question is locked in the English one."""
    pairs, _ = run(("怎么打开`a.txt`？", ""))
    assert Text.parse(pairs[0][0]).locked == ["`a.txt`"]


def test_a_real_model_brings_german_seeds_into_english() -> None:
    """The tiny pair: questions with names in them, an answer with code, and one that is English already."""
    if not (PAIR / "opus-mt-de-en").is_dir():
        pytest.skip("no tiny pair in tests/data")
    for package in ("torch", "transformers", "py3langid"):
        pytest.importorskip(package, reason="translates, and tells the language")
    from slmaug.translate import Marian

    block = "```python\nprint('Warum?')  # größer\n```\n"
    seeds = [
        Seed(0, "Worin unterscheidet sich `a.txt` von HttpClient?", f"Ist dieser alte Benutzer gesperrt?\n\n{block}"),
        Seed(1, "Wann kann ich meine Kennwörter wechseln?", "Is this old user blocked?"),
        Seed(2, "Warum ist C:\\x langsam?", block),
    ]
    result = translated_seeds(seeds, Marian(models=PAIR, device="cpu"))
    assert (result.rejects, result.notes["translated"], result.notes["in_target"]) == ((), {"de": 4}, 1)
    first, second, third = result.seeds
    assert set(Text.parse(first.question).locked) == {"`a.txt`", "HttpClient"}
    assert first.answer.endswith(f"?\n\n{block}")
    assert "user" in first.answer
    assert "password" in second.question
    assert (second.answer, third.answer) == (seeds[1].answer, block)
    assert "C:\\x" in third.question


def test_the_default_tells_languages_by_itself() -> None:
    """With no function of the caller's."""
    pytest.importorskip("py3langid", reason="tells languages in Latin script apart")
    seed = Seed(0, "怎么打开文件？", "Click on the button and wait until it is done.")
    result = translated_seeds([seed], ByRule(glossary))
    assert result.seeds == (replace(seed, question="How do I open the file?"),)
    assert (result.notes["translated"], result.notes["in_target"]) == ({"zh": 1}, 1)
