"""Rows for the eye: a table for notebooks and one for terminals, the changed words of each question marked."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from slmaug.cot.answer_lock import steps_of
from slmaug.locks import HAN, KANA
from slmaug.record import Row, Seed

# --- which rows --------------------------------------------------------------------------------------------------


def sample(rows: Sequence[Row], count: int, groups: int) -> list[Row]:
    """At most ``count`` rows of about ``groups`` seeds: one of each form, then more of each seed.

    Of more forms than ``count`` those with the most rows are shown, ties by name. Rows with the seed's own question
    count only where there is nothing else.
    """
    variants = [row for row in rows if row.form != "seed"] or list(rows)
    by_seed: dict[int, dict[str, list[Row]]] = {}
    for row in variants:
        by_seed.setdefault(row.seed_id, {}).setdefault(row.form, []).append(row)
    ids = sorted(by_seed)
    groups = min(len(ids), max(groups, 1))
    shown = [ids[position * len(ids) // groups] for position in range(groups)]
    picked: list[Row] = []
    load: Counter[int] = Counter()
    sizes = Counter(row.form for row in variants)
    for form in sorted(sizes, key=lambda form: (-sizes[form], form))[:count]:
        # A form that none of the shown seeds has brings in another seed.
        able = [seed_id for seed_id in shown if form in by_seed[seed_id]]
        able = able or [seed_id for seed_id in ids if form in by_seed[seed_id]]
        seed_id = min(able, key=lambda seed_id: load[seed_id])
        load[seed_id] += 1
        picked.append(by_seed[seed_id][form][0])
    waiting = {seed_id: _one_form_after_another(by_seed[seed_id], picked) for seed_id in shown}
    while len(picked) < count and waiting:
        seed_id = min(waiting, key=lambda seed_id: load[seed_id])
        row_or_none = next(waiting[seed_id], None)
        if row_or_none is None:
            del waiting[seed_id]
        else:
            load[seed_id] += 1
            picked.append(row_or_none)
    return sorted(picked, key=lambda row: (row.seed_id, row.form))


def _one_form_after_another(forms: dict[str, list[Row]], picked: Sequence[Row]) -> Iterator[Row]:
    taken = {id(row) for row in picked}
    used = {row.form for row in picked for same in forms.get(row.form, ()) if same is row}
    # Forms this seed does not show yet come first.
    order = sorted(forms, key=lambda form: (form in used, form))
    for turn in range(max(map(len, forms.values()))):
        for form in order:
            if turn < len(forms[form]) and id(forms[form][turn]) not in taken:
                yield forms[form][turn]


# --- what changed ------------------------------------------------------------------------------------------------


class Change(NamedTuple):
    """A stretch of the old question and what stands for it in the new one; either may be empty.

    Where ``same`` holds, the two differ in white space at most.
    """

    old: str
    new: str
    same: bool


_EAST = f"{HAN}{KANA}\u3000-\u303f\uff00-\uff65"
# A Chinese or Japanese character; opening signs; a run of others up to its closing signs; any sign left over.
# Behind each its white space.
_OPENERS, _CLOSERS = "(\\[{\"'\u201c\u2018", ".,;:!?)\\]}\"'\u201d\u2019\u2026"
_WORD = re.compile(f"([{_EAST}]|[{_OPENERS}]+|[^\\s{_EAST}]+?(?=[{_CLOSERS}]*(?:[\\s{_EAST}]|$))|\\S)(\\s*)")
_ALIKE = 0.3


def changes(old: str, new: str) -> list[Change]:
    """How ``old`` became ``new``, word by word; the stretches together are the two texts.

    Where next to nothing is shared, scattered small words would only look like an edit: then all of it changed.
    """
    olds, news = _words(old), _words(new)
    matcher = SequenceMatcher(None, [word for word, _ in olds], [word for word, _ in news], autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [Change(old, new, same=False)]
    return [
        Change(_together(olds[start_old:end_old]), _together(news[start_new:end_new]), kind == "equal")
        for kind, start_old, end_old, start_new, end_new in matcher.get_opcodes()
    ]


def _words(text: str) -> list[tuple[str, str]]:
    lead = len(text) - len(text.lstrip())
    words = _WORD.findall(text, lead)
    return [("", text[:lead]), *words] if lead else words


def _together(words: Sequence[tuple[str, str]]) -> str:
    return "".join(word + gap for word, gap in words)


def _marked(text: str, mark: Callable[[str], str], escape: Callable[[str], str]) -> str:
    """The text marked, the white space around it only escaped."""
    bare = text.strip()
    start = text.index(bare)
    end = start + len(bare)
    return escape(text[:start]) + (mark(bare) if bare else "") + escape(text[end:])


def _visible(text: str, keep: str = "") -> str:
    """Signs that would command a terminal, turn the writing round or not encode, as escapes."""
    return "".join(
        char
        if char in keep or not (unicodedata.category(char) in ("Cc", "Cs") or char in _TURNING)
        else _SHORT.get(char, f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}")
        for char in text
    )


_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TURNING = frozenset("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


# --- terminal ----------------------------------------------------------------------------------------------------


def text_table(rows: Sequence[Row], count: int, seeds: Sequence[Seed], colour: bool = False) -> str:
    """Up to ``count`` rows before and after; what changed stands in colour, or else in ``[brackets]``.

    Every question has a line of its own behind a label of fixed width, so wide characters push nothing out of line.
    """
    by_id = {seed.id: seed for seed in seeds}
    bold, faint = (_ansi("1"), _ansi("2")) if colour else (_visible, _visible)
    gone, added = (_ansi("31;9"), _ansi("32;1")) if colour else (_bracketed, _bracketed)
    blocks: list[str] = []
    for row in sample(rows, count, groups=count):
        seed = by_id.get(row.seed_id)
        place = f" ({seed.place})" if seed and seed.place else ""
        lines = [f"{bold(row.form)}{faint(f'  seed {row.seed_id}{place}')}"]
        if seed is None or seed.question == row.question:
            lines.append(f"  as it is  {_visible(row.question)}")
        else:
            found = changes(seed.question, row.question)
            before = "".join(_marked(each.old, _visible if each.same else gone, _visible) for each in found)
            after = "".join(_marked(each.new, _visible if each.same else added, _visible) for each in found)
            lines += [f"  before    {before}", f"  after     {after}"]
        if row.steps:
            lines.append(faint(f"  by        {' > '.join(row.steps)}"))
        if row.analysis:
            lines += _labelled("analysis", steps_of(row.analysis).split("\n"), _visible)
            lines += _labelled("answer", _short(row.answer.replace("\r\n", "\n"), 4, 300).split("\n"), faint)
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _labelled(label: str, lines: Sequence[str], mark: Callable[[str], str]) -> list[str]:
    """The lines behind a label that stands at the first of them."""
    return [f"  {label if i == 0 else '':<10}{mark(line)}".rstrip() for i, line in enumerate(lines)]


def _ansi(code: str) -> Callable[[str], str]:
    return lambda text: f"\x1b[{code}m{_visible(text)}\x1b[0m"


def _bracketed(text: str) -> str:
    return f"[{_visible(text)}]"


# --- notebook ----------------------------------------------------------------------------------------------------

# Colours are half transparent and the text keeps the theme's own, so it reads on light and on dark.
_STYLE = """<style>
.slmaug-rows { max-width: 76em; line-height: 1.45; }
.slmaug-rows table { border-collapse: collapse; width: 100%; margin: .5em 0 !important; table-layout: fixed; }
.slmaug-rows th, .slmaug-rows td { text-align: left !important; vertical-align: baseline !important;
  padding: .32em .8em; border: 0; line-height: 1.45; overflow-wrap: anywhere;
  white-space: pre-wrap; font-weight: inherit; background: transparent; }
