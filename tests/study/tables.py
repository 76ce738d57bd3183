"""One valid table or more for every family of priors, in every way that the family may be given."""

from typing import Any

TABLES: dict[str, tuple[dict[str, Any], ...]] = {
    "fixed": ({"value": 2.5}, {"value": 0, "size": 3}),
    "normal": (
        {"mean": 10, "sd": 2},
        {"quantiles": {"p10": 5, "p90": 20}},
        {"mean": 1.0, "sd": 2.0, "bounds": [0.0, 3.5]},
    ),
    "lognormal": (
        {"median": 125.0, "sigma": 0.15},
        {"mean": 3e6, "sd": 3e5},
        {"quantiles": {"p2.5": 1, "p50": 2, "p97.5": 4}},
        {"median": 2.0, "sigma": 1.0, "bounds": [1, None]},
    ),
    "logitnormal": ({"median": 0.4, "sigma": 0.5}, {"quantiles": {"p10": 0.2, "p90": 0.7}}),
    "student_t": (
        {"df": 4, "loc": 1, "scale": 2},
        {"df": 5, "quantiles": {"p10": -1, "p90": 3}},
    ),
    "uniform": ({"low": -1, "high": 4}, {"quantiles": {"p10": 1, "p90": 9}}),
    "loguniform": ({"low": 0.1, "high": 10}, {"quantiles": {"p10": 1, "p90": 9}}),
    "triangular": (
        {"low": 3, "mode": 5, "high": 7.5},
        {"low": 3, "mode": 3, "high": 7.5},
        {"quantiles": {"p10": 2, "p50": 3.2, "p90": 5}},
    ),
    "pert": (
        {"low": 3, "mode": 5, "high": 7.5},
        {"low": 3, "mode": 5, "high": 7.5, "shape": 2},
        {"quantiles": {"p10": 2, "p50": 3.2, "p90": 5}},
    ),
    "beta": (
        {"alpha": 2, "beta": 3},
        {"alpha": 2, "beta": 3, "low": 10, "high": 20},
        {"quantiles": {"p10": 0.2, "p90": 0.7}},
        {"quantiles": {"p10": 12, "p90": 17}, "low": 10, "high": 20},
    ),
    "gamma": (
        {"shape": 2, "scale": 3},
        {"mean": 6, "sd": 4},
        {"quantiles": {"p10": 1, "p90": 9}},
    ),
    "weibull": ({"shape": 1.5, "scale": 3}, {"quantiles": {"p10": 1, "p90": 9}}),
    "exponential": ({"mean": 5}, {"rate": 0.2}, {"quantiles": {"p10": 0.5268, "p90": 11.513}}),
    "bernoulli": ({"p": 0.3}, {"p": 0}),
    "categorical": ({"values": [1, 2, 4]}, {"values": [30, 40], "probabilities": [0.25, 0.75]}),
    "dirichlet": ({"alpha": [1, 2.5, 3]},),
    "metalog": (
        {"quantiles": {"p10": 1, "p50": 2, "p90": 4}},
        {"quantiles": {"p10": 1, "p50": 2, "p90": 4}, "bounds": [0, None]},
    ),
    "empirical": ({"values": [3, 1, 2]}, {"values": [3, 1, 2], "weights": [1, 0, 2]}),
    "mixture": (
        {
            "components": [
                {"weight": 0.3, "value": 1.5},
                {"weight": 0.5, "family": "normal", "quantiles": {"p10": 1, "p90": 3}, "bounds": [0, None]},
                {"weight": 0.2, "family": "exponential", "rate": 0.5},
            ]
        },
        {
            "components": [
                {"weight": 0.5, "family": "pert", "low": 0, "mode": 1, "high": 2},
                {
                    "weight": 0.5,
                    "family": "mixture",
                    "components": [
                        {"weight": 0.5, "family": "uniform", "low": 1, "high": 5},
                        {"weight": 0.5, "family": "categorical", "values": [2, 3]},
                    ],
                },
            ],
            "bounds": [0.5, 4],
        },
    ),
    "scipy": (
        {"distribution": "skewnorm", "args": {"a": 4, "loc": 1, "scale": 2}},
        {"distribution": "gumbel_r"},
    ),
}


def table(family: str, index: int) -> dict[str, Any]:
    """Return one of the tables as TOML would have it."""
    own = TABLES[family][index]
    return own if family == "fixed" else {"family": family, **own}


#: Every table by family and index.
ALL = [(family, index) for family, tables in TABLES.items() for index in range(len(tables))]
