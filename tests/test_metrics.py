from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug import expand
from slmaug.augment import Swap
from slmaug.lookalikes import PERCENT, lookalikes
from slmaug.metrics import LookalikeSeeds, SetMetrics, edits, entropy, percentile, set_metrics
from slmaug.overlap import overlap
from slmaug.question_words import content_words, locks_of, words_of
from slmaug.record import Row, Seed, answer_hash

Words = tuple[str, ...]
SENTENCES = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=9).map(tuple)
QUESTIONS = st.one_of(
    st.lists(st.sampled_from("how do i read the large file C# 12 csv 如何 读取 👍 — ? 'x".split()), max_size=8).map(
        " ".join
    ),
    st.text(max_size=20),
)
SHARES = [name for name, kind in SetMetrics.__annotations__.items() if kind == "float | None" and "_per_" not in name]


def row(question: str, seed_id: int = 0, form: str = "question", answer: str | None = None) -> Row:
    answer = f"answer {seed_id}" if answer is None else answer
    return Row(question, answer, seed_id, form, (), answer_hash(answer))


def measured(seed: str, *variants: str, answer: str = "answer 0") -> SetMetrics:
    """The numbers of one seed with these variants."""
    rows = [row(seed, form="seed", answer=answer), *(row(each, answer=answer) for each in variants)]
    return set_metrics(rows, [Seed(0, seed, answer)])


# --- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How do I read a file?", "how do i read a file"),
        ("What\u2019s a well-known port?", "what's a well-known port"),
        ("Run ls -R in C#, not C", "run ls -R in C# not c"),
        ("用C#读取file.txt", "用 C# 读 取 file.txt"),
        ("ファイルを開く", "フ ァ イ ル を 開 く"),
        ("👍 👍?", "👍 👍"),
        ("—?", "—?"),
        ("", ""),
    ],
)
def test_words(question: str, words: str) -> None:
    """Lower case, without punctuation; a locked span whole and as it is; Chinese and Japanese by characters."""
    assert words_of(question, locks_of(question)) == (tuple(words.split()) or ("",))


def test_a_locked_span_of_several_words_is_one() -> None:
    """Also a term of the user's, and also where another form has put it elsewhere; not inside of another word."""
    locks = locks_of("How do I run `git log -1` in NEBULA SDK?", ["NEBULA SDK"])
    assert words_of("NEBULA SDK: run `git log -1`, NEBULA SDKs", locks) == (
        *("NEBULA SDK", "run", "`git log -1`"),
        *("nebula", "sdks"),
    )


def test_a_thousand_locked_spans() -> None:
    """A log pasted into a question is no trouble."""
    question = " ".join(f"at {place}:{place}" for place in range(1200))
    assert len(words_of(question, locks_of(question))) == 2400


def test_content_words() -> None:
    """Articles, pronouns, auxiliaries, question words and Chinese particles say nothing of the matter."""
    assert content_words(words_of("How can I open the log of this app?")) == ["open", "log", "app"]
    assert content_words(words_of("请问怎么读取文件呢")) == ["读", "取", "文", "件"]


# --- distinct n-grams and self-BLEU ------------------------------------------------------------------------------


def test_distinct() -> None:
    """Different n-grams over all, of the whole set: a b a b and a b are 2 of 6 words, 2 of 4 pairs, 2 of 2 triples."""
    found = overlap([[("a", "b", "a", "b")], [("a", "b")]])
    assert found.distinct == (2 / 6, 2 / 4, 2 / 2, 1 / 1)
    assert found.self_bleu is None


def test_self_bleu_by_hand() -> None:
    """Five words of which four agree: precisions 4/5, 3/4, 2/3 and 1/2, whose geometric mean is 0.2 ** (1/4)."""
    assert overlap([[tuple("abcde"), tuple("abcdf")]]).self_bleu == pytest.approx(0.2**0.25)


