"""report.html: what a training came to, on one page that needs nothing from elsewhere."""

from __future__ import annotations

import base64
import html
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.cot.answer_lock import answer_of
from slmaug.formats import replacing
from slmaug.train.answers_table import weakest, wilson
from slmaug.train.card import duration, evaluation_title, percent
from slmaug.train.curves import curves_png
from slmaug.train.page_style import STYLE

if TYPE_CHECKING:
    from slmaug.train.scoring import Evaluation, Scored

Manifest = Mapping[str, Any]

_SHOWN = 25
"""Wrong answers of an evaluation that the page shows; the file of wrong answers has all."""
_LONGEST = 4000
"""Characters of an answer that are compared and shown."""
_TOKEN = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
_LATER = {"held_out": 1, "training": 2}
"""The evaluations of the training file's own questions, in their order behind the real ones."""


def write_page(
    path: str | os.PathLike[str],
    manifest: Manifest,
    history: Sequence[Mapping[str, Any]],
    evaluations: Sequence[Evaluation],
    *,
    preflight: Sequence[tuple[str, bool]] = (),
) -> None:
    """Write the page; ``preflight`` is a row as the model sees it, in pieces with whether each is trained.

    The page takes its place when it is whole. Raises :class:`SlmaugError` where it cannot be written.
    """
    name = Path(path).resolve().parent.name or "training"
    with replacing(path) as file:
        file.write(page(name, manifest, history, evaluations, preflight).encode("utf-8", "backslashreplace"))


def page(
    name: str,
    manifest: Manifest,
    history: Sequence[Mapping[str, Any]],
    evaluations: Sequence[Evaluation],
    preflight: Sequence[tuple[str, bool]] = (),
) -> str:
    """The page of the run called ``name``, as HTML."""
    asked = [each for each in evaluations if each.scored]
    body = [
        _opening(name, manifest, asked),
        _accuracies(asked),
        _curves(name, manifest, history),
        *(_wrong(each) for each in sorted(asked, key=lambda each: _LATER.get(each.name, 0))),
        _weakest(asked),
        _preflight(preflight),
        _facts(manifest),
    ]
    # No script, no request: what the page may load is said so that the browser holds to it.
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(name)}: report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


# --- figures -----------------------------------------------------------------------------------------------------


def headline(evaluations: Sequence[Evaluation]) -> Evaluation | None:
    """The evaluation that says most: the last of real questions, else the held-out questions, else what there is."""
    real = [each for each in evaluations if each.name not in _LATER]
    held_out = [each for each in evaluations if each.name == "held_out"]
    return next(reversed([*evaluations, *held_out, *real]), None)


def _opening(name: str, manifest: Manifest, evaluations: Sequence[Evaluation]) -> str:
    model, lora = manifest["model"], manifest.get("lora")
    base = "a small model made here" if model.get("made_here") else model["base"]
    about = f"{base} · {'LoRA' if lora else 'full fine-tuning'} · recipe {manifest['recipe']}"
    first = headline(evaluations)
    if first is None:
        return f"<header><h1>{_safe(name)}</h1><p>{_safe(about)}</p></header>\n<p>No questions were asked.</p>"
    others = "".join(
        f"<li><b>{percent(each.accuracy)}</b> <span>of {len(each.scored):,} {_safe(evaluation_title(each.name))}</span>"
        f"{_bar(each.accuracy)}</li>"
        for each in evaluations
        if each is not first
    )
    low, high = wilson(first.right, len(first.scored))
    return (
        f"<header><h1>{_safe(name)}</h1><p>{_safe(about)}</p></header>\n"
        f'<section class="headline"><div><strong>{percent(first.accuracy)}</strong>'
        f"<p>of {len(first.scored):,} {_safe(evaluation_title(first.name))} answered right: exact, and ended by itself"
        f"<small>95 % interval {percent(low)} to {percent(high)}</small></p></div>{_bar(first.accuracy)}"
        f"<ul>{others}</ul></section>"
    )


def _bar(share: float) -> str:
    return f'<span class="bar"><span style="width: {100 * share:.1f}%"></span></span>'


