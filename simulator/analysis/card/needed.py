"""The numbers of a run that its card needs: a report's, but for charts, named risks and total effects."""

from functools import partial

from simulator.analysis.display import displayed_metrics
from simulator.analysis.explanation import explain
from simulator.analysis.explanation.thresholds import moved_thresholds, other_rules
from simulator.analysis.findings import Findings, entity_titles, evaluated, refuse_large, tried
from simulator.analysis.run import Run
from simulator.analysis.run.faults import manifest_of, not_numbers
from simulator.analysis.structures import structures
from simulator.estimate.verdicts import by_entity
from simulator.progress import Step

#: Priors of each target, as many as a report lists.
TOP = 10


def numbers(run: Run, step: Step) -> Findings:
    """Return the findings on a run that its card needs.

    Parameters
    ----------
    run
        The run.
    step
        Called with what is done next, in a few words.

    Raises
    ------
    UsageError
        It has more paths than a report takes, or keeps a summary.
    """
    run.need_paths("a card")
    refuse_large(run)
    step("statistics of the outcomes")
    summary, table = run.summarise(), by_entity(run.units)
    charted, tabled = displayed_metrics(run.units)
    step("what drives them")
    drivers, unexplained = tried(partial(explain, top=TOP, total_paths=0), run)
    step("checks against the evidence")
    checks, unchecked = tried(evaluated, run)
    step("the study under other structures")

    def mix(done: int, total: int) -> None:
        step(f"the study under other structures: {done:,} of {total:,} paths")

    mixed, unstructured = tried(partial(structures, progress=mix), run)
    step("the thresholds of the scorecard")
    leader = next(iter(table))
    return Findings(
        run=run,
        summary=summary,
        entities=entity_titles(run, table),
        charted=charted,
        tabled=tabled,
        drivers=drivers,
        unexplained=unexplained,
        checks=checks,
        unchecked=unchecked,
        structures=mixed,
        unstructured=unstructured,
        manifest=manifest_of(run),
        thresholds=moved_thresholds(run, leader),
        rules=other_rules(run, leader),
        not_finite=not_numbers(run),
    )
