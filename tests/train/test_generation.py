"""Asking a model: the same answer alone, in any batch and every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="asking a model needs torch")
pytest.importorskip("transformers", reason="asking a model needs transformers")

import torch
from transformers import GenerationConfig

from slmaug.errors import SlmaugError
from slmaug.train import tiny
from slmaug.train.encoding import IGNORED, ChatTokens, chat_tokens
from slmaug.train.example import Example
from slmaug.train.generation import Answerer, greedy_config, load_answerer, stops_of
from slmaug.train.sampling import Sampling
from slmaug.train.streaming import pieces

EXAMPLES = [
    Example("How do I print?", "```python\nprint(1)\n```"),
    Example("Where is the log?", "In logs/."),
    Example("Why was my card declined?", "  Two spaces first, then\n\n\tthe bank says no — call them."),
    Example("Wie geht es, und was kostet es, wenn ich mehr davon brauche?", "Gut. 5 €, ünd 好 🙂."),
    Example("重置密码？", "打开设置。"),
    Example("Be brief: the folder, please, of all that was written by the last run of the nightly job", "logs/"),
]
PROMPTS = [each.prompt for each in EXAMPLES]


def taught(examples: list[Example], steps: int = 80) -> tuple[Any, ChatTokens]:
    """A small model that answers the examples exactly and stops."""
    tokenizer = tiny.small_tokenizer([each.question + each.completion for each in examples], vocabulary=400)
    model = tiny.small_phi3(tokenizer, width=64, layers=2)
    chat = chat_tokens(tokenizer, stops_of(model))
    rows = [chat.encoded(each) for each in examples]
    longest = max(len(each.input_ids) for each in rows)
    ids = torch.tensor([each.input_ids + [0] * (longest - len(each.input_ids)) for each in rows])
    labels = torch.tensor([each.labels + [IGNORED] * (longest - len(each.labels)) for each in rows])
    mask = torch.tensor([[1] * len(each.input_ids) + [0] * (longest - len(each.input_ids)) for each in rows])
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(steps):
        model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    return model, chat


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return Answerer.of(*taught(EXAMPLES))


@pytest.fixture(scope="module")
def folder(answerer: Answerer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs") / "full"
    answerer.model.save_pretrained(place)
    answerer.chat.tokenizer.save_pretrained(place)
    return place


# --- greedy ------------------------------------------------------------------------------------------------------


def test_answers(answerer: Answerer) -> None:
    """The model gives each answer byte for byte, indentation, breaks and rare characters included, and stops."""
    replies = answerer.answer(PROMPTS)
    assert [each.text for each in replies] == [each.completion for each in EXAMPLES]
    assert all(each.stopped for each in replies)
    assert [each.tokens for each in replies] == [len(answerer.chat.completion_ids(e.completion)) for e in EXAMPLES]


def test_batches(answerer: Answerer) -> None:
    """One by one, in batches of 8 and of 32, in another order and over 100 repeats: the same replies."""
    once = answerer.answer(PROMPTS, batch_size=1)
    for batch_size in (2, 8, 32):
        assert answerer.answer(PROMPTS * 6, batch_size=batch_size) == once * 6
    assert answerer.answer(PROMPTS[::-1], batch_size=4) == once[::-1]
    assert answerer.answer(PROMPTS * 100, batch_size=32) == once * 100


def test_padding_is_hidden(answerer: Answerer) -> None:
    """The logits behind a prompt are those it has alone, whatever is padded in front of it (float32, 1e-4)."""
    ids = answerer.chat.prompt_ids(PROMPTS[1])
    seen: list[torch.Tensor] = []

    def keep(module: Any, inputs: Any, outputs: Any) -> None:
        seen.append(outputs.logits[-1, -1])

    handle = answerer.model.register_forward_hook(keep)
    try:
        answerer.answer([PROMPTS[1]], max_new_tokens=1)
        answerer.answer([PROMPTS[5], PROMPTS[1]], max_new_tokens=1)
    finally:
        handle.remove()
    assert len(ids) < len(answerer.chat.prompt_ids(PROMPTS[5]))
    assert torch.allclose(seen[0], seen[1], atol=1e-4)


def test_limit(answerer: Answerer) -> None:
    """A reply that reaches the limit of new tokens has not stopped, and is the beginning of the whole one."""
    cut, whole = answerer.answer([PROMPTS[2]], max_new_tokens=5)[0], answerer.answer([PROMPTS[2]])[0]
    assert (cut.stopped, cut.tokens) == (False, 5)
    assert whole.text.startswith(cut.text)
    exactly = answerer.answer([PROMPTS[2]], max_new_tokens=whole.tokens)[0]
    assert exactly == whole


def test_any_stop_token_ends(answerer: Answerer) -> None:
    """Every token the model stops at ends a reply, not the tokenizer's end of text alone."""
    chat = answerer.chat
    first = chat.completion_ids(EXAMPLES[1].completion)[1]
    other = Answerer(answerer.model, ChatTokens(chat.tokenizer, chat.end, (*chat.stops, first)))
    reply = other.answer([PROMPTS[1]])[0]
    assert (reply.stopped, reply.tokens) == (True, 2)
    assert EXAMPLES[1].completion.startswith(reply.text)


