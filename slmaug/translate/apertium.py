"""Rule-based translation with Apertium, offline: the programs and language pairs that Debian and others package.

Forcada et al., "Apertium: a free/open-source platform for rule-based machine translation" (2011). A batch goes through
one run of the pair's pipeline. Each sentence stands between two numbered marks that the pipeline passes over as it does
over formatting, so what comes back is known by its number and never by its place.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from slmaug.errors import SlmaugError, printable
from slmaug.translate.translator import GREEDY, Decoding

_THREE = dict(
    pair.split(":")
    for pair in """
    af:afr an:arg ar:ara ast:ast be:bel bg:bul br:bre ca:cat cy:cym da:dan de:deu el:ell en:eng eo:epo es:spa et:est
    eu:eus fi:fin fr:fra ga:gle gl:glg hi:hin hr:hrv hu:hun id:ind is:isl it:ita kk:kaz mk:mkd ms:zlm mt:mlt nb:nob
    nl:nld nn:nno no:nob oc:oci pl:pol pt:por ro:ron ru:rus sc:srd se:sme sh:hbs sk:slk sl:slv sq:sqi sr:srp sv:swe
    tr:tur tt:tat uk:ukr ur:urd zh:zho
    """.split()
)
"""ISO 639-1 codes and the ISO 639-3 codes that name modes; older pairs keep the short ones."""

_PACKAGES = frozenset(
    """
    afr-nld bel-rus cat-ita dan-nor en-gl eng-cat eng-spa es-gl es-pt fra-cat fr-es hbs-eng oci-fra por-cat rus-ukr
    spa-cat spa-ita swe-dan swe-nor eo-en
    """.split()
)
"""Pairs that Debian packages under these names, for both directions."""
_ONE_WAY = frozenset("br-fr eu-en eu-es isl-eng mkd-eng".split())
"""The same, for this direction alone."""

_WHITE = re.compile(r"([\s\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+)")
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|\S")
"""In white space: a line break, or a sign that no pipeline takes."""
_LETTER = re.compile(r"[^\W\d_]")
_SPECIAL = re.compile(r"[\[\]{}^$/\\@<>]")
_ENDED = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\]]*\Z")
_PADDING = " . . . . "
"""Between two sentences, so that rules that look at neighbouring words see the same ones whatever stands before."""
_RECORD = re.compile(r"\[(\d+):\]((?:[^\\\[]|\\.|\[(?!:?\d)[^\]]*\])*)\[:(\d+)\]", re.DOTALL)
_PIECE = re.compile(r"\\(.)|\[([^\]]*)\]", re.DOTALL)
_DATA_FILE = re.compile(r"'(/[^']+)'|(/[^\s'|]+)")

# The statistical tagger of most pairs learns, while it runs, classes of words that it did not know, and judges later
# words by them, even behind a flush. Started for each sentence, it knows the same for all of them.
_TAGGER = re.compile(r"apertium-tagger(?=\s+(?:-g\s|\$2))")
_EACH = """\
#!/usr/bin/env bash
[[ $1 == -z ]] && shift
while IFS= read -r -d '' sentence || [[ -n $sentence ]]; do
  printf '%s' "$sentence" | "$@"
  printf '\\0'
