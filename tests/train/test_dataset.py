from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.train.dataset import check_round_trip, dataset_of, encodings, length_limit, spread
from slmaug.train.encoding import IGNORED, ChatTokens, chat_tokens
from slmaug.train.example import Example
from slmaug.train.tiny import small_tokenizer

pytest.importorskip("datasets")


@pytest.fixture(scope="module")
def chat() -> ChatTokens:
    return chat_tokens(small_tokenizer(["How do I read a file?", "Use open and read it."], 400))


def test_no_row_is_ever_cut(chat: ChatTokens) -> None:
    """A row of more tokens than the limit is left out whole or kept whole, by choice, and counted."""
    long = Example("Why?", "So it is. " * 50, place="out.jsonl:2")
    rows = [Example("Why?", "So."), Example("How so?", "So it is. " * 50), long]
    short = Example("Why not?", long.completion.removesuffix(" "))
    with pytest.raises(SlmaugError, match="more than the 40 a row may have, and so has every row of this answer"):
        encodings(rows, chat, 40)
    kept = encodings(rows, chat, 40, keep_long=True)
    assert [each.completion for each in kept.examples] == [each.completion for each in rows]
    assert kept.longest == max(len(chat.encoded(each).input_ids) for each in rows)
    refused = encodings([*rows[:1], Example("Why is that so " * 20, "So.", place="out.jsonl:9")], chat, 40).refused
    assert [each.place for each in refused] == ["out.jsonl:9"]
    assert short.completion


def test_a_tokenizer_that_changes_an_answer_is_an_error(chat: ChatTokens) -> None:
    """An answer that no sequence of tokens spells is named with its place and the sign that is lost."""
    with pytest.raises(
        SlmaugError, match=r"out.jsonl:7: the model's tokenizer gives ' b' back for '.b' at character 2"
    ):
        check_round_trip([Example("?", "a\u2581b", place="out.jsonl:7")], chat)


def test_the_dataset_holds_ids_and_labels(chat: ChatTokens) -> None:
    """TRL gets input_ids and labels, equal but for the prompt, which is ignored."""
    encoded = chat.encoded(Example("Why?", "So."))
    row = dataset_of([encoded])[0]
    assert row["input_ids"] == encoded.input_ids
    assert row["labels"][: encoded.prompt_length] == [IGNORED] * encoded.prompt_length
    assert row["labels"][encoded.prompt_length :] == encoded.input_ids[encoded.prompt_length :]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(0, 70), st.integers(0, 3))
def test_a_sample_is_spread_over_the_answers(answers: list[int], count: int, random_seed: int) -> None:
    """Answers differ by one at most in how often they are drawn, unless they have no more rows; the order stays."""
    rows = [Example(str(place), str(answer)) for place, answer in enumerate(answers)]
    drawn = spread(rows, count, random_seed)
    assert len(drawn) == min(count, len(rows))
    assert [int(each.question) for each in drawn] == sorted(int(each.question) for each in drawn)
    there, got = Counter(answers), Counter(int(each.completion) for each in drawn)
    most = max((got[each] for each in there), default=0)
    assert all(got[each] >= min(most - 1, there[each]) for each in there)
    assert spread(rows, count, random_seed) == drawn


def test_longrope_limits_a_row_to_the_positions_before_its_switch() -> None:
    """A row of Phi-3.5 may have 4096 tokens, not the 131072 positions, for above it the rope factors change."""
    from transformers import Phi3Config

    factors = {"type": "longrope", "short_factor": [1.0] * 48, "long_factor": [2.0] * 48}
    sizes = {"max_position_embeddings": 131072, "original_max_position_embeddings": 4096}
    assert length_limit(Phi3Config(**sizes, rope_scaling=factors)) == 4096
    assert length_limit(Phi3Config(max_position_embeddings=2048, original_max_position_embeddings=2048)) == 2048
