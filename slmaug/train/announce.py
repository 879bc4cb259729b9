"""What is said before a training begins: what is going to happen, and what the user should know of it."""

from __future__ import annotations

from slmaug.errors import printable
from slmaug.summary import counted
from slmaug.train.prepare import Prepared
from slmaug.train.recipes import unusual


def plan_lines(prepared: Prepared) -> list[str]:
    """What is going to happen: model, rows, settings, memory."""
    data, config, fit = prepared.data, prepared.config, prepared.fit
    steps = -(-len(data.split.training) // (fit.per_device_batch * fit.accumulation * config.world_size))
    limit = config.max_steps
    most = f"{limit:,} in all" if limit > 0 else f"epochs: at most {config.num_train_epochs:g}"
    asked = "".join(f"; {counted(len(each.examples), 'real question')} of {each.name}" for each in data.questions)
    return [
        f"recipe     {prepared.parsed.recipe.name}: {prepared.parsed.recipe.about}",
        f"model      {prepared.base.name}",
        f"rows       {len(data.split.training):,} to train on, {len(data.split.held_out):,} held out, "
        f"{len({each.answer for each in data.split.training}):,} answers{asked}",
        f"length     at most {data.encoded.longest:,} tokens a row; none is cut",
        f"steps      about {steps:,} an epoch, {most}, learning rate {config.learning_rate:g}",
        *(f"           {reason}" for reason in fit.reasons),
    ]


def warnings_of(prepared: Prepared) -> list[str]:
    """What the user should know before the training begins, one line each."""
    found = []
    if not prepared.base.made_here:
        found += unusual(
            prepared.config.learning_rate, prepared.config.num_train_epochs, lora=bool(prepared.model.use_peft)
        )
    if prepared.data.leaked:
        found.append(
            f"{prepared.data.leaked:,} rows ask a real question but for case, punctuation or word order and were "
            "left out"
        )
    known = {each.answer for each in prepared.data.rows.examples}
    for file in prepared.data.questions:
        unknown = [each for each in file.examples if each.answer not in known]
        if unknown:
            found.append(
                f"{file.name}: {len(unknown):,} of {len(file.examples):,} expected answers are none that is trained, "
                f"the first at {printable(unknown[0].place)}; such a question can only count as wrong"
            )
    apart = prepared.data.split
    if apart.held_out and apart.answers_kept:
        found.append(
            f"{apart.answers_kept:,} of {apart.answers:,} answers have no held-out question, for all their "
            "questions are nearly the same"
        )
    refused = prepared.data.encoded.refused
    if refused:
        found.append(
            f"{len(refused):,} rows are longer than {prepared.data.encoded.limit:,} tokens and were left out, the "
            f"first at {printable(refused[0].place)}; --too-long keep trains on them whole"
        )
    return found
