"""Where the prior sets are that come with the program."""

from pathlib import Path

from simulator.errors import StrandlineError

_PACKAGE = Path(__file__).resolve().parents[1]


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
