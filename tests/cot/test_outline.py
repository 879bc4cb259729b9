"""The offline outline: it states only what stands in the answer, in words that vary and facts that do not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.cot.answer_lock import ANALYSIS, ANSWER, CODE_SAMPLE, answer_of, preface
from slmaug.cot.answer_parts import parts_of
from slmaug.cot.outline import Outline
from slmaug.record import Seed
from slmaug.rng import Random, generators
from slmaug.sentences import sentences

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [
    Seed(number, *sample.split("\n", 1))
    for number, sample in enumerate(
        re.split(r"^=== ", (Path(__file__).parent / "answers.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    )
]
TITLES = ("Define Purpose", "Code Structure", "Data Handling")
CHINESE_TITLES = ("明确目的", "代码结构", "数据处理")
_NAMES = re.compile(r"`([^`]+)`")


def written(question: str, answer: str, count: int = 1) -> list[str]:
    analysis = Outline()([Seed(0, question, answer)]).by_seed[0]
    return [analysis.write(rng) for rng in generators(5, 0, count)]


def check(seed: Seed, outline: str) -> None:
    """What must hold for an answer with code."""
    strange = [name for name in _NAMES.findall(outline) if name not in seed.answer and name not in seed.question]
    assert strange == []
    lines = outline.split("\n")
    titles = re.findall(r"^(\d)\. \*\*(.+?)\*\*", outline, flags=re.MULTILINE)
    assert len(lines) == 3
    assert [number for number, _ in titles] == ["1", "2", "3"]
    assert tuple(title for _, title in titles) in (TITLES, CHINESE_TITLES)
    assert not re.search(r"^\s*(?:```|~~~)", outline, flags=re.MULTILINE)
    assert "given answer" not in outline
    assert "{" not in re.sub(r"`[^`]*`", "", outline.split("\n", 1)[1])  # no template left open


@pytest.mark.parametrize("seed", SAMPLES, ids=lambda seed: seed.question[:40])
def test_every_name_occurs_in_the_answer(seed: Seed) -> None:
    """On answers in Python, C#, JavaScript, TypeScript, SQL, Java, Go and Bash, in many wordings."""
    for outline in written(seed.question, seed.answer, 20):
        check(seed, outline)
        assert len(re.sub(r"`[^`]*`", "x", outline).split()) <= 130


def test_there_are_thirty_samples_in_seven_languages() -> None:
    """The sample answers are as many and as varied as they should be."""
    languages = {part.language for seed in SAMPLES for part in parts_of(seed.answer) if part.kind == "code"}
    assert len(SAMPLES) >= 30
    assert languages >= {"python", "csharp", "javascript", "typescript", "sql", "java", "go", "bash"}


@pytest.mark.parametrize("seed", SAMPLES, ids=lambda seed: seed.question[:40])
def test_words_vary_and_facts_do_not(seed: Seed) -> None:
    """Of 60 draws at least 20 differ, and all name the same things."""
    outlines = written(seed.question, seed.answer, 60)
    assert len(set(outlines)) >= 20
    assert len({frozenset(_NAMES.findall(outline)) for outline in outlines}) == 1


def test_what_it_says_of_a_controller() -> None:
    """Attributes, bases, members, parameters, the order of calls, awaits and results are all there."""
    seed = next(seed for seed in SAMPLES if "ASP.NET" in seed.question)
    outline = written(seed.question, seed.answer)[0]
    for name in ("[Authorize]", '[HttpGet("{id}")]', "ControllerBase", "_store", "store", "order is null"):
        assert f"`{name}`" in outline
    assert outline.index("`_store.FindAsync(id)`") < outline.index("`NotFound()`") < outline.index("`Ok(order)`")
    assert re.search(r"await\w* [^.]*`_store\.FindAsync\(id\)`", outline)


def test_errors_and_what_follows_them() -> None:
    """What is tried, caught and thrown is said as such."""
    answer = "```cs\ntry { A(); } catch (IOException e) { throw new B(e); } finally { C(); }\n```"
    text = written("How?", answer)[0].split("\n")[2]
    parts = ("try", "`a()`", "`ioexception`", "`b(e)`", "finally", "`c()`")
    places = [text.lower().index(part) for part in parts]
    assert places == sorted(places)


