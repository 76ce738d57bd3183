"""Charts of runs, studies and what other functions return: SVG that a notebook shows, the report's own."""

from simulator.report.charts.beliefs import belief as belief
from simulator.report.charts.beliefs import beliefs as beliefs
from simulator.report.charts.beliefs import learned as learned
from simulator.report.charts.changes import differences as differences
from simulator.report.charts.changes import parts as parts
from simulator.report.charts.chart import Chart as Chart
from simulator.report.charts.checks import checks as checks
from simulator.report.charts.convergence import convergence as convergence
from simulator.report.charts.distribution import distribution as distribution
from simulator.report.charts.distribution import exceedance as exceedance
from simulator.report.charts.distribution import tails as tails
from simulator.report.charts.drivers import drivers as drivers
from simulator.report.charts.flips import flip_map as flip_map
from simulator.report.charts.flips import flips as flips
from simulator.report.charts.over_time import fan as fan
from simulator.report.charts.scenarios import scenarios as scenarios
from simulator.report.charts.scenarios import trajectory as trajectory
from simulator.report.charts.scores import calibration as calibration
from simulator.report.charts.scores import skill as skill
from simulator.report.charts.sensitivity import sensitivity as sensitivity
from simulator.report.charts.stress import stress as stress
from simulator.report.charts.value import value as value
from simulator.report.charts.verdicts import shifts as shifts
from simulator.report.charts.verdicts import verdicts as verdicts
