"""Step-by-step analysis in front of an answer; the answer itself is locked.

>>> from slmaug import expand
>>> from slmaug.cot import Outline, answer_of
>>> row = expand([("Where is the log?", "In the folder logs.")], n=1, cot=Outline())[0]
>>> answer_of(row.completion)
'In the folder logs.'
"""

from __future__ import annotations

from slmaug.lazy import lazily

TYPE_CHECKING = False  # as type checkers know it; importing typing would take longer than all of this
if TYPE_CHECKING:
    from slmaug.cot.answer_lock import answer_of
    from slmaug.cot.outline import Outline
    from slmaug.cot.rationale import Rationales
    from slmaug.cot.rewriter import Analyses, Analysis, Reject, Rewriter
    from slmaug.cot.rewriting import rewritten

__all__ = ["Analyses", "Analysis", "Outline", "Rationales", "Reject", "Rewriter", "answer_of", "rewritten"]

_HOMES = {
    "Analyses": "rewriter",
    "Analysis": "rewriter",
    "Outline": "outline",
    "Rationales": "rationale",
    "Reject": "rewriter",
    "Rewriter": "rewriter",
    "answer_of": "answer_lock",
    "rewritten": "rewriting",
}

__getattr__ = lazily(__name__, globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
