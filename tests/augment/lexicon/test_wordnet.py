from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from slmaug.augment.lexicon import English, WordNet
from slmaug.augment.lexicon.wordnet import _reader
from slmaug.errors import MissingPackage

DEBIAN = Path("/usr/share/wordnet")
# lexnames(5WN): number, name, part of speech. Debian's package leaves the file out and NLTK asks for it.
NOUN_FILES = (
    "Tops act animal artifact attribute body cognition communication event feeling food group location motive object "
    "person phenomenon plant possession process quantity relation shape state substance time"
)
VERB_FILES = (
    "body change cognition communication competition consumption contact creation emotion motion perception "
    "possession social stative weather"
)
LEXNAMES = [
    *[("adj.all", 3), ("adj.pert", 3), ("adv.all", 4)],
    *[(f"noun.{name}", 1) for name in NOUN_FILES.split()],
    *[(f"verb.{name}", 2) for name in VERB_FILES.split()],
    ("adj.ppl", 3),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    pytest.importorskip("nltk")
    if not (DEBIAN / "data.noun").is_file():
        pytest.skip("needs apt install wordnet-base wordnet-sense-index")
    path = tmp_path_factory.mktemp("wordnet")
    for file in DEBIAN.iterdir():
        if file.is_file():
            shutil.copy(file, path)
    lines = [f"{number:02d}\t{name}\t{part}\n" for number, (name, part) in enumerate(LEXNAMES)]
    (path / "lexnames").write_text("".join(lines))
    return str(path)


def test_it_knows_words_that_the_embedded_lexicon_left_out(folder: str) -> None:
    """The full WordNet answers for "vehicle", untrimmed."""
    assert English().synonyms("autos", "noun") == ("cars",)
    assert "machines" in WordNet(path=folder).synonyms("autos", "noun")


def test_the_inflection_is_kept(folder: str) -> None:
    """A gerund answers with gerunds."""
    assert "purchasing" in WordNet(path=folder).synonyms("buying", "verb")


def test_parts_of_speech_and_frequency_come_from_the_tagged_uses(folder: str) -> None:
    """The word "house" is a noun first, and commoner than "cellar"; a made-up word is unknown."""
    wordnet = WordNet(path=folder)
    assert wordnet.parts_of_speech("houses")[0] == "noun"
    assert wordnet.frequency("house") > wordnet.frequency("cellar") > 0
    assert wordnet.parts_of_speech("zxqv") == ()
    assert wordnet.synonyms("the", "noun") == ()


def test_the_repr_can_be_typed_back_in(folder: str) -> None:
    """Path and number of senses are all there is to it."""
    wordnet = WordNet(path=folder, senses=2)
    assert eval(repr(wordnet)) == wordnet


def test_missing_files_say_what_to_download(tmp_path: Path) -> None:
    """One line, with the command."""
    pytest.importorskip("nltk")
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(MissingPackage, match=r"no WordNet files.*python -m nltk\.downloader wordnet"):
            WordNet(path=str(path))


def test_missing_nltk_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, with the command."""
    _reader.cache_clear()
    monkeypatch.setitem(sys.modules, "nltk.corpus.reader.wordnet", None)
    with pytest.raises(MissingPackage, match="pip install nltk"):
        WordNet()


def test_senses_are_checked() -> None:
    """No senses, no synonyms: that is a mistake in the settings."""
    with pytest.raises(ValueError, match="senses must be at least 1, got 0"):
        WordNet(senses=0)
