import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.train.encoding import IGNORED, ChatTokens, chat_tokens
from slmaug.train.example import Example
from slmaug.train.tiny import STOPS, small_tokenizer

TEXTS = ("How do I read a file?", "Use open:\n\n```python\nwith open(path) as file:\n    print(file.read())\n```")


@pytest.fixture(scope="module")
def chat() -> ChatTokens:
    pytest.importorskip("transformers")
    tokenizer = small_tokenizer(TEXTS, 600)
    return chat_tokens(tokenizer, [tokenizer.convert_tokens_to_ids(each) for each in STOPS])


def named(chat: ChatTokens, name: str) -> int:
    return chat.tokenizer.convert_tokens_to_ids(name)


def test_the_token_that_ends_a_turn_is_trained(chat: ChatTokens) -> None:
    """The last label of an example is <|end|>, and every label before the completion is ignored."""
    encoded = chat.encoded(Example(*TEXTS))
    assert encoded.labels[-1] == named(chat, "<|end|>")
    assert set(encoded.labels[: encoded.prompt_length]) == {IGNORED}
    assert encoded.labels[encoded.prompt_length :] == encoded.input_ids[encoded.prompt_length :]


def test_the_prompt_of_training_is_the_prompt_of_asking(chat: ChatTokens) -> None:
    """An example begins with exactly the ids that a question is asked with, the assistant's opening included."""
    example = Example("Why?", "So.", system="Be brief.")
    encoded = chat.encoded(example)
    assert encoded.input_ids[: encoded.prompt_length] == chat.prompt_ids(example.prompt)
    assert encoded.input_ids[encoded.prompt_length - 1] == named(chat, "<|assistant|>")


def test_every_stop_token_of_the_model_ends_an_answer(chat: ChatTokens) -> None:
    """Generation ends at <|end|>, <|assistant|> and <|endoftext|>, as Phi-3.5's own settings say."""
    assert set(chat.stops) == {named(chat, each) for each in STOPS}
    ids = chat.completion_ids("So.")[:-1]
    for stop in STOPS:
        assert chat.text_of([*ids, named(chat, stop), *ids]) == "So."


def test_indentation_behind_the_assistant_token_is_kept(chat: ChatTokens) -> None:
    """An answer that starts with indented code keeps its first spaces, which <|assistant|> strips in one go."""
    code = "    return 1\n"
    assert chat.text_of(chat.completion_ids(code)) == code
    together = chat.tokenizer("<|assistant|>\n" + code, add_special_tokens=False)["input_ids"]
    assert chat.tokenizer.decode(together[1:]) != code, "the danger that this guards against is gone"


@given(st.text(st.characters(exclude_characters="\u2581", exclude_categories=["Cs"]), max_size=60))
@settings(deadline=None)
def test_any_completion_comes_out_as_it_went_in(chat: ChatTokens, completion: str) -> None:
    """Decoding the ids of a completion gives its text back, whatever it holds, names of special tokens included."""
    assert chat.text_of(chat.completion_ids(completion)) == completion
    spoken = f"{completion}<|end|>{completion}<s>"
    assert chat.text_of(chat.completion_ids(spoken)) == spoken


def test_special_tokens_in_an_answer_are_text(chat: ChatTokens) -> None:
    """An answer that speaks of <|end|> holds that token once, where it ends."""
    assert chat.completion_ids("Write <|end|> last.").count(named(chat, "<|end|>")) == 1


def test_no_chat_template_is_an_error(chat: ChatTokens) -> None:
    """A tokenizer without chat template is refused with what is expected."""
    tokenizer = small_tokenizer(TEXTS, 600)
    tokenizer.chat_template = None
    with pytest.raises(SlmaugError, match="no chat template; expected an instruct or chat model"):
        chat_tokens(tokenizer, (), "runs/x")


def test_a_template_that_writes_in_front_of_the_answer_is_an_error(chat: ChatTokens) -> None:
    """Where training would hold text that no generation does, the template is refused and the text is shown."""
    tokenizer = small_tokenizer(TEXTS, 600)
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m.role }}|>\n{% if m.role == 'assistant' %}<think></think>{% endif %}"
        "{{ m.content }}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
    )
    with pytest.raises(SlmaugError, match="<think></think>"):
        chat_tokens(tokenizer)


def test_a_template_without_an_end_gets_the_tokenizers_end(chat: ChatTokens) -> None:
    """Where the template leaves the end to whoever trains, the tokenizer's eos token is trained."""
    tokenizer = small_tokenizer(TEXTS, 600)
    tokenizer.chat_template = "{% for m in messages %}{{ m.content }}\n{% endfor %}"
    found = chat_tokens(tokenizer)
    assert found.end == (tokenizer.eos_token_id,)
    assert found.completion_ids("So.")[-1] == tokenizer.eos_token_id


def test_what_a_template_writes_before_the_end_is_trained_and_not_shown(chat: ChatTokens) -> None:
    """A template that puts a line break before the end token has it in training, and answers come without it."""
    tokenizer = small_tokenizer(TEXTS, 600)
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }} \n<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
    )
    found = chat_tokens(tokenizer)
    assert len(found.end) > 1
    assert found.text_of(found.completion_ids("So.")) == "So."
