"""The variants of all seeds: drawn in one process or several, until no question stands under two seeds."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from slmaug.errors import SlmaugError
from slmaug.plan import Common, Drawn, SeedPlan, Variant, draw, even_shares

_ROUNDS = 8  # of settling questions that two seeds both reached, and of sharing out what a seed could not fill
_ROUNDS_OF_JUDGING = 4  # of drawing again for what a judge dropped

Progress = Callable[[int], object]
Judge = Callable[[Mapping[int, Sequence[Variant]]], Mapping[int, Mapping[str, str]]]
"""Says of variants, by their seed's place, which are to be dropped: their keys, with the reason."""


def drawn_for_all(
    plans: Sequence[SeedPlan],
    common: Common,
    workers: int,
    progress: Progress | None,
    judge: Judge | None = None,
) -> list[Drawn]:
    """Draw for every seed until no question stands under two of them and no seed with room leaves rows unmade.

    ``progress`` is called with the number of rows that are new since its last call; those whose question two seeds
    reached wait for the next round. The sum never passes the rows wanted, and reaches them if all could be made.
    What ``judge`` drops is drawn again, a few times. It is called in this process, with the same variants however many
    workers there are.

    Raises :class:`SlmaugError` where a worker process dies.
    """
    plans = list(plans)
    wanted = len(plans) + sum(plan.count for plan in plans)
    tally = _Tally(len(plans))
    reported = 0

    def report(rows: int) -> None:
        nonlocal reported
        if progress is not None and rows > reported:
            progress(rows - reported)
            reported = rows

    with _drawing(common, workers) as run:
        again = list(range(len(plans)))
        full: set[int] = set()
        settling, judging = _ROUNDS, 0 if judge is None else _ROUNDS_OF_JUDGING
        while again:
            for i, result in zip(again, run([plans[i] for i in again]), strict=True):
                tally.put(i, result)
                report(min(tally.settled, wanted))
            strayed = _strayed(plans, tally, again, judge) if judging else []
            if strayed:
                judging -= 1
                again = strayed
            elif settling:
                settling -= 1
                again = _to_draw_again(plans, tally, full, common, wanted)
            else:
                break
    if judge is not None:
        tally.drop(judge(tally.variants(range(len(plans)))))
    drawn = tally.without_shared()
    report(len(drawn) + sum(len(result.variants) for result in drawn))
    return drawn


def _strayed(plans: list[SeedPlan], tally: _Tally, again: Sequence[int], judge: Judge | None) -> list[int]:
    """The seeds that have to be drawn for once more since the judge dropped variants, their plans changed."""
    found = judge(tally.variants(again)) if judge is not None else {}
    for i, reasons in found.items():
        plans[i] = replace(plans[i], strayed={**plans[i].strayed, **reasons})
    return sorted(found)


def _to_draw_again(plans: list[SeedPlan], tally: _Tally, full: set[int], common: Common, wanted: int) -> list[int]:
    """The seeds that have to be drawn for once more, their plans changed so that other variants come."""
    shared = tally.shared()
    if shared:
        again = [i for i, result in enumerate(tally.drawn) if any(each.key in shared for each in result.variants)]
        for i in again:
            plans[i] = replace(plans[i], taken=plans[i].taken | shared)
        return again
    sizes = [len(result.variants) for result in tally.drawn]
    full |= {i for i, plan in enumerate(plans) if sizes[i] < plan.count}
    room = [i for i in range(len(plans)) if i not in full]
    missing = wanted - len(plans) - sum(sizes)
    more = dict(zip(room, even_shares(missing, len(room)), strict=True)) if room else {}
    again = [i for i in room if more[i]]
    for i in again:
        plans[i] = plans[i].resized(sizes[i] + more[i], common.recipe)
    return again


class _Tally:
    """What is drawn so far, and how many seeds reached each question."""

    def __init__(self, seeds: int) -> None:
        self.drawn = [Drawn() for _ in range(seeds)]
        self.settled = seeds
        """Rows that are there to stay: the seeds' own, and the variants whose question no other seed has reached."""
        self._owners: Counter[str] = Counter()
        self._contested: set[str] = set()
        """The keys of all questions that several seeds reached in any round: these are mostly drawn once more."""

    def put(self, i: int, result: Drawn) -> None:
        """Replace what was drawn for the seed at place ``i``."""
        for key in (variant.key for variant in self.drawn[i].variants):
            self._owners[key] -= 1
            self.settled -= key not in self._contested
        for key in (variant.key for variant in result.variants):
            self._owners[key] += 1
            if key not in self._contested:
                if self._owners[key] == 1:
                    self.settled += 1
                else:
                    self.settled -= 1
                    self._contested.add(key)
        self.drawn[i] = result

    def shared(self) -> frozenset[str]:
        """The keys of the questions that several seeds reached."""
        return frozenset(key for key, count in self._owners.items() if count > 1)

    def variants(self, places: Iterable[int]) -> dict[int, list[Variant]]:
        return {i: self.drawn[i].variants for i in places}

    def drop(self, reasons: Mapping[int, Mapping[str, str]]) -> None:
        """Leave out what a judge dropped and no round was left to draw again."""
        for i, mine in reasons.items():
            result = self.drawn[i]
            for variant in result.variants:
                if variant.key in mine:
                    result.made[variant.form] -= 1
                    result.rejected[variant.form][mine[variant.key]] += 1
            self.put(i, replace(result, variants=[each for each in result.variants if each.key not in mine]))

    def without_shared(self) -> list[Drawn]:
        """What was drawn, without the questions that seeds still share after the last round."""
        shared = self.shared()
        for i, result in enumerate(self.drawn):
            for variant in result.variants:
                if variant.key in shared:
                    result.made[variant.form] -= 1
                    result.rejected[variant.form]["another seed's question"] += 1
            kept = [variant for variant in result.variants if variant.key not in shared]
            self.put(i, replace(result, variants=kept))
        return self.drawn


Run = Callable[[Iterable[SeedPlan]], Iterable[Drawn]]


@contextmanager
def _drawing(common: Common, workers: int) -> Iterator[Run]:
    """What draws for plans, in their order: this process, or a pool of ``workers`` that each got ``common`` once."""
    if workers == 1:
        yield partial(map, partial(draw, common=common))
        return
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor  # slow to import

    with ProcessPoolExecutor(workers, initializer=_begin_worker, initargs=(common,)) as pool:
        try:
            yield partial(pool.map, _draw_in_worker)
        except BrokenProcessPool:
            raise SlmaugError("a worker process died, perhaps for want of memory; try fewer workers") from None
        except BaseException:
            pool.shutdown(cancel_futures=True)  # waits, for an exit stumbles over a living pool
            raise


_common_of_worker: Common


def _begin_worker(common: Common) -> None:
    global _common_of_worker
    _common_of_worker = common
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the workers, too; their parent sees to it


def _draw_in_worker(plan: SeedPlan) -> Drawn:
    return draw(plan, _common_of_worker)
