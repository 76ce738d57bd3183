"""Where the prior sets are that come with the program, and which of them is the newest."""

import tomllib
from datetime import date
from pathlib import Path

from simulator.errors import StrandlineError

_PACKAGE = Path(__file__).resolve().parents[1]

#: What the newest of the dated sets is asked for as, and how the names of these begin.
LATEST = "latest"
_DATED = "hyperscalers-"


def priors_root(package: Path = _PACKAGE) -> Path:
    """Return the folder of the shipped prior sets.

    Parameters
    ----------
    package
        Folder of the package: an installed one holds the sets, a checkout has them beside it.
    """
    for folder in (package / "_priors", package.parent / "priors"):
        if folder.is_dir():
            return folder
    message = f"the prior sets are missing beside {package}; install the program again"
    raise StrandlineError(message)


def shipped_sets() -> tuple[str, ...]:
    """Return the names of the shipped prior sets, in the order of the alphabet."""
    # The other folders have what is no set of its own: evidence, and the priors of forecasters.
    return tuple(sorted(folder.parent.name for folder in priors_root().glob("*/study.toml")))


def dated_sets() -> tuple[str, ...]:
    """Return the names of the shipped sets that ask one question on several days."""
    return tuple(name for name in shipped_sets() if name.startswith(_DATED))


def latest_set() -> str:
    """Return the name of the dated set that knows most: the one with the last day."""
    return max(dated_sets(), key=_day)


def is_shipped(name: str) -> bool:
    """Whether a name is that of a shipped set, or stands for the newest."""
    return name == LATEST or name in shipped_sets()


def named(name: str) -> str:
    """Return the name of the set that a name stands for; one that is no set's as it is."""
    return latest_set() if name == LATEST else name


def _day(name: str) -> date:
    return tomllib.loads((priors_root() / name / "study.toml").read_text(encoding="utf-8"))["study"]["as_of"]
