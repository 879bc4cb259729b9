"""Batches of similar length within a budget, halved when memory runs out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmaug.errors import SlmaugError
from slmaug.translate.batching import LENGTH_STEP, Batch, batches, in_batches, is_out_of_memory, rounded

LENGTHS = st.lists(st.integers(min_value=1, max_value=200), max_size=60)


@given(LENGTHS, st.integers(1, 8), st.integers(1, 3000))
def test_batches(lengths: list[int], rows: int, budget: int) -> None:
    """Every text is in one batch; no batch of several costs more than the budget; all in it are of one length."""
    found = batches(lengths, rows, budget)
    assert sorted(place for batch in found for place in batch.places) == list(range(len(lengths)))
    for batch in found:
        longest = max(lengths[place] for place in batch.places)
        assert len(batch.places) == 1 or len(batch.places) * rows * longest <= budget
        assert {rounded(lengths[place]) for place in batch.places} == {batch.length}
    assert [batch.length for batch in found] == sorted((batch.length for batch in found), reverse=True)


def test_budget_is_used() -> None:
    """Texts of one length share as few batches as the budget allows."""
    assert [len(batch.places) for batch in batches([8] * 10, rows_per_text=1, tokens_per_batch=32)] == [4, 4, 2]
    assert [len(batch.places) for batch in batches([8] * 10, rows_per_text=4, tokens_per_batch=32)] == [1] * 10


@given(LENGTHS, st.integers(1, 400), st.sampled_from([1, 3]))
def test_halved(lengths: list[int], room: int, lanes: int) -> None:
    """Whatever fits into memory one by one is done, each text once, however small the memory is."""
    seen: list[int] = []
    released = 0

    def run(batch: Batch) -> list[str]:
        if len(batch.places) > 1 and len(batch.places) * batch.length > room:
            raise MemoryError
        seen.extend(batch.places)
        return [str(place) for place in batch.places]

    def release() -> None:
        nonlocal released
        released += 1

    found = in_batches(batches(lengths, 1, 1000), run, release, lanes)
    assert found == {place: str(place) for place in range(len(lengths))}
    assert sorted(seen) == list(range(len(lengths)))
    assert released <= 10


def test_later_batches_shrink_too() -> None:
    """After one batch was too large, no other as large is tried."""
    tried = []

    def run(batch: Batch) -> list[int]:
        tried.append(len(batch.places))
        if len(batch.places) > 4:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return list(batch.places)

    in_batches([Batch(tuple(range(start, start + 8)), 16) for start in range(0, 24, 8)], run)
    assert tried == [8, 4, 4, 4, 4, 4, 4]


def test_one_text_does_not_fit() -> None:
    """A single text for which memory runs out is one line that says what to do."""

    def run(batch: Batch) -> list[int]:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory\nx")

    with pytest.raises(SlmaugError, match=r"^a text of up to 16 tokens does not fit into memory \(\[enf") as error:
        in_batches([Batch((0, 1), 16)], run)
    assert "\n" not in str(error.value)


def test_other_errors() -> None:
    """Any other error of the model is raised as it is, at once."""
    tried = []

    def run(batch: Batch) -> list[int]:
        tried.append(batch)
        raise RuntimeError("shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        in_batches([Batch((0, 1), 16)], run)
    assert len(tried) == 1


def test_real_errors() -> None:
    """What torch raises for more memory than there is counts as such."""
    torch = pytest.importorskip("torch", reason="the real error is torch's")
    with pytest.raises(RuntimeError) as error:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(error.value)
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert not is_out_of_memory(ValueError("out of memory"))


def test_rounded() -> None:
    """A length is rounded up to whole steps."""
    assert rounded(1) == rounded(LENGTH_STEP) == LENGTH_STEP
    assert rounded(LENGTH_STEP + 1) == 2 * LENGTH_STEP
