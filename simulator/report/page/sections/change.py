"""The model of the run within its report: beliefs are changed, and the verdict follows."""

import shlex
from typing import NamedTuple

from simulator.analysis.reproduce import location, model_option
from simulator.analysis.run import Run
from simulator.report.page.context import Context
from simulator.report.page.document import Code, Embedded, Section

#: Of the section, and of the page in it.
ANCHOR = "change"


class ModelPage(NamedTuple):
    """A page with the model of a run inside, whoever made it.

    Attributes
    ----------
    html, policy
        The whole page, and the content-security policy that it states.
    paths
        How many it computes at first.
    """

    html: str
    policy: str
    paths: int


def change(context: Context, page: ModelPage | None) -> Section | None:
    """Return the page within the report; None where there is none."""
    if page is None:
        return None
    t, run = context.t, context.found.run
    counts = {"page": t.count(page.paths), "paths": t.count(run.plan.paths)}
    taken = t("change.taken_first" if run.plan.paths > page.paths else "change.taken_all", **counts)
    shown = Embedded(
        ANCHOR,
        t("change.frame"),
        page.html,
        page.policy,
        t("change.about", taken=taken),
        t.compose("change.instead", command=Code(_command(run))),
    )
    return Section(ANCHOR, t("section.change"), [shown])


def _command(run: Run) -> str:
    """Return the command that writes the same page as a file of its own."""
    what = str(location(run.directory)) if run.directory else run.study.name
    return shlex.join(["strandline", "whatif", what, *model_option(run)])
