"""A single thing wrong with a set or a dictionary is told by itself, where it was written."""

from pathlib import Path

import pytest

from simulator.errors import StudyError
from simulator.study import Study
from tests.study.small_set import FILES, faults_of, write_set


@pytest.mark.parametrize(
    ("topic", "old", "new", "key"),
    [
        ("study", "as_of = 2026-01-28", "", "study.as_of"),
        ("study", "[study]", "extends = 3\n[study]", "extends"),
        ("study", "[study]", 'extends = "nowhere"\n[study]', "extends"),
        ("study", "[study]", '[study]\nextends = "small"', "study.extends"),
        ("study", "mix[1]", "mix[3]", "study.order[2]"),
        ("study", "mix[1]", "direction.0", "study.order[2]"),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"spend.x" = [1]\n[[check]]',
            'study.directions."spend.x"',
        ),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"mix[0]" = [1, 2]\n"mix[1]" = [1]\n[[check]]',
            'study.directions."mix[1]"',
        ),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"core.gap" = [1]\n"core.gap[0]" = [2]\n[[check]]',
            'study.directions."core.gap[0]"',
        ),
        (
            "study",
            "[[check]]",
            '[study.directions]\n"core.gap" = [1]\n"direction.0" = [2]\n[[check]]',
            'study.directions."direction.0"',
        ),
        ("study", '"core.gap"', '"core.gaps"', "company.amazon.exposure[0].rate"),
        ("study", "power.cancel", "power.cancels", "power_source.gas.cancellation"),
        ("study", '["seed"]', '["sed"]', "check.opening_revenue.sources"),
        ("study", '["spend.capex.meta"]', '["spend.capex.mta"]', "contradiction.capex.priors[0]"),
        ("study", "{ min = 0.05 }", "{ }", "verdict.bull.value_per_dollar"),
        ("study", "{ min = 0.05 }", "0.05", "verdict.bull.value_per_dollar"),
        ("spend", "[0, inf]", "[0, nan]", "spend.capex.meta.bounds"),
        ("spend", "[0, inf]", "[0]", "spend.capex.meta.bounds"),
        ("spend", "p10 = 110.0", "p10 = -110.0", "spend.capex.amazon.quantiles.p10"),
        ("spend", "p10 = 110.0", "ten = 110.0", "spend.capex.amazon.quantiles.ten"),
        ("core", "[2, 3, 5]", "[2, 3, 5]\nsize = 3", "mix.size"),
        ("core", "[2, 3, 5]", "[2]", "mix.alpha"),
        ("dependence", '"student_t"', '"gaussian"', "dependence.groups.tails.df"),
        ("dependence", "df = 4", "df = 0", "dependence.groups.tails.df"),
        ("dependence", "df = 4", "df = nan", "dependence.groups.tails.df"),
        ("dependence", '"tails"', '"default"', "dependence.groups.default.name"),
        ("dependence", "0.5]]", "nan]]", "dependence.spearman[0][2]"),
        ("dependence", '[["spend.capex.amazon", "spend.capex.meta", 0.5]]', "3", "dependence.spearman"),
        ("sources", "https://example.org/10-q", "https://", "sources.filing.address"),
        ("sources", "2025-10-29", '"29.10.2025"', "sources.filing.date"),
    ],
)
def test_a_single_fault_is_told_alone(tmp_path: Path, topic: str, old: str, new: str, key: str) -> None:
    text = FILES[f"{topic}.toml"]
    assert text.count(old) >= 1
    (fault,) = faults_of(write_set(tmp_path / "small", **{topic: text.replace(old, new, 1)}))
    assert (Path(fault.file).name, fault.key) == (f"{topic}.toml", key)


def test_a_set_without_its_study_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    (fault,) = faults_of(write_set(tmp_path / "small", study=None))
    assert (fault.file, fault.key) == (f"{tmp_path}/small/study.toml", "study.as_of")


def test_a_dictionary_needs_no_provenance_but_no_less_truth() -> None:
    Study.from_dict({"priors": {"x": {"value": 1}}})
    with pytest.raises(StudyError) as caught:
        Study.from_dict(
            {
                "prios": {},
                "study": [],
                "company": {},
                "priors": {"x": {"value": True}, "y": 3, "z": {"value": 1, "as_of": "2026-13-01"}},
                "dependence": {"spearmen": [], "spearman": [["x", "z"]]},
            }
        )
    assert [f.key for f in caught.value.faults] == [
        "company",
        "dependence.spearman[0][2]",
        "dependence.spearmen",
        "prios",
        "study",
        "x.value",
        "y",
        "z.as_of",
    ]