def test_self_bleu_of_repeated_words_is_clipped() -> None:
    """a a a a against a a b: two of four words count; none of the triples is found, so a tenth of one counts."""
    found = overlap([[tuple("aaaa"), tuple("aab")]])
    first = exp((log(2 / 4) + log(1 / 3) + log(0.1 / 2) + log(0.1 / 1)) / 4)
    second = exp(1 - 4 / 3) * exp((log(2 / 3) + log(1 / 2) + log(0.1 / 1)) / 3)
    assert found.self_bleu == pytest.approx((first + second) / 2)


def test_self_bleu_stays_within_a_seed() -> None:
    """The same question under two seeds does not count, under one seed it does."""
    assert overlap([[tuple("abcd"), tuple("efgh")], [tuple("abcd"), tuple("efgh")]]).self_bleu == 0
    assert overlap([[tuple("abcd")] * 3]).self_bleu == 1


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=4, max_size=9).map(tuple), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_self_bleu_is_nltks(questions: list[Words]) -> None:
    """The same as NLTK's sentence_bleu with its first smoothing, which Texygen calls."""
    bleu = pytest.importorskip("nltk.translate.bleu_score")
    smooth = bleu.SmoothingFunction().method1
    scores = [
        bleu.sentence_bleu([*questions[:place], *questions[place + 1 :]], words, smoothing_function=smooth)
        for place, words in enumerate(questions)
    ]
    assert overlap([questions]).self_bleu == pytest.approx(sum(scores) / len(scores))


# --- distance and new words --------------------------------------------------------------------------------------


def plain_edits(one: Words, other: Words) -> int:
    """Levenshtein's distance from the whole table."""
    column = list(range(len(one) + 1))
    for word in other:
        left = column
        column = [left[0] + 1]
        for place, own in enumerate(one):
            column.append(min(left[place + 1] + 1, column[place] + 1, left[place] + (own != word)))
    return column[-1]


@given(
    st.lists(st.sampled_from("abc"), max_size=70).map(tuple), st.lists(st.sampled_from("abc"), max_size=70).map(tuple)
)
@settings(max_examples=150, deadline=None)
def test_edit_distance_is_that_of_the_table(one: Words, other: Words) -> None:
    """The bit vectors give what the table gives, whichever comes first."""
    assert edits(one, other) == edits(other, one) == plain_edits(one, other)


def test_distance_to_the_seed() -> None:
    """A swap changes no word and costs two edits of five; another verb is one of five words on either side."""
    assert measured("how to read a file", "how read to a file").words_changed == 0
    assert measured("how to read a file", "how read to a file").edit_distance == 0.4
    found = measured("how to read a file", "how to open a file", "how to read a file")
    assert (found.words_changed, found.edit_distance) == (0.1, 0.1)


def test_a_locked_span_is_one_word_of_a_distance() -> None:
    """Three words of which one is the whole call."""
    assert measured("use shutil.rmtree(a, b) here", "shutil.rmtree(a, b) here").edit_distance == 0.333


def test_new_words() -> None:
    """Of read, file, open, document, please, one in two is new; of those, one stands in the answer."""
    found = measured("How do I read a file?", "how to read the file", "please open my document", answer="Open it.")
    assert (found.new_words, found.new_words_from_answer) == (0.5, 0.5)
    assert found.new_words_own is None


@pytest.mark.parametrize("same", ["files", "fiel", "FILE", "reading", "raed"])
def test_an_inflection_or_misspelling_is_not_new(same: str) -> None:
    """What is left is a form of a word that the seed has."""
    assert measured("How do I read a file?", f"how to {same}").new_words == 0


@pytest.mark.parametrize("other", ["find", "export", "mode"])
def test_another_word_is_new(other: str) -> None:
    """A few letters in common are not enough."""
    assert measured("How do I import a file or a node?", f"how to {other}").new_words == 1