done
"""


@dataclass(frozen=True)
class Apertium:
    """The ``apertium`` program with the pairs that are installed: ``apt install apertium-eng-spa`` brings one.

    Line breaks inside a text part it into sentences of their own, and stay. It gives one translation, whatever the
    :class:`Decoding`; the same sentence has the same one in every call.
    """

    command: str = "apertium"
    """The program, by name or path."""
    data: str | None = None
    """Folder that holds ``modes/``; None for ``$APERTIUM_DATADIR``, else where the program's own data lies."""
    timeout: float = 600.0
    """Seconds after which a call is given up."""

    def __post_init__(self) -> None:
        if not self.command:
            raise ValueError("command must name a program, got ''")
        if not 0 < self.timeout < float("inf"):
            raise ValueError(f"timeout must be a number of seconds above 0, got {self.timeout!r}")

    @property
    def alone(self) -> bool:
        return True

    def check(self, source: str, target: str) -> None:
        self._mode(source, target)

    def identity(self, source: str, target: str) -> str:
        mode = self._mode(source, target)
        rules = mode.read_bytes()
        digest = hashlib.blake2b(rules, digest_size=8)
        for quoted, bare in _DATA_FILE.findall(rules.decode("utf-8", "replace")):
            file = Path(quoted or bare)
            if file.is_file():
                digest.update(file.read_bytes())
        version = subprocess.run([self._program(source, target), "-V"], capture_output=True, text=True, check=False)
        return f"{' '.join(version.stdout.split()) or 'Apertium'} {mode.stem} {digest.hexdigest()}"

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[tuple[str, ...]]:
        mode = self._mode(source, target)
        parted = [_parted(text) for text in texts]
        sentences = list(dict.fromkeys(part for parts in parted for part in parts[::2] if _LETTER.search(part)))
        if not sentences:
            return [(text,) for text in texts]
        with TemporaryDirectory(prefix="slmaug-apertium-") as folder:
            run = _Run(self._program(source, target), _patched(mode, Path(folder)), mode.stem, self.timeout)
            known = dict(zip(sentences, run.translated(sentences), strict=True))
        return [_joined(parts, known) for parts in parted]

    def _program(self, source: str, target: str) -> str:
        program = shutil.which(self.command)
        if program is None:
            package = _package(source, target) or "a package of apt-cache search apertium-"
            raise SlmaugError(
                f"{printable(self.command)}: no such program; install it with a pair, on Debian and Ubuntu with: "
                f"apt install apertium {package}"
            )
        return program

    def _mode(self, source: str, target: str) -> Path:
        """The file of the pair's pipeline; :class:`SlmaugError` where the program or the pair is missing."""
        folder = self._modes(Path(self._program(source, target)))
        here = {file.stem: file for file in folder.glob("*.mode")}
        wanted = [f"{left}-{right}" for left, right in product(_codes(source), _codes(target))]
        variants = sorted(name for name in here if name.rpartition("_")[0] in wanted)
        for name in (*wanted, *variants):
            if name in here:
                return here[name]
        package = _package(source, target)
        install = f"install it with: apt install {package}" if package else "see apt-cache search apertium-"
        pairs = ", ".join(sorted(name for name in here if "_" not in name)) or "no pair"
        raise SlmaugError(f"Apertium has no pair from {source!r} to {target!r} here, only {pairs}; {install}")

    def _modes(self, program: Path) -> Path:
        data = self.data or os.environ.get("APERTIUM_DATADIR")
        own = program.resolve().parent.parent / "share" / "apertium"
        folders = [Path(data)] if data else [own, Path("/usr/share/apertium"), Path("/usr/local/share/apertium")]
        found = next((each / "modes" for each in folders if (each / "modes").is_dir()), None)
        if found is None:
            raise SlmaugError(
                f"{printable(folders[0])}: no folder modes in it; expected the data of Apertium, which its language "
                "pairs bring, or another folder as data="
            )
        return found


