"""Figures of a run for notebooks, each a matplotlib Figure: what `Run.plot` draws.

Matplotlib and arviz-plots are an extra, so whatever imports this package needs them; nothing else does.
"""

from importlib.util import find_spec

from simulator.errors import UsageError

if missing := [name for name in ("matplotlib", "arviz_plots") if find_spec(name) is None]:
    message = f"figures need {' and '.join(missing)}, not installed here: pip install 'strandline[plot]'"
    raise UsageError(message)

from simulator.report.figures.belief import belief as belief
from simulator.report.figures.checks import checks as checks
from simulator.report.figures.differences import differences as differences
from simulator.report.figures.distribution import distribution as distribution
from simulator.report.figures.drivers import drivers as drivers
from simulator.report.figures.exceedance import exceedance as exceedance
from simulator.report.figures.fan import fan as fan
from simulator.report.figures.parts import parts as parts
from simulator.report.figures.plots import Plots as Plots
from simulator.report.figures.score import calibration as calibration
from simulator.report.figures.score import skill as skill
from simulator.report.figures.shifts import shifts as shifts
from simulator.report.figures.tails import tails as tails
from simulator.report.figures.verdicts import verdicts as verdicts