def test_nothing_else_is_touched(answerer: Answerer) -> None:
    """Asking draws no random number, keeps the model's training mode and settings, and ignores its sampling."""
    own = GenerationConfig(do_sample=True, temperature=5.0, repetition_penalty=9.0, max_new_tokens=3)
    kept, answerer.model.generation_config = answerer.model.generation_config, own
    answerer.model.train()
    state = torch.get_rng_state()
    try:
        replies = answerer.answer(PROMPTS)
        assert answerer.model.training
        assert answerer.model.generation_config is own
    finally:
        answerer.model.eval()
        answerer.model.generation_config = kept
    assert torch.equal(torch.get_rng_state(), state)
    assert [each.text for each in replies] == [each.completion for each in EXAMPLES]


def test_progress_and_bad_numbers(answerer: Answerer) -> None:
    """Progress adds up to the number of prompts; no prompts give no replies; senseless numbers are errors."""
    made: list[int] = []
    answerer.answer(PROMPTS, batch_size=4, max_new_tokens=1, progress=made.append)
    assert made == [4, 2]
    assert answerer.answer([]) == []
    with pytest.raises(ValueError, match="batch_size must be 1 or more, got 0"):
        answerer.answer(PROMPTS, batch_size=0)
    with pytest.raises(ValueError, match="max_new_tokens must be 1 or more, got 0"):
        answerer.answer(PROMPTS, max_new_tokens=0)


def test_too_little_memory(answerer: Answerer) -> None:
    """A batch that does not fit is halved until it does, replies unchanged; one prompt that does not is an error."""
    most = 2

    def refuse(module: Any, arguments: Any, named: Any) -> None:
        if len(named["input_ids"]) > most:
            raise torch.OutOfMemoryError("out of memory")

    expected = answerer.answer(PROMPTS)
    made: list[int] = []
    handle = answerer.model.register_forward_pre_hook(refuse, with_kwargs=True)
    try:
        assert answerer.answer(PROMPTS, batch_size=6, progress=made.append) == expected
        assert made == [2, 1, 2, 1]
        most = 0
        with pytest.raises(SlmaugError, match="memory of cpu does not suffice for one prompt of"):
            answerer.answer(PROMPTS)
    finally:
        handle.remove()


# --- positions ---------------------------------------------------------------------------------------------------


