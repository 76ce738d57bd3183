"""Metrics and draws as one table, a row for each path."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from simulator.analysis.run.recomputed import draws as drawn
from simulator.analysis.run.recomputed import points_of
from simulator.analysis.run.record import RunRecord, refuse_name
from simulator.arguments import names_of
from simulator.errors import UsageError
from simulator.sampling import REPLICATES
from simulator.whole_numbers import whole

if TYPE_CHECKING:
    from pandas import DataFrame


def as_table(
    run: RunRecord,
    metrics: str | Iterable[str] | None,
    draws: str | Iterable[str] | None,
    paths: int | None,
) -> "DataFrame":
    """Return metrics and draws of a run, with the index (replicate, point): see `Run.table`.

    Raises
    ------
    UsageError
        There is no such metric or draw, or two columns would have the same name.
    """
    from pandas import DataFrame, MultiIndex  # half a second, and only who asks for a table needs it

    count = run.plan.paths if paths is None else whole("paths", paths, 1, run.plan.paths)
    points = points_of(count)
    wanted = run.names if metrics is None else names_of("metrics", metrics)
    derived = {} if set(wanted) <= set(run.names) else run.verdicts
    for name in wanted:
        if name not in derived and name not in run.names:
            refuse_name("metric", name, [*run.names, *derived])
    random = [name for name, prior in run.study.priors.items() if prior.family != "fixed"]
    columns = {
        name: (derived[name] if name in derived else run.metric(name))[:, :points].ravel() for name in wanted
    }
    for name, values in drawn(run, random if draws is None else names_of("draws", draws), count).items():
        own = {name: values} if values.ndim == 1 else {f"{name}[{i}]": row for i, row in enumerate(values)}
        for clash in own.keys() & columns.keys():
            message = f"table: found {clash!r} twice, a metric and a draw; name the metrics and draws wanted"
            raise UsageError(message)
        columns |= own
    axes = [range(REPLICATES), range(points)]
    return DataFrame(columns, index=MultiIndex.from_product(axes, names=("replicate", "point")))
