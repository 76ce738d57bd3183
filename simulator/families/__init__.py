"""The families of priors: what each takes, its distribution, its fit to quantiles and its form in the kernel.

A family is a module of `simulator.families.catalogue`. NumPy and SciPy are imported where numbers are asked
for, and not before: a command's help does not wait for them.
"""

from simulator.families.catalogue import FAMILIES as FAMILIES
from simulator.families.family import Family as Family
from simulator.families.family import Parameter as Parameter
from simulator.families.family import Problem as Problem