def test_a_loop_within_a_condition() -> None:
    """Conditions that stand directly within each other open one sentence."""
    text = written("How?", "```py\nfor x in xs:\n    if x > 1:\n        f(x)\n```")[0].split("\n")[2]
    assert re.search(r"`xs`.*`x > 1`.*`f\(x\)`", text)
    assert text.count(".") == 2  # "3." and the full stop


def test_long_code_is_summed_up_with_a_right_count() -> None:
    """The calls that are named and the number that is not add up to all of them."""
    code = "\n".join(f"if c{n}:\n    call{n}(1)" for n in range(40))
    text = written("How?", f"```python\n{code}\n```")[0]
    named = len(set(re.findall(r"`call\d+\(1\)`", text)))
    more = re.search(r"(\d+) more calls are not listed here", text)
    assert more is not None
    assert named + int(more[1]) == 40


def test_syntax_errors() -> None:
    """What lies outside of an error is still told, and nothing inside of it."""
    answer = "```python\nimport os\n\ndef good(a):\n    return a\n\ndef bad(((:\n    x = = 3\n\nprint(os.sep)\n```"
    outline = written("How?", answer)[0]
    assert "`good`" in outline
    assert "`os`" in outline
    check(Seed(0, "How?", answer), outline)


def test_several_blocks_are_named_in_order() -> None:
    """Each by its number and its language."""
    answer = 'Set it:\n```json\n{"Retries": 5}\n```\nThen read it:\n```py\nprint(load()["Retries"])\n```\n'
    text = written("How?", answer)[0]
    assert re.search(r"Block 1 \w+ JSON\..*`Retries`.*Block 2 \w+ Python\.", text)


@pytest.mark.parametrize("language", ["yaml", "xml", "powershell", "docker", "rust", "cpp", "zig", "", "text"])
def test_languages_without_a_grammar(language: str) -> None:
    """Pygments or the bare lines give the three steps as well."""
    answer = f"```{language}\nfn main() {{ let total = compute(1); }}\n# note\nname: value\n```"
    check(Seed(0, "How?", answer), written("How?", answer)[0])


# --- prose ---


def test_prose_becomes_its_own_steps() -> None:
    """Each sentence is a step, word for word, under a label that says what it is."""
    answer = "Block the card under Card > Lost. If it was stolen, tell the police. Never share your PIN. It is free."
    lines = written("What now?", answer)[0].split("\n")
    assert [line.split(": ", 1)[1] for line in lines[1:]] == sentences(answer)
    labels = [re.findall(r"\*\*(.+)\*\*", line)[0] for line in lines[1:]]
    assert labels[0] in ("Action", "What to Do", "Do This")
    assert labels[1] in ("Condition", "Case", "Check the Case")
    assert labels[2] in ("Caution", "Important", "Mind This")
    assert labels[3] in ("Fact", "Detail", "Note")


@pytest.mark.parametrize("answer", ["NaN", "42", "Yes.", "在设置里修改。", "Use open()."])
def test_short_answers(answer: str) -> None:
    """A word or a sentence is one step behind the purpose."""
    lines = written("What is it?", answer)[0].split("\n")
    assert len(lines) == 2
    assert lines[1].endswith(answer)


def test_a_long_answer_has_at_most_eight_steps() -> None:
    """Sentences are joined and none is left out."""
    answer = " ".join(f"Sentence {n} says something." for n in range(31))
    lines = written("What?", answer)[0].split("\n")
    assert len(lines) == 8
    assert " ".join(line.split(": ", 1)[1] for line in lines[1:]) == answer


def test_headings_and_bold_words_are_labels() -> None:
    """They stand over a step and are none of their own."""
    answer = "# Order\nOpen it.\n\n**Pay.** Enter the code. Press **Go**.\n\n**注意**：好。\n"
    lines = written("What?", answer)[0].split("\n")
    assert lines[1:] == ["2. **Order**: Open it.", "3. **Pay**: Enter the code. Press **Go**.", "4. **注意**: 好。"]


