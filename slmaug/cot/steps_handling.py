"""What code does, in sentences: one function after the other, each in the order of its statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from slmaug.cot.code.facts import Program, Step
from slmaug.cot.steps_structure import clause_slots
from slmaug.cot.voice import Slot, Voice

_IN_A_SENTENCE = 3
"""Things done that one sentence tells."""
_MERGED = frozenset({"call", "await", "update", "evaluate"})
"""Kinds of which several in a row are told as a list."""
_BLOCKS = frozenset(
    """
    for for_item for_clause while do_while until loop if elif else try_else switch case default try catch finally
    lambda lambda_marked function_returned go_function defer_function with lock if_null unless loop_else or_else
    and_then or_else_any and_then_any or_else_whole and_then_whole command_if command_elif
    command_unless command_while command_until
    """.split()
)
_LOOPS = frozenset("for for_item for_clause while do_while until loop command_while command_until".split())
_FUNCTIONS = frozenset({"lambda", "lambda_marked", "function_returned", "go_function", "defer_function"})
_TIED = frozenset(
    """
    elif command_elif else try_else catch finally or_else and_then or_else_any and_then_any or_else_whole and_then_whole
    lambda lambda_marked function_returned loop_else case default if_null
    """.split()
)
"""Blocks that say themselves how they hang together with what stands in front of them."""
_BELONGS = frozenset("pipe through write append input errors duplicate join_errors to_errors heredoc init".split())
"""What belongs to the thing done in front of it and stays in its sentence."""
_CALLING = ("call", "await", "new", "run", "pipe", "through", "defer", "go")
_ARGUMENTS = 5
"""Arguments of a command that are named."""

Slots = list[Slot]


@dataclass
class _Writer:
    """Turns steps into sentences until ``room`` is used up, and counts the calls that are left out."""

    voice: Voice
    room: float
    subject: Slot = ()
    slots: Slots = field(default_factory=list)
    omitted: int = 0

    def body(self, steps: Sequence[Step], subject: Slot) -> None:
        self.subject = subject
        last = steps[-1]
        ends = last.kind.startswith(("return", "of_return")) and _size(steps) > self.room
        if not ends:
            self.block(steps, [], "next")
            return
        told = len(self.slots)
        self.room -= 1
        self.block(steps[:-1], [], "next")
        self.room = max(self.room, 0) + 1
        self._run([last], [], "finish" if len(self.slots) > told else "")

    def block(self, steps: Sequence[Step], heads: Slots, lead: str) -> None:
        """The steps of one block, ``heads`` (the conditions it stands under) in front of the first sentence.

        ``lead`` is the kind of the words that tie a later sentence to the ones before it.
        """
        runs = [(inner, list(run)) for inner, run in groupby(steps, key=lambda step: step.kind in _BLOCKS)]
        first = True
        before = ""
        for is_block, run in runs:
            if not is_block:
                tie = "" if first else "still" if lead == "within_loop" else _after(before)
                first = self._run(run, heads, tie) and first
                before = ""
                continue
            before = run[-1].kind
            for step in run:
                if self.room <= 0:
                    self._omit([step])
                    continue
                head = self._head(step)
                tied = [*heads, head] if first else [*self._tie(step, lead), head]
                self.room -= 1
                if step.kind in _LOOPS and len(step.inner) > 1 and any(each.kind in _BLOCKS for each in step.inner):
                    self._sentence(tied[:-1], [self.voice.say(f"{step.kind}_open", step.names)])
                    self.block(step.inner, [self.voice.say("within")], "within_loop")
                elif step.inner:
                    self.block(step.inner, tied, "within")
                else:
                    self._sentence(tied, [self.voice.say("empty")], bare=True)
                first = False

    def _tie(self, step: Step, lead: str) -> Slots:
        """What ties a block to the sentence in front of it; "otherwise" and its like need nothing."""
        if step.kind in _TIED:
            return []
        kinds = {"within": "within", "within_loop": "still"}
        return [self.voice.say(kinds[lead])] if lead in kinds else []

    def _head(self, step: Step) -> Slot:
        voice, names = self.voice, step.names
        if step.kind == "catch" and names:
            either = voice.templates["or"][0].join(map(voice.quoted, names))
            return tuple(each.format(either=either) for each in voice.templates["catch"])
        if step.kind in ("case", "with"):
            return voice.say(step.kind, (voice.listed(tuple(map(voice.quoted, names)), len(names)),), quote=False)
        bare = f"{step.kind}_bare"
        return voice.say(bare if not names and bare in voice.templates else step.kind, names)

    def _run(self, steps: list[Step], heads: Slots, lead: str) -> bool:
        """Steps in a row, as sentences of a few each; gives whether nothing was said."""
        said = True
        phrases: Slots = []
        kinds: list[str] = []
        left_out = self.room <= 0
        for step in _merged(steps):
            # What belongs to a thing that is told is told as well; what belongs to one left out is not.
            left_out = left_out if step.kind in _BELONGS else self.room <= 0
            if left_out:
                self._omit([step])
                continue
            self.room -= 1 + 0.3 * max(0, len(step.names) - 2)
            phrases.append(self._phrase(step))
            kinds.append(step.kind)
        for start, end in _sentences(kinds):
            tie = heads if start == 0 else []
            if start or lead:
                tie = [self.voice.say("next" if start else lead)]
            bare = kinds[start] in ("empty", "other")
            self._sentence(tie, phrases[start:end], bare)
            said = False
        return said

    def _sentence(self, heads: Slots, phrases: Slots, bare: bool = False) -> None:
        """``heads``, subject and verbs; ``bare`` phrases bring their own subject."""
        voice = self.voice
        parts: Slots = [*heads]
        if not bare:
            parts.append(tuple(each + voice.space if each else "" for each in self.subject))
            self.subject = voice.say("it")
        for number, phrase in enumerate(phrases):
            if number:
                last = number == len(phrases) - 1
                parts.append(self._between(last, len(phrases) > 2 or " and " in phrases[0][0]))
            parts.append(phrase)
        self.slots += [
            voice.capital(parts[0]) if parts[0] != ("",) else parts[0],
            *parts[1:],
            (voice.stop + voice.space,),
        ]

    def _between(self, last: bool, comma: bool) -> Slot:
        clause = self.voice.clause if comma or not self.voice.space else self.voice.space
        return tuple(clause + each for each in self.voice.then) if last else (clause,)

    def _phrase(self, step: Step) -> Slot:
        voice, kind, names = self.voice, step.kind, step.names
        if kind == "call":
            return tuple(
                each.replace("\0", self._calls(step, number)) for number, each in enumerate(self._call_frames(step))
            )
        if kind.startswith("of_"):
            value = voice.say(step.inner[0].kind, step.inner[0].names)
            frames, quoted = voice.templates[kind], tuple(map(voice.quoted, names))
            return tuple(each.format(*quoted, value=value[number % len(value)]) for number, each in enumerate(frames))
        if kind in ("run", "pipe", "through"):
            return voice.say(kind if len(names) > 1 else f"{kind}_bare", names, _ARGUMENTS)
        if kind in ("set", "hold") and len(names) == 1:
            kind += "_bare"
        elif kind in ("return", "yield", "raise", "throw") and not names:
            kind = f"{kind}_bare"
        return voice.say(kind, names)

    def _call_frames(self, step: Step) -> Slot:
        key = "call.1" if len({each.names for each in step.inner}) < 2 and "call.1" in self.voice.templates else "call"
        return tuple(each.replace("{all}", "\0") for each in self.voice.templates[key])

    def _calls(self, step: Step, number: int) -> str:
        """The calls of a merged step, each with the function it is given."""
        voice = self.voice
        counted: dict[tuple[str, ...], int] = {}
        for each in step.inner or (step,):
            counted[each.names] = counted.get(each.names, 0) + 1
        items = []
        for names, count in counted.items():
            kind = "given" if len(names) > 1 and names[1] else "times" if count > 1 else "owner"
            frames = voice.say(kind, names)
            items.append(frames[number % len(frames)].replace("\0", str(count)))
        return voice.listed(tuple(items), len(items))

    def _omit(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if step.kind == "call" and step.inner:
                self.omitted += len(step.inner)
                continue
            if step.kind.startswith("of_"):
                self.omitted += len(step.inner[0].names)
                continue
            if step.kind.startswith("chain"):
                self.omitted += len(step.names) - (step.kind in ("chain", "chain_one"))
            elif step.kind.split("_")[-1] in _CALLING or step.kind.split("_")[0] in _CALLING:
                self.omitted += max(1, len(step.names)) if step.kind in _MERGED and step.kind != "call" else 1
            self._omit(step.inner)


def _after(kind: str) -> str:
    """What ties a sentence to the block in front of it."""
    if kind in _FUNCTIONS:
        return "after_function"
    return "after_loop" if kind in _LOOPS else "after_block" if kind == "with" else "next"


def _size(steps: Sequence[Step]) -> float:
    """How many things the steps tell, about."""
    found = 0.0
    for step in steps:
        found += 1 + 0.3 * (len(step.names) - 2) if len(step.names) > 2 else 1
        if step.inner:
            found += _size(step.inner)
    return found


def _sentences(kinds: Sequence[str]) -> list[tuple[int, int]]:
    """From where to where the phrases of one sentence go; what belongs together is not parted."""
    bounds, start = [], 0
    for at, kind in enumerate(kinds):
        if at - start >= _IN_A_SENTENCE and kind not in _BELONGS:
            bounds.append((start, at))
            start = at
    return [*bounds, (start, len(kinds))] if kinds else []


def _merged(steps: Sequence[Step]) -> list[Step]:
    """Calls in a row as one step; those of ``call`` keep theirs as inner steps."""
    found: list[Step] = []
    for kind, group in groupby(steps, key=lambda step: step.kind if step.kind in _MERGED else id(step)):
        run = list(group)
        if kind == "call":
            for start in range(0, len(run), 4):
                part = run[start : start + 4]
                found.append(Step("call", tuple(each.names[0] for each in part), tuple(part)))
        elif len(run) > 1:
            found.append(Step(str(kind), tuple(name for each in run for name in each.names)))
        else:
            found += run
    return found


def handling(program: Program, voice: Voice, room: float, most: int) -> list[Slot]:
    """Sentences on what the code does, maybe none; ``room`` is how many things they tell at most, roughly."""
    found: Slots = []
    about = 0
    for clause in program.handling[: max(1, int(room))]:
        if clause.of not in (0, about):
            found.append(voice.say("sql_number", (str(clause.of),), quote=False))
            about = clause.of
        for slot in clause_slots(clause, voice, most):
            found += [voice.capital(slot), (voice.space,)]
    writer = _told(program, voice, room)
    if 0 < writer.omitted <= 2:
        writer = _told(program, voice, room + 2)
    found += writer.slots
    if writer.omitted:
        commands = any(step.kind in ("run", "pipe") for body in program.bodies for step in body.steps)
        one, several = voice.beyond_commands if commands else voice.beyond
        found.append((one if writer.omitted == 1 else several.format(writer.omitted),))
    if found and len(found[-1]) == 1:
        found[-1] = (found[-1][0].rstrip(),)
    return found


def nothing_handled(program: Program, voice: Voice) -> Slot:
    """What is said of code that does nothing that :func:`handling` tells."""
    kind = "nothing" if program.types or program.functions or program.imports else "as_it_stands"
    return voice.say(kind)


def _told(program: Program, voice: Voice, room: float) -> _Writer:
    writer = _Writer(voice, room)
    sizes = [_size(body.steps) for body in program.bodies]
    left = room
    for number, body in enumerate(program.bodies):
        # A long function leaves room for what comes after it.
        after = min(sum(sizes[number + 1 :]), left * (len(sizes) - number - 1) / (len(sizes) - number))
        writer.room = left = left - after
        if writer.room <= 0:
            writer._omit(body.steps)
            left = after
            continue
        if body.owner:
            subject = voice.say("owner", (body.owner,))
        else:
            subject = voice.say("outside" if len(program.bodies) > 1 else "code")
        writer.body(body.steps, subject)
        left = writer.room + after
    return writer
