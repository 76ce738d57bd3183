"""Whatever a dictionary or a file holds, it is a study or refused with faults; nothing else is raised."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.buildout.schema import EXPOSURES
from simulator.errors import Fault, StudyError
from simulator.families import FAMILIES
from simulator.study import Study
from simulator.study.document import Document
from simulator.study.schema.prior import MARGINALS
from tests.study.tables import ALL, table

KEYS = sorted(
    {name for model in (*MARGINALS.values(), *EXPOSURES.values()) for name in model.model_fields}
    | {"x", "y", "p10", "p90", "name", "metric", "bull", "bear", "title", "cancellation", "date", "exposure"}
    | {
        "study",
        "company",
        "power_source",
        "scorecard",
        "verdict",
        "check",
        "contradiction",
        "risk",
        "surprise",
        "case",
        "set",
        "sources",
        "priors",
        "dependence",
    }
    | {"spearman", "groups", "factors", "order", "start", "horizon_quarters", "min", "max", "a.b", "odd name"}
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-2, 200)
    | st.floats()
    | st.sampled_from(
        [*FAMILIES, *EXPOSURES, "x", "y", "1", "USD bn/yr", "judgement", "group", "", "2026-01-28"]
    )
    | st.text(max_size=5)
    | st.sampled_from([date(2026, 1, 28), datetime(2026, 1, 28, tzinfo=UTC)])
)

values = st.recursive(
    leaves | st.sampled_from([table(*which) for which in ALL]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)

names = st.sampled_from(["x", "y", "x.y"])
tables = st.dictionaries(st.sampled_from(KEYS), values, max_size=4)
priors = st.dictionaries(
    names, st.sampled_from([table(*which) for which in ALL]) | tables | values, max_size=3
)
documents = st.fixed_dictionaries(
    {"priors": priors},
    optional={
        **{key: tables | values for key in ("study", "verdict", "sources", "dependence", "x")},
        **{
            key: st.lists(tables) | values
            for key in ("company", "power_source", "scorecard", "check", "contradiction", "risk", "surprise")
        },
    },
)


def attempt(make: Callable[[], Study]) -> Study | tuple[Fault, ...]:
    """Return the study, or the faults for which it was refused."""
    try:
        return make()
    except StudyError as error:
        return error.faults


@given(documents)
@example({"priors": {"x": {"family": []}}})
@example({"priors": {"x": {"family": {"value": 1}}}})
@example({"study": {"as_of": "2026-01-28"}, "priors": {"x": {"value": 1, "as_of": 3, "sources": {}}}})
@example({"dependence": {"groups": [{"name": "g", "factors": {"f": {"x": None}}, "spearman": [None, []]}]}})
@example({"priors": {"x": {"value": 10**400}}})
@example({"priors": {1: {"value": 1}}, "study": {2: 3}, 4: 5})
def test_any_dictionary_is_a_study_or_refused(data: dict[Any, Any]) -> None:
    made = attempt(lambda: Study.from_dict(data))
    if isinstance(made, Study):
        assert Study.from_dict(made.to_dict()) == made
    else:
        assert made
        assert all(fault.key and fault.found and fault.allowed for fault in made)


@given(st.binary(max_size=40) | st.text(alphabet='[]{}="#.,\n ab1', max_size=40).map(str.encode))
def test_any_bytes_are_toml_or_a_fault(content: bytes) -> None:
    document = Document()
    document.add_toml("any.toml", content)
    assert all(fault.file == "any.toml" and fault.key for fault in document.faults)


@given(
    st.dictionaries(st.sampled_from(["x", "y", "study.start", "study.order", "x.y", ""]), values, max_size=3)
)
def test_any_override_is_made_or_refused(changes: dict[str, Any]) -> None:
    study = Study.from_dict({"priors": {"x": {"value": 1}, "y": {"family": "dirichlet", "alpha": [1, 2]}}})
    made = attempt(lambda: study.override(changes))
    if isinstance(made, tuple):
        assert all(fault.file == "--set" for fault in made)
