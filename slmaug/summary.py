"""What a build says about itself: the plan before, the summary after."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slmaug.augment.back_translation import BackTranslation
from slmaug.config import Settings
from slmaug.cot.rewriter import Reject
from slmaug.files import Seeds
from slmaug.manifest import rejects_path, shortfalls_by_form
from slmaug.metrics import SetMetrics
from slmaug.plan import planned
from slmaug.recipe import Recipe

if TYPE_CHECKING:
    from slmaug.rows import Rows


def short_of(rows: Rows) -> str:
    """The sentence about rows that are missing, "" if none is."""
    missing = rows.report.asked - len(rows)
    if missing <= 0:
        return ""
    return (
        f"{missing:,} of {rows.report.asked:,} rows are missing: the forms found no more distinct questions; "
        "give more seeds or ask for fewer rows"
    )


def summary_lines(rows: Rows, seeds: Seeds, width: int | None, output: str) -> list[str]:
    """How many rows of what, how different they are, what a language model gave, and all that was left out."""
    report = rows.report
    counts = sorted(report.per_seed.values())
    spread = f"{counts[0]:,}" if counts[0] == counts[-1] else f"{counts[0]:,} to {counts[-1]:,}"
    facts = [
        ("seeds", f"{counted(len(counts), 'seed')} of {report.source}; rows per seed: {spread}"),
        *_metrics_facts(rows.metrics()),
    ]
    lines = [_wrapped(f"  {name:<10}{text}", width, 12) for name, text in facts]
    if "glossary" in report.notes:
        lines.append(_wrapped(glossary_line(report.notes["glossary"]), width, 12))
    if "semantic" in report.notes:
        lines += [_wrapped(line, width, 12) for line in semantic_lines(report.notes["semantic"])]
    lines += [_wrapped(line, width, 12) for line in outcome_lines(report.notes, report.rejects, output)]
    lines += ["", *_table({form: (count,) for form, count in report.forms.items()}, ("rows",), len(rows))]
    fell_short = _fell_short(rows, width)
    if fell_short:
        rest = "other forms took what they could" if short_of(rows) else "other forms took the rest"
        lines += ["", f"  fell short; {rest}", *fell_short]
    return lines + skipped_lines(seeds, width)


def outcome_lines(notes: Mapping[str, Any], rejects: Sequence[Reject], output: str) -> list[str]:
    """How many of the analyses, phrasings and answers were good, what became of the rest, and where to read of it."""
    lines = []
    for name, verb, key in (
        ("analyses", "accepted", "accepted"),
        ("phrasings", "accepted", "accepted"),
        ("answers", "rewritten", "rewritten"),
    ):
        if name in notes:
            lines.append(f"  {name:<10}{notes[name][key]:,} of {notes[name]['asked']:,} {verb}")
    lines += _translation_lines(notes)
    without = notes.get("analyses", {}).get("seeds_without", [])
    if without:
        lines.append(f"            {counted(len(without), 'seed')} without one got the outline: {_ids(without)}")
    if rejects:
        kept = f"; see {rejects_path(Path(output))}" if output not in ("", "-") else ""
        reasons = Counter(reject.reason.split(":")[0] for reject in rejects)
        shown = by_reason(dict(reasons.most_common(4)))
        lines.append(f"  rejects   {counted(len(rejects), 'reply', 'replies')} turned down ({shown}){kept}")
    return lines


def glossary_line(note: Mapping[str, Any]) -> str:
    """How much of the user's own glossary the questions have, and what of it is locked."""
    kept = f"; locked, so kept as they are: {_some(note['kept'])}" if note["kept"] else ""
    groups = counted(note["groups"], "group")
    return f"  glossary  {groups} of {note['source']}, {note['in_questions']:,} with a phrase that a question has{kept}"


def semantic_lines(note: Mapping[str, Any]) -> list[str]:
    """How many variants the sentence encoder dropped, of which forms and why."""
    forms = {form: sum(reasons.values()) for form, reasons in note["dropped"].items()}
    reasons = sum((Counter(reasons) for reasons in note["dropped"].values()), Counter[str]())
    lines = [f"  semantic  {sum(forms.values()):,} of {counted(note['judged'], 'variant')} dropped"]
    if forms:
        lines[0] += f" ({by_reason(reasons)}): {by_reason(Counter(forms))}"
    if note["seeds_not_judged"]:
        lines.append(f"            {counted(note['seeds_not_judged'], 'seed')} not in English: not judged")
    return lines