@dataclass(frozen=True)
class _Run:
    """One call's way to the program."""

    program: str
    folder: Path
    mode: str
    timeout: float

    def translated(self, sentences: Sequence[str]) -> list[str | None]:
        """For each sentence its translation, None for one that the pipeline does not bring back."""
        found = self._whole(sentences)
        if found is not None:
            return [*found]
        if self._whole(["word"]) is None:
            raise SlmaugError(f"Apertium does not run for {self.mode}: {self._complaint()}")
        return self._halves(sentences)

    def _halves(self, sentences: Sequence[str]) -> list[str | None]:
        if len(sentences) == 1:
            return [None]
        middle = len(sentences) // 2
        halves = (sentences[:middle], sentences[middle:])
        return [new for half in halves for new in self._whole(half) or self._halves(half)]

    def _whole(self, sentences: Sequence[str]) -> list[str] | None:
        """The sentences' translations, None unless every single one came back between its own marks and in order."""
        output, _ = self._process("".join(_record(number, each) for number, each in enumerate(sentences)))
        records = _RECORD.findall(output)
        numbers = [str(number) for number in range(len(sentences))]
        if not [opening for opening, _, _ in records] == numbers == [closing for _, _, closing in records]:
            return None
        return [_plain(new, old) for (_, new, _), old in zip(records, sentences, strict=True)]

    def _complaint(self) -> str:
        _, errors = self._process(_record(0, "word"))
        line = next((line.strip() for line in errors.splitlines() if line.strip()), "nothing comes back")
        return f"{printable(line[:200])}; expected Apertium 3.6 or later with all its programs"

    def _process(self, stream: str) -> tuple[str, str]:
        """What the program writes for a stream: its output and its errors."""
        command = [self.program, "-d", str(self.folder), "-z", "-u", "-f", "none", self.mode]
        environment = {name: value for name, value in os.environ.items() if name != "LC_ALL"}  # it sets a UTF-8 one
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # so that the whole pipeline can be ended
        ) as process:
            try:
                output, errors = process.communicate(f"{_PADDING}\0{stream}".encode(), self.timeout)
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    raise SlmaugError(
                        f"Apertium did not translate a batch with {self.mode} in {self.timeout:g} s; give it fewer "
                        "texts at once or a longer timeout"
                    ) from None
                raise
        return output.decode("utf-8", "replace").replace("\0", ""), errors.decode("utf-8", "replace")


def _parted(text: str) -> list[str]:
    """What is translated and what is not, by turns: line breaks part a text, white space at its ends stays out."""
    parts = [""]
    tokens = _WHITE.split(text)
    for place, token in enumerate(tokens):
        at_end = (place == 1 and not tokens[0]) or (place == len(tokens) - 2 and not tokens[-1])
        if place % 2 and (at_end or _BREAK.search(token)):
            parts += [token, ""]
        else:
            parts[-1] += token
    return parts


def _record(number: int, sentence: str) -> str:
    """A sentence in the format of Apertium's pipelines, between its marks; a stop is added where it has no end."""
    text = _SPECIAL.sub(r"\\\g<0>", " ".join(sentence.split())).replace("~", "[~]")
    return f"[{number}:]{text}{'' if _ENDED.search(sentence) else '[].'}[:{number}]{_PADDING}\0"


def _plain(record: str, sentence: str) -> str:
    """The text of a record, without the stop that :func:`_record` added."""
    text = _PIECE.sub(lambda match: match[1] or match[2] or "", record)
    text = " ".join(text.split())
    return text if _ENDED.search(sentence) else text.removesuffix(".").rstrip()


def _joined(parts: Sequence[str], known: dict[str, str | None]) -> tuple[str, ...]:
    """A text's sentences in their translations, and between them what stood there; () where one has none."""
    new = [known.get(part, part) if place % 2 == 0 else part for place, part in enumerate(parts)]
    whole = [part for part in new if part is not None]
    return ("".join(whole),) if len(whole) == len(new) else ()


def _patched(mode: Path, folder: Path) -> Path:
    """A data folder whose only mode is this one, its tagger started anew for each sentence."""
    each = folder / "each"
    each.write_text(_EACH, encoding="utf-8")
    each.chmod(0o700)
    (folder / "modes").mkdir()
    rules = mode.read_text(encoding="utf-8")
    (folder / "modes" / mode.name).write_text(_TAGGER.sub(f"'{each}' \\g<0>", rules), encoding="utf-8")
    return folder


def _codes(language: str) -> Iterable[str]:
    """The names a language may have in a mode, the likeliest first."""
    return dict.fromkeys([_THREE.get(language, language), language])


def _package(source: str, target: str) -> str:
    """The Debian package that brings a pair, as far as it is known; else ""."""
    for left, right in product(_codes(source), _codes(target)):
        if f"{left}-{right}" in _PACKAGES | _ONE_WAY:
            return f"apertium-{left}-{right}"
        if f"{right}-{left}" in _PACKAGES:
            return f"apertium-{right}-{left}"
    return ""