def test_words_on_the_matter() -> None:
    """What is new at more than a quarter of the seeds goes with any question; the rest are words of a seed's own."""
    verbs = ("open", "close", "pay", "lock", "sell")
    other = ("unseal", "shut", "settle", "secure", "trade")
    seeds = [Seed(place, f"How do I {verb} it?", f"answer {place}") for place, verb in enumerate(verbs)]
    rows = [row(f"thanks, how do I {word} it", place) for place, word in enumerate(other)]
    found = set_metrics(rows, seeds)
    assert (found.new_words, found.new_words_own, found.own_words_per_seed) == (1, 0.5, 1)


# --- forms, lengths ----------------------------------------------------------------------------------------------


def test_form_balance() -> None:
    """Two forms as frequent are balanced; the seed with one of them only is the worst; its own row is no form."""
    seeds = [Seed(0, "one", "1"), Seed(1, "two", "2")]
    rows = [row("a", 0, "seed"), row("b", 0, "x"), row("c", 0, "y"), row("d", 1, "x"), row("e", 1, "y")]
    found = set_metrics(rows, seeds)
    assert (found.form_balance, found.form_balance_worst, found.effective_forms) == (1, 1, 2)
    found = set_metrics([*rows[:3], rows[3], row("e", 1, "x")], seeds)
    assert found.form_balance == round((0.75 * log(4 / 3) + 0.25 * log(4)) / log(2), 3)
    assert found.form_balance_worst == 0


def test_a_single_form_has_no_balance() -> None:
    """0, since there is no variety of forms at all."""
    found = measured("How?", "How so?", "How now?")
    assert (found.form_balance, found.form_balance_worst, found.effective_forms) == (0, 0, 1)


def test_entropy_and_percentiles() -> None:
    """Four as frequent have the logarithm of 4; a percentile is a value that is there (nearest rank)."""
    assert entropy([5, 5, 5, 5]) == pytest.approx(log(4))
    assert [percentile(range(1, 101), percent) for percent in (5, 50, 95)] == [5, 50, 95]
    assert [percentile([7], percent) for percent in (5, 50, 95)] == [7, 7, 7]
    assert percentile([], 50) is None


# --- lookalikes --------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 4), st.frozensets(st.sampled_from("abcdefghijk"), min_size=1)), max_size=25),
    st.integers(1, 5),
)
@settings(max_examples=150, deadline=None)
def test_no_lookalike_is_missed(questions: list[tuple[int, frozenset[str]]], answers: int) -> None:
    """The same as comparing all pairs."""
    answer = {seed_id: str(seed_id % answers) for seed_id in range(5)}
    expected: Counter[tuple[int, int]] = Counter()
    for place, (one, left) in enumerate(questions):
        for other, right in questions[:place]:
            if answer[one] != answer[other] and 100 * len(left & right) >= PERCENT * len(left | right):
                expected[min(one, other), max(one, other)] += 1
    assert lookalikes(questions, answer) == expected


def test_lookalikes_of_a_set() -> None:
    """Questions of two seeds that only function words tell apart, unless their answers are the same."""
    seeds = [
        Seed(0, "Open the file to disk", "a"),
        Seed(1, "Open a file from disk", "b"),
        Seed(2, "Open file, disk", "a"),
    ]
    rows = [row(seed.question, seed.id, "seed", seed.answer) for seed in seeds]
    found = set_metrics(rows, seeds)
    assert found.lookalike_pairs == 2
    assert found.lookalike_seeds == (LookalikeSeeds((0, 1), 1), LookalikeSeeds((1, 2), 1))


def test_pleasantries_make_no_lookalikes() -> None:
    """What goes with any question is left out: these have six words of seven in common."""
    things = ("door", "window", "garden", "cellar")
    seeds = [Seed(place, f"Open the {thing}", str(place)) for place, thing in enumerate(things)]
    polite = "hello friend, sorry, quick question, thanks, appreciated: open the"
    found = set_metrics(
        [row(f"{polite} {seed.question.split()[-1]}", seed.id, answer=seed.answer) for seed in seeds], seeds
    )
    assert found.lookalike_pairs == 0


# --- the whole ---------------------------------------------------------------------------------------------------