def _translation_lines(notes: Mapping[str, Any]) -> list[str]:
    """What was translated, and what came back of the questions that went there and back."""
    lines = []
    if "translation" in notes:
        lines += _brought_lines(notes["translation"])
    found = notes.get("back_translation", {})
    if "not_done" in found:
        lines.append(missing_line(found["not_done"]))
    for form, note in ((form, note) for form, note in found.items() if isinstance(note, dict)):
        for each in note.get("parts", [note]):
            lines.append(
                f"  {form}  {each['accepted']:,} paraphrases of {counted(each['questions'], 'question')} "
                f"by way of {', '.join(each['via'])}; {counted(each['returned'], 'sentence')} came back"
            )
            reasons = dict(list(each["discarded_by_reason"].items())[:4])
            if reasons:
                lines.append(f"            turned down: {by_reason(reasons)}")
            without = each["questions_without"]
            if without:
                lines.append(f"            {counted(without, 'question')} without one: other forms took their share")
    return lines


def _brought_lines(note: Mapping[str, Any]) -> list[str]:
    """How many questions and answers were brought into one language, and which stayed as they were."""
    target, kept, untold = note["target"], note["kept"], note["untold"]
    moved = ", ".join(f"{counted(count, 'field')} from {language}" for language, count in note["translated"].items())
    lines = [f"  translation  into {target}: {moved or 'none'}; {note['in_target']:,} in {target} already"]
    if kept:
        reasons = by_reason(note["kept_by_reason"])
        lines.append(f"            {len(kept):,} kept as they were ({reasons}): {_some(kept)}")
    if untold:
        fields = counted(len(untold), "field")
        lines.append(f"            {fields} too short to tell the language, kept as they were: {_some(untold)}")
    return lines


def _some(places: Sequence[str]) -> str:
    return ", ".join(places[:4]) + (", ..." if len(places) > 4 else "")


def translation_plan(settings: Settings, seeds: Seeds, recipe: Recipe) -> list[str]:
    """What would be translated before rows are drawn. Nothing is."""
    lines = []
    if settings.translate_to is not None:
        lines.append(
            f"  questions and answers in other languages would go into {settings.translate_to} first; above they stand "
            "as they are, and which models that takes turns out in the build"
        )
    via = [", ".join(form.augmenter.via) for form in recipe.forms if isinstance(form.augmenter, BackTranslation)]
    if via:
        questions = counted(len(seeds.seeds), "question")
        lines.append(f"  {questions} would go to {via[0]} and back, in {settings.samples} ways each")
    if lines and settings.translator == "llm":
        lines.append("  the language model's calls for that are not counted below")
    return lines


def missing_line(reason: str) -> str:
    """That there was no back-translation, and why."""
    return f"  no back-translation; its share went to the other forms: {reason}"


def plan_lines(seeds: Seeds, settings: Settings, recipe: Recipe, width: int | None) -> list[str]:
    """What a build would be made of, before anything is drawn. Raises what :func:`slmaug.plan.planned` raises."""
    plan = planned(seeds, settings.n, recipe)
    forms: Counter[str] = Counter({"seed": len(seeds.seeds)})
    for shares in plan:
        forms.update(shares)
    target = {"": "no output named", "-": "to standard output"}.get(settings.output, f"to {settings.output}")
    lines = [f"{settings.n:,} rows would be written, {target} ({settings.format})", ""]
    lines += _table(
        {form.name: (forms[form.name], f"{form.weight:g}") for form in recipe.forms} | {"seed": (forms["seed"], "")},
        ("rows", "weight"),
        settings.n,
    )
    lines += ["", f"  {counted(len(seeds.seeds), 'seed')} of {seeds.source}"]
    for seed, shares in zip(seeds.seeds, plan, strict=True):
        question = " ".join(seed.question.split())
        lines.append(_cut(f"  {1 + sum(shares.values()):>6,}  {seed.place}  {question}", width or 110))
    return [*lines, *skipped_lines(seeds, width)]


