"""What the runs of a comparison are called: by folder, by study and its day, and by what was set."""

import shlex

from simulator.analysis.run import Run
from simulator.report.console import plain
from simulator.report.page.document import Code, Inline, Inlines
from simulator.report.page.labels import label
from simulator.report.page.reproduce import is_shipped, location
from simulator.report.page.speech import Speech

#: Settings of a run that are named one by one.
NAMED = 3

#: Priors that differ from which on it is worth asking which of them does what.
FEW = 3


def run_name(run: Run) -> str:
    """Return what a run is called: its folder, or else its study."""
    return plain(run.directory.name if run.directory else run.study.name)


def described(say: Speech, run: Run) -> list[Inline]:
    """Return a run's name with its study, what that knew, and what was set otherwise than it says."""
    study = run.study
    known: list[Inline] = [Code(study.name)]
    if study.as_of is not None:
        known = say.fill("compare.study_known", study=Code(study.name), day=say.day(study.as_of))
    if given := _given(say, run):
        known += say.fill("compare.set", values=given)
    return say.fill("compare.described", run=Code(run_name(run)), study=known)


def _given(say: Speech, run: Run) -> list[Inline]:
    companies = {name: say.told(title).text for name, title in run.study.settings.entities.items()}
    items: list[Inlines] = []
    changes = run.study.changes
    for change in changes[:NAMED]:
        text = label(say, change.name, companies)
        items.append([*([text, " "] if text else []), Code(change.setting)])
    if len(changes) > NAMED:
        items.append([say("compare.more", count=say.count(len(changes) - NAMED))])
    return say.listed(items)


def title(say: Speech, *runs: Run) -> Inline:
    """Return the title of the study that all runs are of, or of a comparison where they are of several."""
    titles = {run.study.title or run.study.name for run in runs}
    return say.told(titles.pop()) if len(titles) == 1 else say("compare.title")


def difference_command(first: Run, second: Run) -> str | None:
    """Return the command that says which change does what: of shipped studies, or else of stored runs."""
    if all(not run.study.changes and is_shipped(run.study) for run in (first, second)):
        sides = [first.study.name, second.study.name]
    elif first.directory is not None and second.directory is not None:
        sides = [str(location(first.directory)), str(location(second.directory))]
    else:
        return None
    return shlex.join(["strandline", "diff", *sides])
