"""Generated ids as pieces of text while they come; joined they are what :meth:`ChatTokens.text_of` gives at the end."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Protocol

from slmaug.train.encoding import ChatTokens

if TYPE_CHECKING:
    import torch

_BYTE = re.compile(r"<0x[0-9A-F]{2}>")
_UNFINISHED = "\ufffd"
_POLL_SECONDS = 0.2
"""How long a wait for the next token cannot be interrupted, on systems where a signal does not end it."""


def pieces(chat: ChatTokens, ids: Iterable[int]) -> Generator[str, None, list[int]]:
    """Yield the text of the ids piece by piece, none of which a later id changes; return all ids.

    Held back are bytes that do not make up a character yet, and as many ids as the chat template writes in front of
    the token that ends a turn, since with it they are no text.
    """
    seen: list[int] = []
    said = ""
    held = len(chat.end) - 1
    for each in ids:
        seen.append(each)
        kept = seen[: len(seen) - held]
        if each in chat.stops or not kept or _is_byte(chat, kept[-1]):
            continue
        text = chat.text_of(kept)
        if not text.endswith(_UNFINISHED) and text.startswith(said) and len(text) > len(said):
            yield text[len(said) :]
            said = text
    rest = chat.text_of(seen)[len(said) :]
    if rest:
        yield rest
    return seen


def _is_byte(chat: ChatTokens, number: int) -> bool:
    """Whether a token is one byte of a character that the vocabulary lacks; a run of them is decoded as a whole."""
    return bool(_BYTE.fullmatch(str(chat.tokenizer.convert_ids_to_tokens(number))))


class _Generating(Protocol):
    def __call__(self, *, streamer: Any, stopping: Any) -> object: ...


def tokens_of(generating: _Generating) -> Iterator[int]:
    """The ids that a call of ``generate`` makes, one by one.

    ``generating`` is called in a thread with what it hands to ``generate`` as streamer and as stopping criterion.
    The thread ends with the iteration, at the latest after the token it is at; what it raises is raised here.
    """
    feed: Queue[int | BaseException | None] = Queue()
    halt = Event()

    def run() -> None:
        try:
            generating(streamer=_Feed(feed), stopping=_Halt(halt))
        except BaseException as error:
            feed.put(error)
        finally:
            feed.put(None)

    thread = Thread(target=run, name="slmaug-generate", daemon=True)
    thread.start()
    try:
        while True:
            try:
                each = feed.get(timeout=_POLL_SECONDS)
            except Empty:
                continue
            if each is None:
                return
            if isinstance(each, BaseException):
                raise each
            yield each
    finally:
        halt.set()
        thread.join()


class _Feed:
    """A streamer of transformers; what it is given first is the prompt."""

    def __init__(self, feed: Queue[int | BaseException | None]) -> None:
        self._feed = feed
        self._in_prompt = True

    def put(self, value: torch.Tensor) -> None:
        if not self._in_prompt:
            for each in value.reshape(-1).tolist():
                self._feed.put(int(each))
        self._in_prompt = False

    def end(self) -> None:
        pass


class _Halt:
    """A stopping criterion of transformers that is met when no one listens any more."""

    def __init__(self, halt: Event) -> None:
        self._halt = halt

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        import torch

        return torch.full((input_ids.shape[0],), self._halt.is_set(), dtype=torch.bool, device=input_ids.device)