def _metrics_facts(found: SetMetrics) -> list[tuple[str, str]]:
    """The numbers of a set that say most; docs/metrics.md explains all of them."""
    facts = [
        (
            "distinct",
            f"{found.distinct_questions:,} questions; {found.distinct_word_bags:,} when letter case, punctuation and "
            "word order do not count",
        )
    ]
    if found.words_changed is not None:
        facts.append(("changed", f"{_percent(found.words_changed)} of words on average{_new(found)}"))
    variety = [
        *([] if found.self_bleu is None else [f"self-BLEU {found.self_bleu:.2f} within a seed"]),
        *([] if found.form_balance is None else [_balance(found.form_balance, found.form_balance_worst)]),
        f"nine in ten have {found.words_5} to {found.words_95} words",
    ]
    facts.append(("variety", "; ".join(variety)))
    if found.lookalike_pairs:
        (one, other), most = found.lookalike_seeds[0].seeds, found.lookalike_seeds[0].pairs
        facts.append(
            (
                "alike",
                f"{counted(found.lookalike_pairs, 'pair')} of questions with different answers; "
                f"of seeds {one} and {other}: {most:,}",
            )
        )
    return facts


def _new(found: SetMetrics) -> str:
    """What part of the content words the seeds' questions do not have, and what is known of these."""
    if found.new_words is None:
        return ""
    details = [
        f"{_percent(share)} {what}"
        for share, what in (
            (found.new_words_own, "on the matter"),
            (found.new_words_from_answer, "from the answers"),
        )
        if share is not None
    ]
    return f"; {_percent(found.new_words)} of content words are new" + (
        f" (of these {', '.join(details)})" if details else ""
    )


def _balance(whole: float, worst: float | None) -> str:
    return f"forms balanced to {_percent(whole)}" + ("" if worst is None else f", at one seed to {_percent(worst)}")


def _percent(share: float) -> str:
    said = f"{share:.0%}"
    return "<1%" if share and said == "0%" else said


def _fell_short(rows: Rows, width: int | None) -> list[str]:
    """A line for each form that fell short: how far, at how many seeds, and the commonest reason."""
    found = [(each.form, each) for each in shortfalls_by_form(rows.report.shortfalls) if each.form is not None]
    pad = max((len(form) for form, _ in found), default=0)
    return [
        _wrapped(
            f"    {form:<{pad}}  {each.made:,} of {each.asked:,} asked at {counted(len(each.seeds), 'seed')}: "
            f"{next(iter(each.rejected), 'nothing to draw')}",
            width,
            pad + 6,
        )
        for form, each in found
    ]


def skipped_lines(seeds: Seeds, width: int | None) -> list[str]:
    """The rows of the input that were left out, and why."""
    if not seeds.skipped:
        return []
    heading = f"  {counted(len(seeds.skipped), 'row')} of {seeds.source} skipped"
    return ["", heading, *(_wrapped(f"    {each.place}: {each.reason}", width, 6) for each in seeds.skipped)]


def _table(counts: Mapping[str, tuple[int | str, ...]], heads: Sequence[str], total: int) -> list[str]:
    """Names on the left, numbers on the right, and what share of the total the first number is."""
    cells = [[f"{value:,}" if isinstance(value, int) else value for value in row] for row in counts.values()]
    widths = [max(len(head), *(len(row[i]) for row in cells)) for i, head in enumerate(heads)]
    pad = max(len("form"), *map(len, counts))
    lines = [f"  {'form':<{pad}}" + "".join(f"  {head:>{size}}" for head, size in zip(heads, widths, strict=True))]
    for (name, values), row in zip(counts.items(), cells, strict=True):
        numbers = "".join(f"  {cell:>{size}}" for cell, size in zip(row, widths, strict=True))
        share = int(values[0]) / total
        lines.append(f"  {name:<{pad}}{numbers}  {_percent(share):>4}")
    return lines


def by_reason(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in counts.items())


def _ids(numbers: Iterable[int]) -> str:
    found = list(numbers)
    return ", ".join(map(str, found[:8])) + (", ..." if len(found) > 8 else "")


def counted(count: int, noun: str, plural: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def _wrapped(line: str, width: int | None, indent: int) -> str:
    if width is None or len(line) <= width:
        return line
    start = len(line) - len(line.lstrip())
    hang = " " * (indent - start)
    wrapped = textwrap.wrap(line.strip(), width - start, subsequent_indent=hang, break_on_hyphens=False)
    return "\n".join(" " * start + each for each in wrapped)


def _cut(line: str, width: int) -> str:
    import unicodedata

    used = 0
    for at, char in enumerate(line):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > width - 1:
            return line[:at] + "…" if at < len(line) - 1 else line
    return line