def longrope(chat: ChatTokens) -> Any:
    """A model with random weights whose rope factors switch at 64 positions, as Phi-3.5's do at 4096."""
    from transformers import Phi3Config, Phi3ForCausalLM

    torch_width = 16
    config = Phi3Config(
        vocab_size=len(chat.tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=256,
        original_max_position_embeddings=64,
        rope_parameters={
            "rope_type": "longrope",
            "rope_theta": 10000.0,
            "original_max_position_embeddings": 64,
            "short_factor": [1.0] * torch_width,
            "long_factor": [8.0] * torch_width,
        },
        pad_token_id=chat.tokenizer.pad_token_id,
        initializer_range=0.5,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Phi3ForCausalLM(config).eval()


def test_long_prompts_do_not_change_short_ones(answerer: Answerer) -> None:
    """A prompt beyond the positions at which rope factors switch leaves the replies to shorter ones as they are."""
    model = longrope(answerer.chat)
    asked = Answerer(model, answerer.chat)
    short, long = PROMPTS[1], [{"role": "user", "content": "print " * 70}]
    assert len(answerer.chat.prompt_ids(short)) + 8 < 64 < len(answerer.chat.prompt_ids(long))
    alone = asked.answer([short], max_new_tokens=8) + asked.answer([long], max_new_tokens=8)
    assert asked.answer([short, long, short], max_new_tokens=8) == [*alone, alone[0]]
    both = [answerer.chat.prompt_ids(each) for each in (short, long)]
    together = [asked._reply(each) for each in asked._generated(both, 8)]
    assert together != alone  # so it does matter


def test_training_goes_on(answerer: Answerer) -> None:
    """A model that was asked in the midst of its training, beyond its rope's switch, too, is trained on as before."""
    model = longrope(answerer.chat).train()
    asked = Answerer(model, answerer.chat)
    for content in ("print " * 70, "print"):
        asked.answer([[{"role": "user", "content": content}]], max_new_tokens=2)
        ids = torch.arange(3, 100).unsqueeze(0)
        model(input_ids=ids, labels=ids).loss.backward()
        assert all(each.grad is not None for each in model.parameters())


def test_prompt_longer_than_the_model(answerer: Answerer) -> None:
    """New tokens end where the positions do, and a prompt that leaves none is one line."""
    asked = Answerer(longrope(answerer.chat), answerer.chat, "runs/x")
    ids = answerer.chat.prompt_ids([{"role": "user", "content": "print " * 100}])
    reply = asked.answer([[{"role": "user", "content": "print " * 100}]], max_new_tokens=1000)[0]
    assert reply.stopped or reply.tokens == 256 - len(ids)
    with pytest.raises(SlmaugError, match=r"runs/x: a prompt of \d+ tokens; expected fewer than the 256 positions"):
        asked.answer([[{"role": "user", "content": "print " * 500}]])


# --- streaming ---------------------------------------------------------------------------------------------------


def streamed(answerer: Answerer, prompt: Any, **more: Any) -> tuple[list[str], Any]:
    found: list[str] = []
    stream = answerer.stream(prompt, **more)
    while True:
        try:
            found.append(next(stream))
        except StopIteration as finished:
            return found, finished.value


@pytest.mark.parametrize("limit", [None, 7])
def test_stream(answerer: Answerer, limit: int | None) -> None:
    """The pieces of a stream joined are the reply's text, and the stream returns that reply."""
    for prompt in PROMPTS:
        found, reply = streamed(answerer, prompt, max_new_tokens=limit)
        assert reply == answerer.answer([prompt], max_new_tokens=limit)[0]
        assert "".join(found) == reply.text
        assert len(found) > 1


def test_stream_left_early(answerer: Answerer) -> None:
    """Closing a stream ends its generation; an error in it reaches the caller."""
    stream = answerer.stream(PROMPTS[2])
    next(stream)
    stream.close()
    with pytest.raises(SlmaugError, match="positions"):
        streamed(answerer, [{"role": "user", "content": "print " * 5000}])


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_pieces(data: st.DataObject, answerer: Answerer) -> None:
    """Whatever ids come, the pieces joined are the text of all of them."""
    chat = answerer.chat
    byte = st.integers(3, 258)
    ids = data.draw(st.lists(st.integers(0, len(chat.tokenizer) - 1) | byte | st.sampled_from(chat.stops), max_size=30))
    for end in (chat.end, (ids[0], *chat.end) if ids else chat.end):
        asked = ChatTokens(chat.tokenizer, end, chat.stops)
        cut = ids[: asked.length_of(ids) + 1]  # nothing is generated behind a stop
        stream = pieces(asked, iter(cut))
        assert "".join(stream) == asked.text_of(cut)


# --- sampling ----------------------------------------------------------------------------------------------------


def test_sampling(answerer: Answerer) -> None:
    """Draws depend on the seed and on the place alone; a cold draw is the greedy one; no global state is touched."""
    hot = Sampling(temperature=4.0, random_seed=3)
    state = torch.get_rng_state()
    drawn = answerer.answer(PROMPTS, sampling=hot, max_new_tokens=8)
    assert torch.equal(torch.get_rng_state(), state)
    assert drawn == answerer.answer(PROMPTS, sampling=hot, max_new_tokens=8, batch_size=1)
    assert drawn != answerer.answer(PROMPTS, sampling=hot.repeat(1), max_new_tokens=8)
    same = answerer.answer([PROMPTS[0]] * 4, sampling=hot, max_new_tokens=8)
    assert len({each.text for each in same}) > 1
    greedy = answerer.answer(PROMPTS)
    assert answerer.answer(PROMPTS, sampling=Sampling(temperature=0.01)) == greedy
    assert answerer.answer(PROMPTS, sampling=Sampling(temperature=3.0, top_p=1e-6)) == greedy


def test_draws_follow_the_softmax() -> None:
    """Over 4000 draws the shares of three tokens are those of the softmax, within five standard errors."""
    from slmaug.train.sampling import Draw

    scores = torch.tensor([[2.0, 1.0, 0.0]]).repeat(4000, 1)
    drawn = Draw(Sampling(), range(4000))(torch.zeros(4000, 1), scores).argmax(-1)
    shares = torch.bincount(drawn, minlength=3) / 4000
    wanted = scores[0].softmax(-1)
    assert torch.all((shares - wanted).abs() < 5 * (wanted * (1 - wanted) / 4000).sqrt())


@pytest.mark.parametrize(("wrong", "said"), [({"temperature": 0.0}, "temperature"), ({"top_p": 0.0}, "top_p")])
def test_senseless_sampling(wrong: dict[str, float], said: str) -> None:
    """A temperature of 0 and an empty mass are errors that name the setting."""
    with pytest.raises(ValueError, match=said):
        Sampling(**wrong)


# --- settings and loading ----------------------------------------------------------------------------------------


def test_greedy_config(answerer: Answerer, tmp_path: Path) -> None:
    """It can be saved, and what is read back is greedy, with all stop tokens, the pad token and the limit."""
    greedy_config(answerer.chat, 77).save_pretrained(tmp_path)
    read = GenerationConfig.from_pretrained(tmp_path)
    assert read.eos_token_id == list(answerer.chat.stops)
    assert len(answerer.chat.stops) == len(tiny.STOPS)
    assert (read.do_sample, read.max_new_tokens) == (False, 77)
    assert read.pad_token_id == answerer.chat.tokenizer.pad_token_id
    assert not {"temperature", "top_p", "top_k"} & {
        key for key, value in json.loads((tmp_path / "generation_config.json").read_text()).items() if value is not None
    }


def test_loaded(answerer: Answerer, folder: Path) -> None:
    """A saved model answers as before, in the type it was saved in; the limit is the saved settings'."""
    loaded = load_answerer(folder, device="cpu")
    assert loaded.model.dtype == torch.float32
    assert loaded.max_new_tokens == 1024
    assert loaded.answer(PROMPTS) == answerer.answer(PROMPTS)
    greedy_config(answerer.chat, 6).save_pretrained(folder)
    half = load_answerer(folder, device="cpu", dtype="bfloat16")
    assert half.model.dtype == torch.bfloat16
    assert half.max_new_tokens == 6
    assert load_answerer(str(folder)).chat.stops == answerer.chat.stops


def test_device_that_is_not_there(folder: Path) -> None:
    """A device that is not there is one line with the devices to name."""
    with pytest.raises(
        SlmaugError, match=r"device is 'cuda:77', which cannot be used here .*; expected one such as cpu"
    ):
        load_answerer(folder, device="cuda:77")


def test_no_padding_token(answerer: Answerer) -> None:
    """A tokenizer without a padding token serves batches all the same."""
    chat = answerer.chat
    pad, chat.tokenizer.pad_token = chat.tokenizer.pad_token, None
    try:
        assert [each.text for each in answerer.answer(PROMPTS)] == [each.completion for each in EXAMPLES]
    finally:
        chat.tokenizer.pad_token = pad
