"""The figures of one run, as `Run.plot` offers them."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from simulator.analysis.run import Run
from simulator.report.figures.distribution import distribution
from simulator.report.figures.drivers import drivers
from simulator.report.figures.exceedance import exceedance
from simulator.report.figures.fan import fan
from simulator.report.figures.shifts import shifts
from simulator.report.figures.verdicts import verdicts


@dataclass(frozen=True, slots=True)
class Plots:
    """The figures of a run, such as ``run.plot.distribution("value_created.group")``.

    Parameters
    ----------
    run
        As simulated or opened.
    """

    run: Run

    def distribution(self, metric: str, by_verdict: bool = True) -> Figure:
        """Return the distribution of a metric over the paths, split by verdict."""
        return distribution(self.run, metric, by_verdict)

    def drivers(self, metric: str) -> Figure:
        """Return the priors that move a metric's mean most."""
        return drivers(self.run, metric)

    def exceedance(self, metric: str) -> Figure:
        """Return the probability of more than each amount of a metric."""
        return exceedance(self.run, metric)

    def fan(self, series: str, entity: str = "group") -> Figure:
        """Return P5, median and P95 of a quantity by quarter."""
        return fan(self.run, series, entity)

    def shifts(self, entity: str = "group") -> Figure:
        """Return the priors that set bull and bear paths apart."""
        return shifts(self.run, entity)

    def verdicts(self) -> Figure:
        """Return the probability of each verdict, of the group and of each company."""
        return verdicts(self.run)
