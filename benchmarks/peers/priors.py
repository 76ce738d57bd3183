"""The numbers of a study as a peer needs them: constants, families with two parameters, correlations.

A lognormal, normal or logitnormal prior is a function of location + scale z; both follow from its exact
quantiles, so that every peer draws from the same distributions as the engine. What has bounds or another
family than these and the triangular is refused.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtr

from simulator.beliefs import quantile
from simulator.study import Study

from .numpy_buildout import Layout

FAMILIES = ("lognormal", "logitnormal", "normal", "triangular")


@dataclass(frozen=True)
class Numbers:
    """A study's priors, sorted by family.

    Parameters
    ----------
    constants
        Point masses, by name.
    names
        Random priors: first lognormal, then logitnormal, normal, triangular.
    location, scale
        [prior]; of the logarithm, of the logit, or of the number itself. Not used by a triangular one.
    triangular
        Low, mode and high, by row.
    pairs
        Rows that are correlated, and the Cholesky factor that makes them so.
    """

    layout: Layout
    constants: dict[str, np.float32]
    names: tuple[str, ...]
    counts: tuple[int, ...]
    location: np.ndarray
    scale: np.ndarray
    triangular: tuple[tuple[float, float, float], ...]
    correlated: np.ndarray
    factor: np.ndarray

    def spans(self) -> dict[str, slice]:
        """Rows of every family."""
        ends = np.cumsum([0, *self.counts])
        return {f: slice(a, b) for f, a, b in zip(FAMILIES, ends[:-1], ends[1:], strict=True)}


def numbers(study: Study) -> Numbers:
    """What the build-out model's peers need of a study."""
    settings = study.settings
    assert settings.companies
    assert settings.power_sources
    assert settings.horizon_quarters
    kinds = {kind: i for i, c in enumerate(settings.companies) for kind in c.exposures}
    layout = Layout(
        tuple(c.name for c in settings.companies),
        tuple(r.name for r in settings.power_sources),
        tuple(r.cancellation for r in settings.power_sources),
        settings.horizon_quarters,
        settings.pipeline_stages or 3,
        kinds["price_gap"],
        kinds["revenue_erosion"],
        kinds["seats"],
        kinds["revenue_volatility"],
    )
    random = {name: prior for name, prior in study.priors.items() if prior.family != "fixed"}
    names = [name for family in FAMILIES for name, prior in random.items() if prior.family == family]
    if len(names) != len(random) or any(math.isfinite(sum(p.bounds)) for p in random.values()):
        message = "a peer knows priors without bounds of the families " + ", ".join(FAMILIES)
        raise ValueError(message)
    location, scale, triangular = [], [], []
    for name in names:
        prior = random[name]
        to_line = {"lognormal": np.log, "logitnormal": logit}.get(prior.family, np.asarray)
        at = to_line(quantile(prior)(np.array([-1.0, 0.0, 1.0])))
        location.append(at[1])
        scale.append(at[2] - at[1])
        if prior.family == "triangular":
            triangular.append(tuple(prior.parameters[key] for key in ("low", "mode", "high")))
        else:
            np.testing.assert_allclose(at[1] - at[0], at[2] - at[1], rtol=1e-6)
    rows, factor = _correlations(study, names)
    return Numbers(
        layout,
        {n: np.float32(p.parameters["value"]) for n, p in study.priors.items() if p.family == "fixed"},
        tuple(names),
        tuple(sum(random[n].family == family for n in names) for family in FAMILIES),
        np.array(location, np.float32),
        np.array(scale, np.float32),
        tuple(triangular),
        rows,
        factor.astype(np.float32),
    )


def _correlations(study: Study, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    pairs = [pair for group in study.dependence.groups for pair in group.spearman]
    rows = sorted({names.index(name) for pair in pairs for name in pair[:2]})
    matrix = np.eye(len(rows))
    for a, b, rho in pairs:
        i, j = rows.index(names.index(a)), rows.index(names.index(b))
        matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * rho / 6)
    return np.array(rows), np.linalg.cholesky(matrix)


def values(z: np.ndarray, n: Numbers) -> dict[str, np.ndarray]:
    """Turn normal scores into priors, float32 and in place: [prior, path]."""
    z[n.correlated] = n.factor @ z[n.correlated]
    spans = n.spans()
    body = slice(0, spans["triangular"].start)
    z[body] *= n.scale[body, None]
    z[body] += n.location[body, None]
    np.exp(z[spans["lognormal"]], out=z[spans["lognormal"]])
    expit(z[spans["logitnormal"]], out=z[spans["logitnormal"]])
    for row, (low, mode, high) in zip(range(body.stop, len(n.names)), n.triangular, strict=True):
        u = ndtr(z[row])
        rising = low + np.sqrt(u * ((high - low) * (mode - low)))
        falling = high - np.sqrt((1 - u) * ((high - low) * (high - mode)))
        z[row] = np.where(u < (mode - low) / (high - low), rising, falling)
    return dict(zip(n.names, z, strict=True))


def simulated(rng: np.random.Generator, paths: int, n: Numbers) -> tuple[dict, np.ndarray, np.ndarray]:
    """Draw priors and shocks of some paths: inputs by name, normal and uniform shocks."""
    layout = n.layout
    x = values(rng.standard_normal((len(n.names), paths), dtype=np.float32), n)
    z = rng.standard_normal((layout.horizon, len(layout.normals), paths), dtype=np.float32)
    u = rng.random((layout.horizon, len(layout.uniforms), paths), dtype=np.float32)
    return n.constants | x, z, u
