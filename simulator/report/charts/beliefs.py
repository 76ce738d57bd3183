"""What is believed: the density of a prior, several priors side by side, and priors that evidence moved."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.analysis.learning import Posterior
from simulator.beliefs import fit_report, laws, quantile
from simulator.errors import UsageError
from simulator.report.charts.chart import Chart
from simulator.report.charts.subject import LOCALE, titled, unknown
from simulator.report.console import capital
from simulator.report.drawing import WIDE, Density, Mark, Range, Ranges, Size, density, ranges
from simulator.report.moves import standardised
from simulator.report.page.locale import grouped
from simulator.study import Prior, Study

#: Equally probable values that a density is counted from, bars, and the probability beyond either end.
VALUES, BARS, BEYOND = 2**15, 64, 0.003
#: Quantiles of a prior that is given by its parameters, and of priors side by side.
QUANTILES = (0.1, 0.5, 0.9)
#: A density is less high than other charts.
_SIZE = Size("wide", WIDE.width, 270)
#: Priors that evidence moved, at most.
MOST = 12


def belief(study: Study, name: str, before: Study | None = None) -> Chart:
    """Return the density of a prior with its quantiles, its basis and its sources.

    Parameters
    ----------
    study
        Such as ``run.study``.
    name
        Of a prior.
    before
        Another study, whose belief of the same name is drawn as an outline.

    Raises
    ------
    UsageError
        There is no such prior, or it is a point mass or shares of a whole.
    """
    prior = _prior(study, name)
    values = _values(study, name)
    drawn = [values] if before is None else [values, _values(before, name)]
    first, last = np.quantile(np.concatenate(drawn), [BEYOND, 1 - BEYOND]).tolist()
    edges = np.linspace(first, last, BARS + 1)
    heights = [np.histogram(one, edges)[0] / one.size / np.diff(edges) for one in drawn]
    fit = fit_report(prior)
    quantiles = fit.got or dict(zip(QUANTILES, np.quantile(values, QUANTILES).tolist(), strict=True))
    marks = [Mark(value, (f"P{100 * p:g}", _short(value))) for p, value in quantiles.items()]
    unit = "" if prior.unit == "1" else prior.unit
    low, high = (_short(x) for x in np.quantile(values, [0.1, 0.9]))
    texts = {"label": name, "across": titled(name, unit), "up": f"density, per {unit}" if unit else "density"}
    legend: list[tuple[str, str]] = []
    if before is not None:
        names = (study.name, before.name) if study.name != before.name else ("now", "before")
        legend = list(zip(("density", "before"), names, strict=True))
    return Chart(
        f"{name}: 80% between {low} and {high} {unit}".rstrip(),
        _basis(study, prior),
        f"{_fit(prior, fit.worst_miss, fit.asked)} Study {study.name}.",
        density(_SIZE, Density(edges, *heights), marks, texts, LOCALE.tick),
        legend,
    )


def beliefs(study: Study, names: Iterable[str]) -> Chart:
    """Return several priors of one unit side by side: of each the median and the middle 80%.

    Parameters
    ----------
    study
        Such as ``run.study``.
    names
        Of priors.

    Raises
    ------
    UsageError
        There is none, no such prior, or one has another unit or no density.
    """
    priors = {name: _prior(study, name) for name in names}
    units = sorted({prior.unit for prior in priors.values()})
    if len(units) != 1:
        message = f"beliefs: found {' and '.join(units) or 'no priors'}; allowed: priors of one unit"
        raise UsageError(message)
    found = {name: np.quantile(_values(study, name), QUANTILES).tolist() for name in priors}
    ordered = sorted(found.items(), key=lambda row: row[1][1])
    unit = "" if units[0] == "1" else units[0]
    rows = [
        Ranges(name, [Range("one", *own)], text=f"{_short(own[1])} ({_short(own[0])} to {_short(own[2])})")
        for name, own in ordered
    ]
    (least, nearest), (most, furthest) = ordered[0], ordered[-1]
    return Chart(
        f"From {_short(nearest[1])} {unit} for {least} to {_short(furthest[1])} {unit} for {most}",
        "The median of each prior, and in brackets P10 and P90.",
        f"Dot: median; line: P10 to P90. Study {study.name}.",
        ranges(WIDE, rows, {"label": ", ".join(found), "across": unit}, LOCALE.tick),
    )


def learned(posterior: Posterior, names: Sequence[str] | None = None) -> Chart:
    """Return where priors lie after evidence and where they lay before, each in its own standard deviations.

    Parameters
    ----------
    posterior
        From `simulator.update`.
    names
        Of priors; by default those that moved the furthest.

    Raises
    ------
    UsageError
        There is no such prior, or it does not vary.
    """
    found = {row.name: row for row in posterior.moved(0.0) if row.prior.sd.value}
    chosen = list(found)[:MOST] if names is None else list(names)
    for name in chosen:
        if name not in found:
            raise UsageError(unknown("prior that varies", name, found))
    rows = [
        Ranges(
            name,
            [
                Range("two", *standardised(found[name], found[name].prior)),
                Range("one", *standardised(found[name], found[name].posterior)),
            ],
            text=LOCALE.estimate(found[name].shift),
        )
        for name in chosen
    ]
    first = max(chosen, key=lambda name: abs(found[name].shift.value))
    texts = {"label": first, "across": "standard deviations of the prior from its mean"}
    return Chart(
        f"{first} moved most, by {LOCALE.estimate(found[first].shift)} standard deviations",
        "At the right the shift of each mean.",
        f"Dot: median; line: P10 to P90. ± one standard error. Study {posterior.summary().study}.",
        ranges(WIDE, rows, texts, LOCALE.tick),
        [("two", "before"), ("one", "after")],
    )


def _prior(study: Study, name: str) -> Prior:
    prior = study.priors.get(name)
    if prior is None:
        raise UsageError(unknown("prior", name, study.priors))
    if prior.family in ("fixed", "dirichlet"):
        what = "fixed at one number" if prior.family == "fixed" else "shares of a whole"
        message = f"{name}: {what}; a density is drawn of one number that varies"
        raise UsageError(message)
    return prior


def _values(study: Study, name: str) -> Float[np.ndarray, " value"]:
    """Return equally probable values of a prior, in its unit."""
    return quantile(laws(study)[_prior(study, name).name])(special.ndtri((np.arange(VALUES) + 0.5) / VALUES))


def _short(value: float) -> str:
    """Return a number with three digits."""
    return grouped(f"{float(f'{value:.3g}'):.10g}")


def _basis(study: Study, prior: Prior) -> str:
    """Return on what basis it is believed, and from which sources."""
    basis = prior.basis or "basis not stated"
    day = f", {LOCALE.day(prior.as_of)}" if prior.as_of else ""
    titles = [study.sources[key].title for key in prior.sources if key in study.sources]
    sources = f". Sources: {'; '.join(titles)}" if titles else ". No source"
    return f"{capital(basis)}{day}{sources}."


def _fit(prior: Prior, miss: float, asked: Mapping[float, float]) -> str:
    """Return the family, and how well it meets the quantiles that were asked of it."""
    if not asked:
        return f"A {prior.family} by its parameters."
    listed = ", ".join(f"P{100 * p:g} {LOCALE.number(value)}" for p, value in asked.items())
    how = "it has them exactly" if miss < 1e-9 else f"it misses by at most {100 * miss:.2g}% of their spread"
    return f"The {prior.family} nearest to {listed}; {how}."
