"""Augmenters: small callables that ask one question in other words. Compose them with Chain, OneOf and Maybe."""

from slmaug.augment.answer_words import AnswerWords
from slmaug.augment.augmenter import Augmenter, per_text, vary
from slmaug.augment.back_translation import BackTranslation
from slmaug.augment.compose import Chain, LeadingTo, Maybe, OneOf, OnTop
from slmaug.augment.deletion import Deletion
from slmaug.augment.distinct import Distinct
from slmaug.augment.fronting import Fronting
from slmaug.augment.insertion import Insertion
from slmaug.augment.lexicon import Chinese, English, Lexicon, WordNet
from slmaug.augment.listed import Listed
from slmaug.augment.nlpaug import NlpAug
from slmaug.augment.one_sentence import OneSentence
from slmaug.augment.phrasing import PHRASING_FORMS, Phrasing
from slmaug.augment.restructuring import Restructuring
from slmaug.augment.rewording import Rewording
from slmaug.augment.swap import Swap
from slmaug.augment.synonyms import Synonyms
from slmaug.augment.typos import Typos

__all__ = [
    "PHRASING_FORMS",
    "AnswerWords",
    "Augmenter",
    "BackTranslation",
    "Chain",
    "Chinese",
    "Deletion",
    "Distinct",
    "English",
    "Fronting",
    "Insertion",
    "LeadingTo",
    "Lexicon",
    "Listed",
    "Maybe",
    "NlpAug",
    "OnTop",
    "OneOf",
    "OneSentence",
    "Phrasing",
    "Restructuring",
    "Rewording",
    "Swap",
    "Synonyms",
    "Typos",
    "WordNet",
    "per_text",
    "vary",
]