def test_lists_of_words_and_tables_share_a_step() -> None:
    """Behind the words that introduce them."""
    lines = written("What?", "Pack this:\n- Water\n- Shoes\n\nGo early.")[0].split("\n")
    assert lines[1].endswith(": Pack this: Water; Shoes.")
    table = "We have:\n\n| Plan | Price | Users |\n|---|---|---|\n| Free | 0 | 1 |\n| Team | 9 | |\n"
    assert written("What?", table)[0].split("\n")[1].endswith(": We have: Free (Price: 0, Users: 1); Team (Price: 9).")


def test_a_chinese_question_has_a_chinese_outline() -> None:
    """With "auto", and with the language set in the settings whatever the question."""
    seed = Seed(0, "如何读取文件？", "```py\nprint(open(path).read())\n```")
    assert Outline()([seed]).by_seed[0].write(Random(1)).startswith("1. **明确目的**：")
    assert Outline("en")([seed]).by_seed[0].write(Random(1)).startswith("1. **Define Purpose**: ")
    english = Seed(0, "How?", seed.answer)
    assert "**代码结构**" in Outline("zh")([english]).by_seed[0].write(Random(1))


@pytest.mark.parametrize(
    "sentence", ["You do not need to pay anything.", "You can pay without a fee.", "It cannot be seen.", "\U0001f44d"]
)
def test_a_neutral_label_when_in_doubt(sentence: str) -> None:
    """A caution is what warns; the label never is "Answer"."""
    for outline in written("What?", sentence, 20):
        [label] = re.findall(r"^2\. \*\*(.+?)\*\*", outline, re.MULTILINE)
        assert label in ("Fact", "Detail", "Note", "Reply", "Result")


def test_only_sentences_in_the_language_of_the_outline_open_it() -> None:
    """What the answer opens with is left out in another language."""
    code = "\n```py\nprint(1)\n```"
    german = "Das ist der Code und er ist gut."
    for language, opening in (("en", "先读取文件。"), ("zh", "Read it first."), ("en", german)):
        seed = Seed(0, "How?", opening + code)
        assert opening not in Outline(language)([seed]).by_seed[0].write(Random(1))  # type: ignore[arg-type]


def test_a_sentence_that_points_back_is_introduced() -> None:
    """So that "this" is not the question."""
    outline = written("How?", "This prints it.\n```py\nprint(1)\n```")[0]
    assert re.search(r"\?\" (?:The answer|In short): This prints it\. ", outline)


@pytest.mark.parametrize("answer", ["```\n```", "~~~py\n~~~\n", "```python\n```\nText after.", "a ``` b"])
def test_no_fence_in_a_step(answer: str) -> None:
    """An empty block is left out; signs in a sentence are, too."""
    outline = written("What?", answer)[0]
    assert "```" not in outline
    assert "~~~" not in outline
    assert ("Text after." in outline) == ("Text after." in answer)


def test_an_analysis_in_the_answer_is_not_quoted() -> None:
    """Neither its lines nor its steps; of an answer in words what stands behind it is told."""
    steps = "**Step-by-Step Analysis:**\n1. **Define Purpose**: It greets.\n\n"
    for answer in (f"{steps}**Code Sample**:\n```py\nprint(1)\n```", f"{steps}**Answer**:\nUse it. Then go."):
        outline = written("How?", answer)[0]
        assert "It greets" not in outline
        assert not any(line.strip("*:") in outline for line in (ANALYSIS, CODE_SAMPLE, ANSWER))
    assert outline.endswith(": Then go.")


def test_a_long_answer_is_not_taken_over_whole() -> None:
    """The first sentences of each part, about 180 words, whether it is cut into sentences, items or nothing at all."""
    for answer in (
        "\n\n".join(f"Part {n} says one thing. It has more to say." for n in range(1500)),
        "word, " * 9000,
        "很长的话，" * 9000,
        "- **A.** " + "One two three four. " * 3000,
    ):
        outline = written("What?", answer)[0]
        assert len(outline.split()) < 230
        assert len(outline) < 1800
        assert outline.count("\n") >= 1


def test_chinese_details() -> None:
    """Names of languages in Chinese, one pair of brackets, and no semicolon at the end."""
    outlines = written("如何？", "```diff\n- a\n```", 9) + written(
        "如何？", "```java\n@S\nclass A extends B { }\n```", 9
    )
    assert not any("format" in outline or "）（" in outline for outline in outlines)
    assert written("如何？", "准备：\n- 水；\n- 鞋；\n")[0].endswith("准备：水；鞋。")


