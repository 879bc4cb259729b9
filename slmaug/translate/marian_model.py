"""What both engines of MarianMT models do alike: tokens, the target language's code, batches.

Nothing here needs torch or transformers, so a converted model translates without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from slmaug.errors import SlmaugError, printable
from slmaug.model_files import needed, one_line
from slmaug.translate.batching import Batch, batches, in_batches, rounded
from slmaug.translate.marian_place import read_json
from slmaug.translate.opus import target_code

_MOST_UNKNOWN = 0.5
"""Of the pieces into which a model cuts its sources, the share that may be missing from its vocabulary."""
_SPACE = "\u2581"


class Vocabulary:
    """The tokenizer of a MarianMT model, as transformers' MarianTokenizer encodes and decodes.

    Unlike that one it takes every text for text: ``</s>`` or ``>>`` in it are no tokens of the model. It needs
    sentencepiece only.
    """

    def __init__(self, folder: Path, name: str = "") -> None:
        where = printable(name or folder)
        sentencepiece = needed("sentencepiece", "translate")
        options = folder / "tokenizer_config.json"
        settings = read_json(options, where) if options.is_file() else {}
        if settings.get("separate_vocabs"):
            raise SlmaugError(f"{where}: has two vocabularies; expected a model with one for both, vocab.json")
        self.ids: dict[str, int] = read_json(folder / "vocab.json", where)
        self.tokens = {number: token for token, number in self.ids.items()}
        with one_line(where, "tokenizer"):
            self._unknown = self.ids[settings.get("unk_token") or "<unk>"]
            self.end = self.ids[settings.get("eos_token") or "</s>"]
            self.pad = self.ids[settings.get("pad_token") or "<pad>"]
            self._pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self._silent = {self._unknown, self.end, self.pad}
        self._check_whole(where)

    def _check_whole(self, where: str) -> None:
        """Some models on the hub came with the vocabulary of their target only: to them every source is unknown."""
        size = self._pieces.get_piece_size()
        missing = sum(self._pieces.id_to_piece(number) not in self.ids for number in range(size))
        if missing > _MOST_UNKNOWN * size:
            raise SlmaugError(
                f"{where}: vocab.json lacks {missing:,} of the {size:,} pieces of source.spm, so most words would be "
                "unknown to the model; a broken conversion, use another model"
            )

    def encode(self, text: str, code: str = "") -> list[int]:
        """The ids of a source text with its end, behind the target language's ``code``."""
        ids = [self.ids.get(piece, self._unknown) for piece in self._pieces.encode(text, out_type=str)]
        return [*([self.ids[code]] if code else []), *ids, self.end]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of generated ids, without special tokens."""
        return self.joined([self.tokens[number] for number in ids if number not in self._silent])

    def joined(self, pieces: Sequence[str]) -> str:
        """The text of generated pieces."""
        text: str = self._pieces.decode_pieces(list(pieces))
        return text.replace(_SPACE, " ").strip()


def code_for(folder: Path, target: str, codes: Mapping[str, str], name: str) -> str:
    """The first token that tells the model its target language, from its vocabulary; "" where it needs none."""
    return target_code(read_json(folder / "vocab.json", printable(name)), target, name, codes)


@dataclass(frozen=True)
class Source:
    """A text to translate and its ids."""

    text: str
    ids: list[int]


def longest_output(length: int, positions: int) -> int:
    """Tokens that a translation of ``length`` tokens may have, its end included.

    The same for lengths that share a batch, so that no translation depends on the texts beside it. What does not come
    to its end within them goes round in circles.
    """
    return min(2 * rounded(length) + 10, positions - 1)


def has_letters(text: str) -> bool:
    """Whether there is anything to translate."""
    return any(char.isalpha() for char in text)


def each_translated(
    texts: Sequence[str],
    encode: Callable[[str], list[int]],
    positions: int,
    run: Callable[[list[Source], int], list[tuple[str, ...]]],
    rows_per_text: int,
    tokens_per_batch: int,
    release: Callable[[], None] = lambda: None,
    lanes: int = 1,
) -> list[tuple[str, ...]]:
    """The translations of each text; ``run`` makes those of one batch, of so many tokens of output at most.

    So many ``lanes`` make batches at a time, each in a thread of its own.

    Equal texts are translated once, a text without letters is its own translation, and one that is longer than the
    ``positions`` of the model has none.
    """
    found: dict[str, tuple[str, ...]] = {text: (text,) for text in texts if not has_letters(text)}
    sources = [Source(text, encode(text)) for text in dict.fromkeys(texts) if text not in found]
    found |= {source.text: () for source in sources if len(source.ids) > positions}
    sources = [source for source in sources if source.text not in found]
    planned = batches([len(source.ids) for source in sources], rows_per_text, tokens_per_batch)

    def of_a_batch(batch: Batch) -> list[tuple[str, ...]]:
        return run([sources[place] for place in batch.places], longest_output(batch.length, positions))

    for place, translations in in_batches(planned, of_a_batch, release, lanes).items():
        found[sources[place].text] = translations
    return [found[text] for text in texts]


def different(translations: Iterable[str]) -> tuple[str, ...]:
    """The translations in order, without empty and repeated ones."""
    return tuple(dict.fromkeys(text for text in translations if text))