def rows_of(questions: Sequence[tuple[int, str, str]]) -> list[Row]:
    return [row(question, seed_id, form) for seed_id, form, question in questions]


SEEDS = [Seed(place, f"How do I read file {place} in C#?", f"answer {place}") for place in range(5)]
SETS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["seed", "swap", "polite"]), QUESTIONS), max_size=12)


@given(SETS, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_any_set_in_any_order(questions: list[tuple[int, str, str]], rng: random.Random) -> None:
    """Every share lies between 0 and 1, the order of rows and seeds does not matter, and JSON holds it all."""
    rows = rows_of(questions)
    found = set_metrics(rows, SEEDS)
    for name in SHARES:
        value = getattr(found, name)
        if name != "effective_forms" and value is not None:
            assert 0 <= value <= 1, name
    assert found.distinct_word_bags <= found.rows == len(rows)
    mixed, seeds = rows.copy(), SEEDS.copy()
    rng.shuffle(mixed)
    rng.shuffle(seeds)
    assert set_metrics(mixed, seeds) == found
    assert json.loads(json.dumps(asdict(found), allow_nan=False)) == json.loads(json.dumps(asdict(found)))


def test_an_empty_set() -> None:
    """Nothing to count, and no number made up."""
    found = asdict(set_metrics([], []))
    assert {name for name, value in found.items() if value is not None} == {
        *("rows", "distinct_questions", "distinct_word_bags", "lookalike_pairs", "lookalike_seeds")
    }
    assert not any(found.values())


def test_one_row() -> None:
    """A seed alone has words and no variants."""
    found = measured("How do I read a file?")
    assert (found.rows, found.distinct_1, found.distinct_3, found.words_50) == (1, 1, 1, 6)
    assert found.self_bleu is found.words_changed is found.new_words is found.form_balance is None


def test_a_row_without_its_seed() -> None:
    """It is an error that names the seed."""
    with pytest.raises(ValueError, match="seed 7 has rows but is not among the 5 seeds"):
        set_metrics([row("How?", 7)], SEEDS)


def test_of_rows() -> None:
    """Rows measure themselves once, with the terms that were protected; a part of them is measured as a part."""
    seeds = [("How do I log in to the order book?", "So."), ("Where does Nebula-X9 keep logs?", "Here.")]
    rows = expand(seeds, n=8, recipe=Swap(), cot="none", protect=["order book", "x"])
    assert rows.metrics() is rows.metrics()
    assert rows.metrics() == set_metrics(rows.rows, rows.seeds, ["order book", "x"])
    assert rows.metrics() != set_metrics(rows.rows, rows.seeds)
    assert rows[:2].metrics().rows == 2


def test_protected_patterns_count() -> None:
    """A pattern comes back from the report with its flags."""
    import re

    pattern = re.compile("order form", re.IGNORECASE)
    rows = expand([("Where is the Order Form kept now?", "So.")], n=3, recipe=Swap(), cot="none", protect=[pattern])
    assert rows.metrics() == set_metrics(rows.rows, rows.seeds, [pattern])
    assert rows.metrics().words_50 == 6


def test_plain_copies_and_real_variety() -> None:
    """Copies score worst where the numbers say how varied a set is, and the default recipe scores better."""
    seeds = [("How do I open a large file in Python?", "open()"), ("Where is the log of the build kept?", "In logs.")]
    good = expand(seeds, n=60, cot="none").metrics()
    copies = [row(question, place, "copy", answer) for place, (question, answer) in enumerate(seeds) for _ in range(30)]
    bad = set_metrics(copies, [Seed(place, *pair) for place, pair in enumerate(seeds)])
    assert (bad.self_bleu, bad.words_changed, bad.new_words, bad.form_balance) == (1, 0, 0, 0)
    assert good.self_bleu is not None
    assert good.distinct_2 is not None
    assert bad.distinct_2 is not None
    assert good.self_bleu < 0.95
    assert good.distinct_2 > bad.distinct_2