# --- arbitrary answers ---

_NAME = st.sampled_from("alpha beta gamma delta load_all SaveItem item2 x größe 变量".split())
_CALL = st.builds("{}({})".format, _NAME, _NAME)
_TEMPLATES = {
    "python": [
        "{0} = {1}",
        "from {1} import {0}",
        "for {0} in {1}:\n    {2}",
        "if {0}:\n    {2}\nelse:\n    {0} = {1}",
        "class {0}({1}):\n    def {1}(self, {0}):\n        return {2}",
        "async def {0}({1}):\n    return await {2}",
        "try:\n    {2}\nexcept {0} as {1}:\n    raise",
        "with {2} as {0}:\n    {2}",
        "@{0}\ndef {1}():\n    yield {2}",
        "print([{2} for {0} in {1} if {0} > 1], f'{{{0}}}')",
    ],
    "csharp": [
        "var {0} = {2};",
        "using {0}.{1};",
        "foreach (var {0} in {1}) {{ {2}; }}",
        "[{0}] public class {1} : {0} {{ public async Task<{0}> {0}(int {1}) => await {2}; int {1} {{ get; }} = 1; }}",
        "try {{ {2}; }} catch ({0} e) {{ throw new {1}(e); }} finally {{ {2}; }}",
        "var {0} = {1}\n    .Where(a => a.{0})\n    .{2};",
        "using (var {0} = new {1}()) {{ {0}.{2}; }}",
    ],
    "javascript": [
        "const {0} = await {2};",
        "import {{ {0} }} from '{1}';",
        "for (const {0} of {1}) {{ {2}; }}",
        "class {0} extends {1} {{ async {0}({1}) {{ return {2}; }} }}",
        "{1}.{0}(({0}) => {{ {2}; }});",
        "const {1} = `a${{{2}}}`;",
        "try {{ {2}; }} catch ({0}) {{ throw {0}; }}",
    ],
    "sql": [
        "SELECT {0}, {2} FROM {1} WHERE {0} = 1 ORDER BY {0};",
        "INSERT INTO {0} ({1}) VALUES ('x');",
        "UPDATE {0} SET {1} = 2 WHERE {1} IN (SELECT {0} FROM {1});",
        "CREATE TABLE {0} ({1} INT PRIMARY KEY, `{0}` TEXT);",
        "DELETE FROM {0} WHERE {1} > 3;",
    ],
    "bash": [
        "{0}={1}",
        "find {0} -name '*.{1}' -exec rm {{}} \\; | xargs -0 {1} > {0}.txt 2>&1",
        "for {0} in *.{1}; do echo \"${0}\" >> log; done",
        "if [ -f {0} ]; then {1} -x; else exit 1; fi",
        "{0} --{1} \"$({1} -v `date`)\" || exit 2",
        "{0}() {{ local {1}=$1; return 0; }}",
    ],
}  # fmt: skip


def _program(language: str) -> st.SearchStrategy[str]:
    statement = st.builds(str.format, st.sampled_from(_TEMPLATES[language]), _NAME, _NAME, _CALL)
    return st.lists(statement, min_size=1, max_size=12).map("\n".join)


