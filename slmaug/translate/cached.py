"""Translations kept on disk by model, settings and text: nothing is translated twice, and a kill loses one chunk."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from slmaug.cache import cache_folder
from slmaug.errors import SlmaugError, printable
from slmaug.translate.translator import GREEDY, Decoding, Translator

CHUNK = 64
"""Sentences that are translated between two writes to the disk."""
_FORM = 1
"""Goes into every key: to be raised when what is stored changes."""
_WAIT_SECONDS = 30.0
_FILE = "translations.sqlite3"
_TABLE = "CREATE TABLE IF NOT EXISTS translations (key BLOB PRIMARY KEY, value TEXT) WITHOUT ROWID"
Translations = tuple[str, ...]


@dataclass(frozen=True)
class Cached:
    """A translator that asks another one only for what is not on disk yet.

    Where sampled translations depend on the whole call (:attr:`Translator.alone` is false), calls are cut into the same
    chunks every time and kept chunk by chunk, so that equal calls give equal results whatever was asked before.
    """

    translator: Translator
    folder: str | Path | None = None
    """None is the cache folder; see :func:`slmaug.cache.cache_folder`."""
    progress: Callable[[int], object] | None = field(default=None, repr=False, compare=False)
    """Called with the number of different sentences that are new since its last call; found ones count."""

    @property
    def alone(self) -> bool:
        return self.translator.alone

    def check(self, source: str, target: str) -> None:
        self.translator.check(source, target)

    def identity(self, source: str, target: str) -> str:
        return self.translator.identity(source, target)

    def translate(
        self, texts: Sequence[str], source: str, target: str, decoding: Decoding = GREEDY
    ) -> list[Translations]:
        """As :meth:`Translator.translate`; raises :class:`SlmaugError` where the cache cannot be used."""
        distinct = list(dict.fromkeys(texts))
        if not distinct:
            return []
        if not decoding.samples:
            decoding = replace(decoding, temperature=1.0, random_seed=0)
        setting = (self.identity(source, target), source, target, asdict(decoding))
        whole = decoding.samples and not self.alone
        with _store(self.folder) as store:
            found: dict[str, Translations] = {}
            todo = []
            for unit in _chunks(distinct) if whole else ([text] for text in distinct):
                known = store.get(_key(setting, unit))
                if known is None or len(known) != len(unit):
                    todo.append(unit)
                else:
                    found.update(zip(unit, known, strict=True))
            self._report(len(found))
            if not whole:
                # By length, so that a chunk's sentences fill its batches evenly.
                todo = list(_chunks(sorted((text for (text,) in todo), key=lambda text: (len(text), text))))
            for chunk in todo:
                new = self.translator.translate(chunk, source, target, decoding)
                found.update(zip(chunk, new, strict=True))
                store.put(_records(setting, chunk, new, whole))
                self._report(len(chunk))
        return [found[text] for text in texts]

    def _report(self, count: int) -> None:
        if self.progress is not None and count:
            self.progress(count)


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(texts), CHUNK):
        yield list(texts[at : at + CHUNK])


Setting = tuple[str, str, str, dict[str, object]]


def _key(setting: Setting, texts: Sequence[str]) -> bytes:
    written = json.dumps([_FORM, *setting, list(texts)], sort_keys=True)
    return hashlib.sha256(written.encode()).digest()


def _records(
    setting: Setting, chunk: Sequence[str], new: Sequence[Translations], whole: bool
) -> Iterator[tuple[bytes, str]]:
    """What is kept; that a sentence could not be translated is not, since next time it may."""
    if whole:
        if all(new):
            yield _key(setting, chunk), json.dumps(new)
        return
    for text, translations in zip(chunk, new, strict=True):
        if translations:
            yield _key(setting, [text]), json.dumps([translations])


class _Store:
    """The open file: keys are digests, values JSON lists of the translations of each text of a unit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: bytes) -> list[Translations] | None:
        row = self._connection.execute("SELECT value FROM translations WHERE key = ?", (key,)).fetchone()
        return None if row is None else [tuple(each) for each in json.loads(row[0])]

    def put(self, records: Iterable[tuple[bytes, str]]) -> None:
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO translations VALUES (?, ?)", records)


@contextmanager
def _store(folder: str | Path | None) -> Iterator[_Store]:
    path = (cache_folder() if folder is None else Path(folder)) / _FILE
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as connection:
            connection.execute(_TABLE)
            yield _Store(connection)
    except sqlite3.Error as error:
        raise SlmaugError(
            f"{printable(path)}: the cache of translations cannot be used ({error}); delete the file, or set "
            "SLMAUG_CACHE_DIR to another folder"
        ) from None
