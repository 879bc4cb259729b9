"""The OPUS-MT models of Helsinki-NLP: which ones translate a pair, and how a target language is named to them.

Tiedemann and Thottingal, "OPUS-MT: Building open translation services for the World", EAMT 2020. Most pairs have a
model of their own, ``opus-mt-en-de``; some have one under another code, and some only one of a whole family of
languages, which is told its target by a first token such as ``>>fra<<``. Such a token that the vocabulary lacks becomes
the unknown token without a word, and the model translates into any of its languages: so it is checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slmaug.errors import SlmaugError, printable

OWNER = "Helsinki-NLP"

_PAIRS = {
    "en-be": ("en-zle",),
    "en-bn": ("en-inc",),
    "en-bs": ("en-zls",),
    "en-fa": ("en-iir",),
    "en-gu": ("en-inc",),
    "en-hr": ("en-zls",),
    "en-ja": ("en-jap",),
    "en-ka": ("en-mul",),
    "en-kk": ("en-trk",),
    "en-km": ("en-mkh",),
    "en-kn": ("en-dra",),
    "en-ko": ("tc-bible-big-deu_eng_fra_por_spa-mul",),  # tc-big-en-ko has the vocabulary of its target side only
    "en-lt": ("tc-big-en-lt", "en-bat"),
    "en-lv": ("tc-big-en-lv", "en-bat"),
    "en-ms": ("en-poz",),
    "en-nb": ("en-gmq",),
    "en-nn": ("en-gmq",),
    "en-no": ("en-gmq",),
    "en-pa": ("en-inc",),
    "en-pl": ("en-zlw", "en-sla"),
    "en-pt": ("tc-big-en-pt", "en-ROMANCE"),
    "en-sl": ("en-zls",),
    "en-sr": ("en-zls",),
    "en-ta": ("en-dra",),
    "en-te": ("en-dra",),
    "en-th": ("en-mul",),
    "en-tr": ("tc-big-en-tr", "en-trk"),
    "be-en": ("zle-en",),
    "bs-en": ("zls-en",),
    "el-en": ("tc-big-el-en", "grk-en"),
    "fa-en": ("iir-en",),
    "gu-en": ("inc-en",),
    "he-en": ("sem-en", "mul-en"),
    "hr-en": ("zls-en",),
    "kk-en": ("trk-en",),
    "km-en": ("mkh-en",),
    "kn-en": ("dra-en",),
    "lt-en": ("tc-big-lt-en", "bat-en"),
    "ms-en": ("mul-en",),
    "nb-en": ("gmq-en",),
    "nn-en": ("gmq-en",),
    "no-en": ("gmq-en",),
    "pt-en": ("ROMANCE-en", "mul-en"),
    "ro-en": ("ROMANCE-en", "mul-en"),
    "sl-en": ("zls-en",),
    "sr-en": ("zls-en",),
    "ta-en": ("dra-en",),
    "te-en": ("dra-en",),
}
"""Pairs that have no ``opus-mt-{source}-{target}`` on the hub, with the models that serve them, best first."""

_CODES = {
    "ar": ("ara", "arb"),
    "be": ("bel",),
    "bg": ("bul",),
    "bn": ("ben",),
    "bs": ("bos_Latn", "bos"),
    "ca": ("cat",),
    "cs": ("ces",),
    "da": ("dan",),
    "de": ("deu",),
    "el": ("ell",),
    "en": ("eng",),
    "es": ("spa",),
    "et": ("est",),
    "eu": ("eus",),
    "fa": ("pes", "fas"),
    "fi": ("fin",),
    "fr": ("fra",),
    "ga": ("gle",),
    "gl": ("glg",),
    "gu": ("guj",),
    "he": ("heb",),
    "hi": ("hin",),
    "hr": ("hrv",),
    "hu": ("hun",),
    "hy": ("hye",),
    "id": ("ind",),
    "is": ("isl",),
    "it": ("ita",),
    "ja": ("jpn", "jpn_Hira"),
    "ka": ("kat",),
    "kk": ("kaz_Cyrl", "kaz"),
    "km": ("khm",),
    "kn": ("kan",),
    "ko": ("kor", "kor_Hang"),
    "lt": ("lit",),
    "lv": ("lav", "lvs"),
    "mk": ("mkd",),
    "ml": ("mal",),
    "mr": ("mar",),
    "ms": ("zsm_Latn", "zsm", "msa_Latn", "msa"),
    "nb": ("nob",),
    "nl": ("nld",),
    "nn": ("nno",),
    "no": ("nob", "nor"),
    "pa": ("pan_Guru", "pan"),
    "pl": ("pol",),
    "pt": ("por", "pt", "pt_br", "pob"),
    "ro": ("ron",),
    "ru": ("rus",),
    "sk": ("slk",),
    "sl": ("slv",),
    "sq": ("sqi",),
    "sr": ("srp_Cyrl", "srp_Latn", "srp"),
    "sv": ("swe",),
    "sw": ("swa", "swh"),
    "ta": ("tam",),
    "te": ("tel",),
    "th": ("tha",),
    "tl": ("tgl_Latn", "tgl"),
    "tr": ("tur",),
    "uk": ("ukr",),
    "ur": ("urd",),
    "vi": ("vie",),
    "zh": ("cmn_Hans", "zho_Hans", "cmn", "zho", "zh_cn", "zh_CN", "zhs"),
}
"""The codes of a language in vocabularies, besides its two letters; the written standard of most speakers first."""

_SHOWN = 12
"""Codes of a model that an error lists."""


def model_names(source: str, target: str) -> tuple[str, ...]:
    """The models that translate a pair, best first, without their owner.

    >>> model_names("en", "de"), model_names("en", "pt")
    (('opus-mt-en-de',), ('opus-mt-tc-big-en-pt', 'opus-mt-en-ROMANCE'))
    """
    ends = _PAIRS.get(f"{source}-{target}", (f"{source}-{target}",))
    if target == "zh" and source != "en":
        ends = (*ends, f"{source}-ZH")
    return tuple(f"opus-mt-{end}" for end in ends)


def target_code(vocabulary: Iterable[str], target: str, model: str, codes: Mapping[str, str] | None = None) -> str:
    """The first token of every source, such as ``>>fra<<``; "" for a model with one target language.

    ``vocabulary`` is what the model knows; ``codes`` are the user's own by language, with or without the brackets, ""
    for none. Raises :class:`SlmaugError` where the model has no code for ``target``, or not the one wanted.

    >>> target_code([">>cmn_Hans<<", ">>cmn_Hant<<", "a"], "zh", "opus-mt-en-zh")
    '>>cmn_Hans<<'
    """
    known = {token[2:-2] for token in vocabulary if token.startswith(">>") and token.endswith("<<") and len(token) > 4}
    own = (codes or {}).get(target)
    if own is not None:
        own = own.removeprefix(">>").removesuffix("<<")
        if own and own not in known:
            raise SlmaugError(f"{printable(model)}: has no target language {own!r}, as codes says; {_listed(known)}")
        return f">>{own}<<" if own else ""
    if not known:
        return ""
    names = (*_CODES.get(target, ()), target)
    found = next((name for name in names if name in known), None)
    if found is None:
        variants = sorted(each for each in known if each.startswith(tuple(f"{name}_" for name in names)))
        found = variants[0] if len(variants) == 1 else None
    if found is None:
        raise SlmaugError(
            f"{printable(model)}: has no target language {target!r}; {_listed(known)}; name one of them with "
            f"codes={{{target!r}: ...}}, or another model"
        )
    return f">>{found}<<"


def _listed(known: set[str]) -> str:
    if not known:
        return "it has one target language only and takes no code"
    names = sorted(known)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"it has {', '.join(names[:_SHOWN])}{more}"