@pytest.mark.parametrize("language", sorted(_TEMPLATES))
def test_names_of_arbitrary_programs_occur_in_them(language: str) -> None:
    """Whatever stands in the code, every name in the outline stands in the answer, too."""

    @settings(max_examples=60, deadline=None)
    @given(_program(language), st.integers(0, 2**32))
    def holds(code: str, key: int) -> None:
        seed = Seed(0, "How?", f"```{language}\n{code}\n```\n")
        check(seed, Outline()([seed]).by_seed[0].write(Random(key)))

    holds()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_names_of_cut_up_code_occur_in_it(sample: Seed, data: st.DataObject) -> None:
    """Code that is cut anywhere, or has any signs put in, is no harm."""
    part = next(part for part in parts_of(sample.answer) if part.kind == "code")
    start = data.draw(st.integers(0, len(part.code)))
    end = data.draw(st.integers(start, len(part.code)))
    middle = data.draw(st.one_of(st.just(""), st.text(alphabet="(){}[]`'\";:.\n\\$| é\ud800", max_size=5)))
    code = part.code[start:end] + middle + part.code[end:][:40]
    seed = Seed(0, "How?", f"~~~~~~{part.language}\n{code}x\n~~~~~~\n")
    check(seed, Outline()([seed]).by_seed[0].write(Random(data.draw(st.integers(0, 99)))))


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), st.integers(0, 2**32))
def test_any_text_has_steps(question: str, answer: str, key: int) -> None:
    """Never an exception, always numbered steps, and the answer is found again behind them."""
    steps = Outline()([Seed(0, question, answer)]).by_seed[0].write(Random(key))
    assert re.match(r"1\. \*\*.+\*\*[:：]", steps)
    numbers = re.findall(r"^(\d)\. \*\*", steps, flags=re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert answer_of(preface(steps, has_code=True) + answer) == answer


_PIECES = st.sampled_from(
    [
        *(ANALYSIS, CODE_SAMPLE, ANSWER),
        *("# Answer", "**Answer**: Yes", "- **Answer**:", "1. **Answer**:", "**Code Sample**: x"),
        *("```", "```py", "~~~", "````md", "print(1)", "ls | wc", "| a | b |\n|---|---|\n| 1 | 2 |", "## Title"),
        *("- item", "1. **Define Purpose**: It greets.", "\U0001f44d", "Words.", "一句话。", "", "**", "a:"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=9), st.lists(_PIECES, max_size=3), st.sampled_from("\n \n\n \r\n \u2028".split(" ")))
def test_no_step_holds_a_marker_line(answer: list[str], question: list[str], between: str) -> None:
    """Whatever fences, markers, tables and headings an answer is made of: no line, and no text behind a label."""
    text = between.join(answer)
    steps = Outline()([Seed(0, between.join(question), text)]).by_seed[0].write(Random(1))
    for line in steps.splitlines():
        said = re.sub(r"^\d\. \*\*.+?\*\*[:：]\s*", "", line)
        assert not {line.strip(), said.strip()} & {ANALYSIS, CODE_SAMPLE, ANSWER}
        assert not line.lstrip().startswith(("```", "~~~"))
    for has_code in (True, False):
        assert answer_of(preface(steps, has_code=has_code) + text) == text


def test_deep_nesting() -> None:
    """Thousands of brackets within each other do not break the reading."""
    chain = "if (a) { b(); } " + "else if (c) { d(); } " * 2000
    for code in (
        chain,
        "f" + "()" * 3000,
        "a" + ".b(c)" * 3000,
        "x = await " * 2000,
        "(" * 5000 + "x" + ")" * 5000,
        "f(" * 3000 + "x" + ")" * 3000,
        "if x:\n" * 3000,
        "{" * 4000,
    ):
        for language in ("python", "csharp", "javascript", "bash", "sql", "json", "go", "java"):
            assert written("How?", f"```{language}\n{code}\n```")


# --- the object ---


def test_a_language_that_does_not_exist() -> None:
    """The error names the setting and the choices."""
    with pytest.raises(ValueError, match="language must be one of auto, en, zh, got 'de'"):
        Outline("de")  # type: ignore[arg-type]


def test_the_repr_can_be_typed_back_in() -> None:
    """As the manifest records it."""
    assert repr(Outline("zh")) == "Outline(language='zh')"
    assert eval(repr(Outline("zh"))) == Outline("zh")


def test_hash_seeds_change_nothing() -> None:
    """The same text in processes with different hash seeds."""
    script = (
        "from slmaug.cot.outline import Outline; from slmaug.record import Seed; from slmaug.rng import Random;"
        "a = '```docker\\nFROM x\\nRUN y z\\n```\\n```py\\nfrom a import b, c\\nd = {b(1), c(2)}\\n```';"
        "print([Outline()([Seed(0, 'How?', a)]).by_seed[0].write(Random(i)) for i in range(9)])"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for number in ("1", "2")
    }
    assert len(texts) == 1


def test_importing_it_loads_no_grammar() -> None:
    """tree-sitter and Pygments come in with the first code."""
    script = (
        "import sys, slmaug.cot.outline;"
        "print([name for name in sys.modules if name.startswith(('tree_sitter', 'pygments'))])"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
