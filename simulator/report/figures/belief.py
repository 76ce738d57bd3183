"""What is believed of one quantity: its density, its quantiles, and who says so."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import special
from xarray import DataTree

from simulator.analysis.run import Run
from simulator.beliefs import fit_report, quantile
from simulator.errors import UsageError
from simulator.report.figures.outcome import SAY, Source, study_of, titled, unknown
from simulator.report.figures.style import PALETTE, blank, halo, say, styled, write_numbers
from simulator.report.page.locale import grouped
from simulator.study import Prior, Study

#: Inches.
HEIGHT = 3.9
#: Equally probable values that a density is counted from, bars, and the probability beyond either end.
VALUES, BARS, BEYOND = 2**15, 64, 0.003
#: Quantiles of a prior that is given by its parameters.
TOLD = (0.1, 0.5, 0.9)


@styled
def belief(source: Study | Source, name: str, before: Study | Source | None = None) -> Figure:
    """Return the density of a prior with its quantiles, its basis and its sources.

    Parameters
    ----------
    source
        A study, or a run of one, or the run's tree.
    name
        Of a prior.
    before
        Another study, whose belief of the same name is drawn as an outline.

    Raises
    ------
    UsageError
        There is no such prior, or it is a point mass or shares of a whole.
    """
    study = _study(source)
    prior = _prior(study, name)
    values = _values(prior)
    figure, axes = blank(HEIGHT)
    held = [values] if before is None else [values, _values(_prior(_study(before), name))]
    first, last = np.quantile(np.concatenate(held), [BEYOND, 1 - BEYOND]).tolist()
    edges = np.linspace(first, last, BARS + 1)
    tops = _density(values, edges)
    axes.stairs(tops, edges, fill=True, color=PALETTE["one"], alpha=0.28, linewidth=0)
    axes.stairs(tops, edges, color=PALETTE["one"], linewidth=1.8, baseline=None)
    if before is not None:
        names = (study.name, _study(before).name)
        _key(axes, _density(held[1], edges), edges, names if names[0] != names[1] else ("now", "before"))
    fit = fit_report(prior)
    told = fit.got or dict(zip(TOLD, np.quantile(values, TOLD), strict=True))
    _mark(axes, told, tops, edges)
    unit = "" if prior.unit == "1" else prior.unit
    axes.set_xlabel(titled(name, unit))
    axes.set_ylabel(f"density, per {unit}" if unit else "density")
    axes.set_ylim(bottom=0)
    write_numbers(axes, "x")
    made = f"{_made(prior, fit.worst_miss, fit.asked)} Study {study.name}."
    say(figure, _title(name, values, unit), _who(study, prior), made)
    return figure


def _study(source: Study | Source) -> Study:
    if isinstance(source, Study):
        return source
    if isinstance(source, Run | DataTree):
        return study_of(source)
    message = f"belief: found a {type(source).__name__}; allowed: a Study, a Run, or its DataTree"
    raise UsageError(message)


def _prior(study: Study, name: str) -> Prior:
    prior = study.priors.get(name)
    if prior is None:
        raise UsageError(unknown("prior", name, study.priors))
    if prior.family in ("fixed", "dirichlet"):
        what = "held at one number" if prior.family == "fixed" else "shares of a whole"
        message = f"{name}: {what}; a density is drawn of one number that varies"
        raise UsageError(message)
    return prior


def _values(prior: Prior) -> Float[np.ndarray, " value"]:
    """Return equally probable values of a prior, in its unit."""
    return quantile(prior)(special.ndtri((np.arange(VALUES) + 0.5) / VALUES))


def _density(values: Float[np.ndarray, " value"], edges: Float[np.ndarray, " edge"]) -> np.ndarray:
    return np.histogram(values, edges)[0] / values.size / np.diff(edges)


def _key(axes: Axes, tops: np.ndarray, edges: np.ndarray, names: tuple[str, str]) -> None:
    """Draw the belief before as an outline, and name both."""
    axes.stairs(tops, edges, color=PALETTE["soft"], linewidth=1.6, linestyle=(0, (4, 2)), baseline=None)
    axes.set_ylim(top=1.25 * axes.get_ylim()[1])  # room for the names, wherever the mode is
    for line, (name, color) in enumerate(zip(names, ("one", "soft"), strict=True)):
        place = (0.99, 0.95 - 0.085 * line)
        text = f"{name} (dashed)" if line else name
        axes.annotate(text, place, xycoords="axes fraction", ha="right", color=PALETTE[color], weight="bold")


def _mark(axes: Axes, told: Mapping[float, float], tops: np.ndarray, edges: np.ndarray) -> None:
    """Mark quantiles on the density, each with its number."""
    for p, value in told.items():
        at = int(np.clip(np.searchsorted(edges, value) - 1, 0, len(tops) - 1))
        axes.plot([value, value], [0, tops[at]], color=PALETTE["one"], linewidth=1)
        axes.plot([value], [0], "o", color=PALETTE["one"], markersize=5, clip_on=False, zorder=5)
        text = f"P{100 * p:g}\n{_short(value)}"
        place = (value, tops[at] / 2)
        halo(
            axes.annotate(
                text,
                place,
                (4, 0),
                textcoords="offset points",
                color=PALETTE["ink"],
                va="center",
                fontsize=8.5,
            )
        )


def _title(name: str, values: np.ndarray, unit: str) -> str:
    low, high = (_short(x) for x in np.quantile(values, [0.1, 0.9]))
    return f"{name}: 80% between {low} and {high} {unit}".rstrip()


def _short(value: float) -> str:
    """Return a number with three digits."""
    return grouped(f"{float(f'{value:.3g}'):.10g}")


def _who(study: Study, prior: Prior) -> str:
    """Return on what basis it is believed, and by whom it is said."""
    basis = prior.basis or "basis not stated"
    day = f", {SAY.day(prior.as_of)}" if prior.as_of else ""
    titles = [study.sources[key].title for key in prior.sources if key in study.sources]
    sources = f". Sources: {'; '.join(titles)}" if titles else ". No source"
    return f"{basis[:1].upper()}{basis[1:]}{day}{sources}."


def _made(prior: Prior, miss: float, asked: Mapping[float, float]) -> str:
    """Return the family, and how well it meets the quantiles that were asked of it."""
    if not asked:
        return f"A {prior.family} by its parameters."
    listed = ", ".join(f"P{100 * p:g} {SAY.number(value)}" for p, value in asked.items())
    how = "it has them exactly" if miss < 1e-9 else f"it misses by at most {100 * miss:.2g}% of their spread"
    return f"The {prior.family} nearest to {listed}; {how}."
