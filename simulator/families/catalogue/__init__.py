"""The families of priors, each in a file of its own: every module here that has a `FAMILY`."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from simulator.families.family import Family


def _families() -> Mapping[str, Family]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return MappingProxyType({module.FAMILY.name: module.FAMILY for module in modules})


#: Every family by the name that a study gives it.
FAMILIES = _families()