.slmaug-rows tr, .slmaug-rows tr:hover { background: transparent !important; }
.slmaug-rows tbody { border-top: 1px solid rgba(128, 128, 128, .45); }
.slmaug-rows tbody tr:first-child > * { padding-top: .7em; }
.slmaug-rows tbody tr:last-child > * { padding-bottom: .9em; }
.slmaug-rows thead th, .slmaug-rows small { opacity: .68; font-size: .86em; }
.slmaug-rows small { display: block; }
.slmaug-rows .question { font-weight: 600; }
.slmaug-rows ins, .slmaug-rows del { border-radius: .2em; padding: .05em .15em; color: inherit; }
.slmaug-rows ins { background: rgba(46, 160, 67, .3); text-decoration: none; }
.slmaug-rows del { background: rgba(248, 81, 73, .16); opacity: .72; text-decoration: line-through; }
.slmaug-rows pre { margin: .3em 0 0; padding: .4em .6em; border-radius: .3em; background: rgba(128, 128, 128, .14);
  color: inherit; font-size: .88em; line-height: 1.35; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>"""


def html_table(rows: Sequence[Row], seeds: Sequence[Seed], count: int = 20) -> str:
    """A sample of the rows below their seeds' questions, as HTML without scripts or anything from elsewhere."""
    by_id = {seed.id: seed for seed in seeds}
    forms = Counter(row.form for row in rows)
    # Every form is shown, be there more of them than rows asked for.
    count = max(count, len(forms))
    shown = sample(rows, count, groups=count // 5)
    groups: dict[int, list[Row]] = {}
    for row in shown:
        groups.setdefault(row.seed_id, []).append(row)
    total = f"{len(rows)} rows of {len({row.seed_id for row in rows})} seeds"
    counts = " · ".join(f"{_safe(form)} {number}" for form, number in sorted(forms.items()))
    bodies = [_group(by_id.get(seed_id), group) for seed_id, group in groups.items()]
    return "\n".join(
        [
            f'{_STYLE}\n<div class="slmaug-rows">',
            f"<div><b>{total}</b>, {len(shown)} shown: words <ins>added</ins> and <del>taken out</del></div>",
            f"<small>{counts}</small>",
            '<table><colgroup><col style="width: 13%"><col style="width: 47%"><col style="width: 40%"></colgroup>',
            "<thead><tr><th>form</th><th>question</th><th>answer</th></tr></thead>",
            *bodies,
            "</table></div>",
        ]
    )


def _group(seed: Seed | None, rows: Sequence[Row]) -> str:
    """The seed's question and answer, the variants below; answers of their own stand beside each variant."""
    question = seed.question if seed else rows[0].question
    answer = seed.answer if seed else rows[0].answer
    rows = [row for row in rows if row.question != question or row.completion != answer] if seed else rows[1:]
    one_answer = all(row.completion == answer for row in rows)
    span = f' rowspan="{len(rows) + 1}"' if one_answer else ""
    place = f"<small>{_safe(seed.place)}</small>" if seed and seed.place else ""
    lines = [
        f'<tr><td>seed{place}</td><td class="question">{_safe(question)}</td><td{span}>{_answer(answer)}</td></tr>'
    ]
    for row in rows:
        steps = f"<small>{_safe(' > '.join(row.steps))}</small>" if row.steps else ""
        own = "" if one_answer else f"<td>{_own_answer(row.completion, answer)}</td>"
        marked = _html_changes(changes(question, row.question))
        lines.append(f"<tr><td><small>{_safe(row.form)}</small></td><td>{marked}{steps}</td>{own}</tr>")
    return "<tbody>" + "\n".join(lines) + "</tbody>"


def _html_changes(found: Sequence[Change]) -> str:
    pieces: list[str] = []
    for change, following in zip(found, [*found[1:], None], strict=True):
        if change.same:
            # The white space before a word that was taken out is in the old question only.
            pieces.append(_safe(change.old if following and following.old else change.new))
        elif len(found) == 1:
            pieces.append(_ins(change.new))  # the old question stands above, in one piece
        else:
            pieces += [_marked(change.old, _del, _safe), _marked(change.new, _ins, _safe)]
    return "".join(pieces)


def _del(text: str) -> str:
    return f"<del>{_safe(text)}</del>"


def _ins(text: str) -> str:
    return f"<ins>{_safe(text)}</ins>"


def _safe(text: str) -> str:
    return html.escape(_visible(text.replace("\r\n", "\n"), keep="\n\t"))


_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*\n(?:((?s:.*?))\n)?[ \t]*\1`*~*[ \t]*$", re.MULTILINE)
_CODE_SIGNS = re.compile(r"^(?: {2,}|\t)\S|[{}]|;\s*$|\w\(|^\s*[$#<>/.]|=>|->|::|&&|\|\|| \| | -{1,2}\w", re.MULTILINE)


def _answer(answer: str) -> str:
    """The answer shortened: the beginning of its prose, and of its code on a ground of its own."""
    answer = answer.replace("\r\n", "\n")
    fence = _FENCE.search(answer)
    if fence:
        before, code, after = answer[: fence.start()].strip(), fence.group(2) or "", answer[fence.end() :].strip()
        prose = f"{_safe(_short(before, 3, 180))}" if before else ""
        return f"{prose}<pre>{_safe(_short(code, 8, 360))}</pre>{'<small>… more text</small>' if after else ''}"
    if _CODE_SIGNS.search(answer) and ("\n" in answer.strip() or len(answer) < 200):
        return f"<pre>{_safe(_short(answer, 10, 420))}</pre>"
    return _safe(_short(answer, 6, 300))


_BOLD, _BOLD_HTML = re.compile(r"\*\*([^*\n]+)\*\*"), r"<b>\1</b>"


def _own_answer(answer: str, seeds_own: str) -> str:
    if answer == seeds_own:
        return "<small>as above</small>"
    if answer.endswith(seeds_own):
        analysis = _safe(_short(steps_of(answer[: len(answer) - len(seeds_own)]), 8, 600))
        return f"{_BOLD.sub(_BOLD_HTML, analysis)}<small>then the answer above</small>"
    return _answer(answer)


def _short(text: str, lines: int, characters: int) -> str:
    """The beginning of the text, whole lines if it can be, and how much more there is."""
    kept = "\n".join(text.split("\n")[:lines])
    if len(kept) > characters:
        kept = kept[: characters - 1].rstrip() + "…"
    more = text.count("\n") - kept.count("\n")
    return kept + (f"\n… {more} more line{'s'[: more > 1]}" if more else "")