def _accuracies(evaluations: Sequence[Evaluation]) -> str:
    if not evaluations:
        return ""
    columns = [_column(each) for each in evaluations]
    # The longest column has the order of all.
    names = list(dict.fromkeys(name for column in sorted(columns, key=len, reverse=True) for name in column))
    rows = "".join(
        f"<tr><th scope=row>{name}</th>{''.join(f'<td>{column.get(name, chr(8211))}</td>' for column in columns)}</tr>"
        for name in names
    )
    heads = "".join(f"<th scope=col>{_safe(evaluation_title(each.name))}</th>" for each in evaluations)
    return (
        '<section><h2>Accuracy</h2><div class="wide"><table class="figures">'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _column(evaluation: Evaluation) -> dict[str, str]:
    counts, asked = evaluation.summary(), len(evaluation.scored)
    column = {
        "questions": f"{asked:,}",
        "right: exact and stopped": _share(evaluation.right, asked),
        "exact, character for character": _share(counts["exact"], asked),
        "right but for case and punctuation": _share(counts["normalised"], asked),
    }
    if counts["with_code"]:
        column["code equal but for layout"] = _share(counts["code_equal"], counts["with_code"])
    column["stopped by itself"] = _share(counts["stopped"], asked)
    if counts["repeats"] > 1:
        column["the same each time"] = _share(counts["same_each_time"], asked)
    column["different answers"] = f"{counts['answers']:,}"
    column["consistent over wordings"] = percent(counts["consistent_answers"])
    return column


def _share(count: int, of: int) -> str:
    return f"{percent(count / of)} <small>{count:,} of {of:,}</small>"


def _curves(name: str, manifest: Manifest, history: Sequence[Mapping[str, Any]]) -> str:
    if not history:
        return ""
    training, machine = manifest["training"], manifest["machine"]
    data = base64.b64encode(curves_png(history, best_step=training.get("best_step"))).decode()
    early = " It ended early, as more steps gave no more right answers." if training.get("stopped_early") else ""
    return (
        '<section><h2>Training</h2><img alt="Loss of the training rows and the held-out rows by step, and the share of '
        f'held-out answers that are right" src="data:image/png;base64,{data}"><p>{training["steps"]:,} steps, '
        f"{training['epochs']:g} epochs, {duration(training['seconds'])} on {_safe(str(machine['device']))}.{early}</p>"
        "</section>"
    )


# --- answers -----------------------------------------------------------------------------------------------------


def _wrong(evaluation: Evaluation) -> str:
    wrong = [each for each in evaluation.scored if not each.verdict.right]
    title = _safe(evaluation_title(evaluation.name))
    if not wrong:
        return (
            f"<section><h2>Wrong answers: {title}</h2><p>None: all {len(evaluation.scored):,} are right.</p></section>"
        )
    owners = {each.example.answer: each.example.question for each in reversed(evaluation.scored)}
    shown = "".join(_pair(each, owners) for each in wrong[:_SHOWN])
    more = f"{_SHOWN} of the {len(wrong):,}" if len(wrong) > _SHOWN else f"{len(wrong):,}"
    return (
        f"<section><h2>Wrong answers: {title}</h2><p>{more} wrong ones of {len(evaluation.scored):,}; "
        f"<code>wrong_answers.csv</code> has all. <mark class=lacks>Green</mark> is expected and did not come, "
        f"<mark class=wrong>red</mark> came instead.</p>{shown}</section>"
    )


def _pair(scored: Scored, owners: Mapping[str, str]) -> str:
    """A question with the expected answer and the one that came, side by side."""
    expected, got = scored.example.answer, answer_of(scored.shown.text)
    left, right = marked(expected[:_LONGEST], got[:_LONGEST])
    notes = []
    if not scored.verdict.stopped:
        notes.append("did not end by itself")
    if scored.verdict.normalised and not scored.verdict.exact:
        notes.append("right but for case, white space and punctuation")
    elif scored.verdict.code_equal and not scored.verdict.exact:
        notes.append("its code is right")
    if got != expected and got in owners:
        notes.append(f"the answer to “{owners[got]}”")
    if not got.strip():
        notes.append("nothing came")
    if max(len(expected), len(got)) > _LONGEST:
        notes.append(f"cut after {_LONGEST:,} characters here")
    place = f"<small>{_safe(scored.example.place)}</small>" if scored.example.place else ""
    return (
        f'<article><h3>{_safe(scored.example.question)}{place}</h3><div class="pair">'
        f"<div><h4>expected</h4><pre>{left}</pre></div><div><h4>got</h4><pre>{right}</pre></div></div>"
        + (f"<p>{_safe('; '.join(notes))}</p>" if notes else "")
        + "</article>"
    )


def marked(expected: str, got: str) -> tuple[str, str]:
    """Both texts as HTML, marked where they differ: what the first lacks in the second, and the other way round.

    White space counts; where it differs it is shown as signs.
    """
    olds, news = _TOKEN.findall(expected), _TOKEN.findall(got)
    left: list[str] = []
    right: list[str] = []
    for kind, old, new in _differences(olds, news):
        for out, tokens, mark in ((left, old, "lacks"), (right, new, "wrong")):
            text = "".join(tokens)
            out.append(_safe(text) if kind == "equal" or not text else f"<mark class={mark}>{_signs(text)}</mark>")
    return "".join(left), "".join(right)


def _differences(olds: Sequence[str], news: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Stretches of both, equal or not. What both begin and end with is found first: the matcher's time is quadratic."""
    most = min(len(olds), len(news))
    start = next((n for n in range(most) if olds[n] != news[n]), most)
    end = next((n for n in range(most - start) if olds[-1 - n] != news[-1 - n]), most - start)
    yield "equal", olds[:start], news[:start]
    old, new = olds[start : len(olds) - end], news[start : len(news) - end]
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed: tuple[int, int] | None = None  # where the change begins that is not told yet
    for place, (kind, a, b, c, d) in enumerate(found):
        # A space between two changes is part of one change: scattered words would be hard to read.
        if kind != "equal" or (changed and place < len(found) - 1 and not "".join(old[a:b]).strip(" ")):
            changed = changed or (a, c)
            continue
        if changed:
            yield "replace", old[changed[0] : a], new[changed[1] : c]
            changed = None
        yield kind, old[a:b], new[c:d]
    if changed:
        yield "replace", old[changed[0] :], new[changed[1] :]
    yield "equal", olds[len(olds) - end :], news[len(news) - end :]


def _signs(text: str) -> str:
    """A text that differs, its white space in signs where there is nothing else."""
    if text.strip():
        return _safe(text)
    return _safe(text.replace(" ", "·").replace("\t", "→").replace("\n", "↵\n"))


def _weakest(evaluations: Sequence[Evaluation]) -> str:
    first = headline(evaluations)
    found = weakest(first) if first else []
    if first is None or not found:
        return ""
    rows = "".join(
        f"<tr><td>{weak.wrong:,} of {weak.questions:,}</td><td><pre>{_safe(_short(weak.answer))}</pre></td></tr>"
        for weak in found
    )
    return (
        f"<section><h2>Weakest answers: {_safe(evaluation_title(first.name))}</h2><p>More wordings of these questions "
        'in the seeds would help most.</p><div class="wide"><table class="weak"><thead><tr><th scope=col>wrong</th>'
        f"<th scope=col>answer</th></tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _short(text: str, lines: int = 5, characters: int = 300) -> str:
    kept = "\n".join(text.split("\n")[:lines])[:characters].rstrip()
    return kept if kept == text.rstrip() else f"{kept} …"


# --- the row, the settings, the data -----------------------------------------------------------------------------


def _preflight(pieces: Sequence[tuple[str, bool]]) -> str:
    if not pieces:
        return ""
    row = "".join(f"<mark class=trained>{_safe(text)}</mark>" if trained else _safe(text) for text, trained in pieces)
    return (
        "<section><h2>One row as the model sees it</h2><p>The loss is computed on the "
        "<mark class=trained>marked</mark> part alone, its end token included.</p>"
        f"<pre>{row}</pre></section>"
    )


def _facts(manifest: Manifest) -> str:
    model, data, memory = manifest["model"], manifest["data"], manifest.get("memory")
    tables = {
        "Model": {
            "base": model["base"],
            "parameters": f"{model['parameters']:,}",
            "trained parameters": f"{model['trained_parameters']:,}",
        },
        "Data": _spaced(data),
        "Settings": {"recipe": manifest["recipe"], **dict(sorted(manifest["settings"].items()))},
        "LoRA": manifest.get("lora") or {},
        "Machine": _spaced(manifest["machine"]),
        "Memory": _spaced(memory) if isinstance(memory, Mapping) else {},
        "Versions": {"slmaug": manifest["slmaug"], **manifest["versions"]},
    }
    shown = "".join(f"<div><h3>{title}</h3>{_table(rows)}</div>" for title, rows in tables.items() if rows)
    return f'<section><h2>Settings and data</h2><div class="facts">{shown}</div></section>'


def _spaced(rows: Mapping[str, Any]) -> dict[str, Any]:
    """What there is of the rows, their names in words."""
    return {key.replace("_", " "): value for key, value in rows.items() if value is not None}


def _table(rows: Mapping[str, Any]) -> str:
    cells = "".join(
        f"<tr><th scope=row>{_safe(key)}</th><td>{_safe(_value(value))}</td></tr>" for key, value in rows.items()
    )
    return f"<table>{cells}</table>"


def _value(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _safe(text: str) -> str:
    """Text as HTML, control characters as escapes: some of them are not allowed there."""
    return html.escape("".join(char if char.isprintable() or char in "\n\t" else repr(char)[1:-1] for char in text))
