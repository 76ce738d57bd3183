"""What a user's own model returns and says of itself is understood, or refused with advice."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.analysis.run import simulate
from simulator.beliefs import StrandlineWarning
from simulator.errors import StudyError, UsageError
from simulator.study import Study

NORMAL = {"family": "normal", "mean": 0.0, "sd": 1.0}


def run(model, priors=None, **rules):
    return simulate(Study.from_dict({"priors": priors or {"x": NORMAL}, **rules}, model=model), paths=8192)


@pytest.mark.parametrize("name", ["PASS/FAIL", "", " ", "a\nb", "\x1b[31m", 1, None])
def test_a_metric_has_a_name_that_files_and_tables_can_have(name):
    """A name that a tree, a file or a terminal cannot take is refused when the model is first called."""
    with pytest.raises(UsageError, match="printable text without"):
        run(lambda draws: {name: draws["x"]})


@pytest.mark.parametrize("first", ["a", "a[1]"])
def test_a_row_of_a_metric_does_not_take_the_place_of_another(first):
    """A metric of several rows gives a[0], a[1], ...: a second a[1] is refused, in either order."""
    names = ["a", "a[1]"] if first == "a" else ["a[1]", "a"]
    shapes = {"a": lambda x: jnp.stack([x, -x]), "a[1]": lambda x: 100 * x}
    with pytest.raises(UsageError, match=r"metric a\[1\]: found twice"):
        run(lambda draws: {name: shapes[name](draws["x"]) for name in names})


def test_a_metric_does_not_have_the_name_of_a_derived_one():
    """Rules of a study derive verdict.shop and scorecard_passes.shop: the model may not give them too."""
    for name, rules in (
        ("verdict.shop", {"verdict": {"bull": {"profit": {"min": 0.5}}}}),
        ("scorecard_passes.shop", {"scorecard": [{"metric": "profit", "min": 0.5}]}),
    ):
        model = lambda draws, name=name: {"profit.shop": draws["x"], name: 100 * draws["x"]}  # noqa: E731
        with pytest.raises(StudyError, match=f"{name}: found a metric of the model"):
            run(model, **rules)
        assert name in run(model).metrics, "without rules the name is free"


def test_a_prior_may_be_called_value_or_family_of_something():
    """A table in the place of a value or a family is a prior of that name."""
    for word in ("value", "family"):
        study = Study.from_dict({"priors": {"contract": {word: NORMAL}}})
        assert list(study.priors) == [f"contract.{word}"]
        assert Study.from_dict(study.to_dict()).hash == study.hash


MISTAKES = {
    "if": lambda x: x if x > 0 else 0.0,
    "and": lambda x: (x > 0) and (x < 1),
    "max": lambda x: max(x, 0.0),
    "float": float,
    "int": int,
    "math": math.exp,
    "numpy": lambda x: np.maximum(x, 0.0),
    "round": lambda x: np.float64(x),
}


@pytest.mark.parametrize("word", MISTAKES)
@pytest.mark.parametrize("prior", [NORMAL, {"value": 1.0}], ids=["varies", "fixed"])
def test_python_on_a_draw_is_answered_with_advice(word, prior):
    """A model is not traced with Python's control flow: whichever form it takes, jnp.where is named."""
    with pytest.raises(UsageError, match=r"jnp\.where chooses path by path"):
        run(lambda draws: {"y": MISTAKES[word](draws["x"])}, {"x": prior})


def test_an_error_of_the_model_itself_is_not_explained_away():
    """Only JAX's errors about arrays of paths are answered with that advice."""

    def model(draws):
        message = "mine"
        raise ValueError(message)

    with pytest.raises(ValueError, match="mine") as raised:
        run(model)
    assert not isinstance(raised.value, UsageError)


@pytest.mark.parametrize(
    ("attribute", "meant"),
    [("units", "metric_units"), ("metric_unit", "metric_units"), ("may_be_infinit", "may_be_infinite")],
)
def test_an_attribute_that_nothing_reads_is_told(attribute, meant):
    """An attribute that is nearly one which is read is warned of; one of the user's own is not."""

    def model(draws):
        return {"npv": draws["x"]}

    setattr(model, "note", "my own")  # noqa: B010
    setattr(model, attribute, {"npv": "kEUR"})
    with pytest.warns(
        StrandlineWarning, match=f"attribute {attribute} is not read. Did you mean {meant}"
    ) as caught:
        run(model)
    assert not any("note" in str(one.message) for one in caught)


def test_the_unit_of_a_metric_reaches_the_summary():
    """Units that a model gives by metric_units are those of the run."""

    def model(draws):
        return {"npv": draws["x"]}

    setattr(model, "metric_units", {"npv": "kEUR"})  # noqa: B010
    assert run(model).summary()["estimates"]["npv"]["unit"] == "kEUR"
