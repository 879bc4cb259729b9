"""The peers that the benchmarks compare with, and the data they need where nothing can be downloaded."""

from __future__ import annotations

import contextlib
import io
import os
import platform
import shutil
import string
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from slmaug.function_words import FUNCTION_WORDS

SHARE = 0.3  # of the words of a question: nlpaug's default, and the same for all
DEBIAN_WORDNET = Path("/usr/share/wordnet")
SIGNS = dict.fromkeys(map(ord, string.punctuation + string.whitespace + "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"))


@dataclass
class Peer:
    """A library: its name and version, an edit of one question for each operation, and what to know about it."""

    name: str
    edits: dict[str, Callable[[str], str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def key(text: str) -> str:
    """What makes a variant itself: case, punctuation and spacing left out."""
    return text.translate(SIGNS).casefold()


def nlpaug(has_wordnet: bool) -> Peer:
    import nlpaug.augmenter.word as naw

    def through(augmenter: object) -> Callable[[str], str]:
        def edit(question: str) -> str:
            result = augmenter.augment(question)
            return result if isinstance(result, str) else result[0] if result else question

        return edit

    peer = Peer(f"nlpaug {metadata.version('nlpaug')}")
    peer.edits["swap"] = through(naw.RandomWordAug(action="swap", aug_p=SHARE, aug_max=None))
    peer.edits["deletion"] = through(naw.RandomWordAug(action="delete", aug_p=SHARE, aug_max=None))
    if has_wordnet:
        peer.edits["synonyms"] = through(naw.SynonymAug(aug_src="wordnet", aug_p=SHARE, aug_max=None))
        peer.notes += filter(None, [tagger_note()])
    peer.notes.append("nlpaug has no insertion without a language model or word vectors; none is measured.")
    return peer


def textaugment(has_wordnet: bool) -> Peer:
    from textaugment import EDA

    # Its own list of stop words is NLTK's, a download; a set of the same kind is quicker to search, to its gain.
    eda = EDA(stop_words=FUNCTION_WORDS)

    def count(question: str) -> int:
        return max(1, round(SHARE * len(question.split())))

    peer = Peer(f"textaugment {metadata.version('textaugment')}")
    peer.edits["swap"] = lambda question: eda.random_swap(question, n=count(question))
    peer.edits["deletion"] = lambda question: eda.random_deletion(question, p=SHARE)
    if has_wordnet:
        peer.edits["insertion"] = lambda question: eda.random_insertion(question, n=count(question))
        peer.edits["synonyms"] = lambda question: eda.synonym_replacement(question, n=count(question))
    return peer


def peers(has_wordnet: bool) -> Iterator[Peer]:
    """The peers that are installed."""
    for load in (nlpaug, textaugment):
        try:
            metadata.version(load.__name__)
        except metadata.PackageNotFoundError:
            print(f"{load.__name__} is not measured: pip install {load.__name__}")
            continue
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):  # it tries downloads
            peer = load(has_wordnet)
        yield peer


def stand_in_tagger(tokens: list[str]) -> list[tuple[str, str]]:
    """A part of speech from a word's ending; takes about a hundredth of the real tagger's time."""
    ends = (("ing", "VBG"), ("ed", "VBD"), ("ly", "RB"), ("s", "NNS"))
    return [(token, next((tag for end, tag in ends if token.endswith(end)), "NN")) for token in tokens]


@contextlib.contextmanager
def nltk_data(folder: Path | None) -> Iterator[Path | None]:
    """An NLTK data folder made of the WordNet files in ``folder``, for the time of the benchmark."""
    if folder is None:
        yield None
        return
    import nltk

    nouns = """Tops act animal artifact attribute body cognition communication event feeling food group location
        motive object person phenomenon plant possession process quantity relation shape state substance time"""
    verbs = """body change cognition communication competition consumption contact creation emotion motion
        perception possession social stative weather"""
    names = ["adj.all 3", "adj.pert 3", "adv.all 4", *(f"noun.{name} 1" for name in nouns.split())]
    names += [*(f"verb.{name} 2" for name in verbs.split()), "adj.ppl 3"]
    with tempfile.TemporaryDirectory() as data:
        corpus = Path(data, "corpora", "wordnet")
        corpus.mkdir(parents=True)
        for file in folder.iterdir():
            if file.is_file():
                shutil.copy(file, corpus)
        if not (corpus / "lexnames").exists():  # Debian leaves it out and NLTK asks for it
            lines = (f"{number:02d}\t{name.replace(' ', chr(9))}\n" for number, name in enumerate(names))
            (corpus / "lexnames").write_text("".join(lines))
        nltk.data.path.insert(0, data)
        yield corpus
        nltk.data.path.remove(data)


def tagger_note() -> str | None:
    """Put the stand-in in the place of NLTK's tagger if that one's data is not here."""
    import nltk

    try:
        nltk.pos_tag(["word"])
    except LookupError:
        nltk.pos_tag = stand_in_tagger
        return "nlpaug's synonyms: NLTK's tagger data is not here; a far quicker stand-in tags words, to nlpaug's gain."
    return None


def machine() -> str:
    cpu = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return f"{cpu}, {os.cpu_count()} cores (one used), Python {platform.python_version()}, {platform.system()}"
