"""What the runs of a comparison are called: by folder, by study and its day, and by what was set."""

import shlex

from simulator.analysis.reproduce import is_shipped, location
from simulator.analysis.run import Run
from simulator.report.console import plain
from simulator.report.page.document import Code, Inline, Inlines
from simulator.report.page.names import Names

#: Settings of a run that are named one by one.
NAMED = 3


def run_name(run: Run) -> str:
    """Return what a run is called: its folder, or else its study."""
    return plain(run.directory.name if run.directory else run.study.name)


def described(names: Names, run: Run) -> list[Inline]:
    """Return a run's name with its study, what that knew, and what was set otherwise than it says."""
    t, study = names.t, run.study
    known: list[Inline] = [Code(study.name)]
    if study.as_of is not None:
        known = t.compose("compare.study_known", study=Code(study.name), day=t.day(study.as_of))
    items: list[Inlines] = []
    for change in study.changes[:NAMED]:
        label = t.prior(change.name, names.companies)
        items.append([*([label, " "] if label else []), Code(change.setting)])
    if more := len(study.changes[NAMED:]):
        items.append([t("compare.more", count=t.count(more))])
    if items:
        known += t.compose("compare.set", values=t.list_of(items))
    return t.compose("compare.described", run=Code(run_name(run)), study=known)


def title(names: Names, *runs: Run) -> Inline:
    """Return the title of the study that all runs are of, or of a comparison where they are of several."""
    titles = {run.study.title or run.study.name for run in runs}
    return names.t.translate(titles.pop()) if len(titles) == 1 else names.t("compare.title")


def attribution(first: Run, second: Run) -> str | None:
    """Return the command that says which change does what: of shipped studies, or else of stored runs."""
    if all(not run.study.changes and is_shipped(run.study) for run in (first, second)):
        return shlex.join(["strandline", "diff", first.study.name, second.study.name])
    if first.directory is None or second.directory is None:
        return None
    return shlex.join(
        ["strandline", "diff", *(str(location(one)) for one in (first.directory, second.directory))]
    )
