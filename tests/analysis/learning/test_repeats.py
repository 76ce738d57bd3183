"""No time of one quantity and entity counts twice, in files and in Python, by library and command."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import simulator
from simulator.analysis.learning.matching import match
from simulator.analysis.run.program import model_of
from simulator.cli import main
from simulator.evidence import Evidence, Period, load_evidence
from tests.analysis.learning.shop import evidence, sales, study

QUARTERS = {"2026Q1": 1.5, "2026Q2": 1.6, "2026Q3": 1.4, "2026Q4": 1.7}


def series(folder: Path, name: str, values: dict[str, float], error: float = 0.3, **of: str) -> Path:
    """An evidence file of sales with a series and a source of its own."""
    (folder / name).mkdir()
    file = evidence(folder / name, values, error=error, **of)
    text = file.read_text().replace('name = "sales"', f'name = "{name}"')
    file.write_text(text.replace("book", f"book_{name}"))
    return file


def periods(found: Evidence) -> tuple[list[str], dict[str, str]]:
    """Return the periods that enter, and why the others do not."""
    matched = match(found, study(), sales, None)
    left = {one.observation.period.label: one.reason for one in matched.left_out}
    return [one.period for one in matched.used], left


def test_a_figure_that_two_series_give_counts_once(tmp_path: Path) -> None:
    """Quantity, entity and period are the figure; of two the one with the smaller error counts."""
    two = {"2026Q1": 1.5, "2026Q2": 1.6}
    files = [series(tmp_path, name, two, error) for name, error in (("a", 0.2), ("b", 0.1), ("c", 0.3))]
    matched = match(load_evidence(*files), study(), sales, None)
    assert [(one.series, one.period) for one in matched.used] == [("b", "2026Q1"), ("b", "2026Q2")]
    left = {(one.observation.series, one.reason) for one in matched.left_out}
    assert left == {("a", "same_figure"), ("c", "same_figure")}
    assert len(matched.left_out) == 4


@pytest.mark.parametrize("error", [0.001, 0.3])
def test_a_year_beside_its_quarters_is_left_out_however_well_it_is_known(tmp_path: Path, error) -> None:
    files = [series(tmp_path, "q", QUARTERS), series(tmp_path, "y", {"2026": 6.2}, error)]
    for order in (files, files[::-1]):
        assert periods(load_evidence(*order)) == (list(QUARTERS), {"2026": "overlapping"})


@pytest.mark.parametrize(
    ("values", "used", "left"),
    [
        ({"2026": 6.0, "2027": 6.0}, ["2026", "2027"], {}),
        ({"2026": 6.0, "2027Q1": 1.5}, ["2026", "2027Q1"], {}),
        ({"2026": 6.0, "2026Q4": 1.5}, ["2026Q4"], {"2026": "overlapping"}),
        ({"2026": 6.0, '"2026Q3..2026Q4"': 3.0}, ["2026Q3..2026Q4"], {"2026": "overlapping"}),
        ({"2026-03": 6.0, "2026Q1": 1.5}, ["2026-03", "2026Q1"], {}),
        ({"2026-02": 6.0, "2026-03": 6.1}, ["2026-02", "2026-03"], {}),
    ],
)
def test_only_what_shares_time_is_left_out(tmp_path: Path, values, used, left) -> None:
    """The end of a month is an instant, and no part of the quarter that it closes."""
    found, reasons = periods(load_evidence(series(tmp_path, "s", values)))
    assert (sorted(found), reasons) == (sorted(used), left)


def test_a_year_of_another_entity_is_no_repetition(tmp_path: Path) -> None:
    files = [series(tmp_path, "q", QUARTERS), series(tmp_path, "y", {"2026": 6.2}, company="rival")]
    assert periods(load_evidence(*files))[1] == {}


def test_evidence_made_in_python_counts_once_too(tmp_path: Path) -> None:
    found = load_evidence(series(tmp_path, "q", QUARTERS))
    year = replace(found.observations[-1], series="y", period=Period.parse("2026"), value=6.2)
    both = replace(found, observations=(*found.observations, year))
    one, two = (simulator.update(study(), each, paths=8192) for each in (found, both))
    assert [(row.period, row.reason) for row in two.summary().left_out] == [("2026", "overlapping")]
    assert one.summary().moved == two.summary().moved


def test_the_build_out_leaves_out_a_year_of_power_beside_its_quarters(tmp_path: Path) -> None:
    asked = simulator.load_study("hyperscalers-2026-01")
    shipped = next(one for one in load_evidence() if one.entity == "meta")
    power = replace(
        shipped, metric="added_gw", definition="ai_load", kind="actual", unit="GW", error=0.1,
        low=None, high=None, known=date(2027, 3, 1), value=1.0, series="power",
    )  # fmt: skip
    labels = ("2026Q1", "2026Q2", "2026")
    observations = tuple(
        replace(power, period=Period.parse(label), series=f"power.{label}") for label in labels
    )
    found = replace(load_evidence(), observations=observations)
    matched = match(found, asked, model_of(asked, None), None)
    assert [one.name for one in matched.used] == ["energised.meta.2026Q1", "energised.meta.2026Q2"]
    (left,) = matched.left_out
    assert (left.observation.period.label, left.reason) == ("2026", "overlapping")


@pytest.mark.parametrize(
    ("metric", "definition", "unit", "enters"),
    [
        ("capex", "cash", "USD bn", False),
        ("depreciation", "ai_property", "USD bn", False),
        ("added_gw", "ai_load", "GW", False),
        ("revenue", "ai_annualised", "USD bn/yr", True),
    ],
)
def test_a_month_is_no_quarter_of_a_flow_and_may_be_the_instant_of_a_rate(
    metric: str, definition: str, unit: str, enters: bool
) -> None:
    asked = simulator.load_study("hyperscalers-2026-01")
    shipped = next(one for one in load_evidence() if one.entity == "meta")
    month = replace(
        shipped, metric=metric, definition=definition, kind="actual", unit=unit, error=0.1,
        low=None, high=None, known=date(2027, 3, 1), value=9.0, series="month",
        period=Period.parse("2026-03"),
    )  # fmt: skip
    matched = match(replace(load_evidence(), observations=(month,)), asked, model_of(asked, None), None)
    assert [one.period for one in matched.used] == (["2026-03"] if enters else [])
    assert [one.reason for one in matched.left_out] == ([] if enters else ["part_of_a_quarter"])


@pytest.mark.slow
def test_the_command_lists_what_was_left_out_and_what_was_set(tmp_path: Path, capsys, monkeypatch) -> None:
    """One year of capex beside its first quarter, of the shipped study."""
    monkeypatch.chdir(tmp_path)
    text = """
[[series]]
name = "power.{name}"
title = "Power"
metric = "added_gw"
company = "meta"
kind = "actual"
definition = "ai_load"
unit = "GW"
error = 0.5
sources = ["book_{name}"]
lag_days = 30

[series.values]
{period} = {value}

[sources.book_{name}]
title = "A book"
date = 2026-01-01
provenance = "stored page"
"""
    for name, period, value in (("q", "2026Q1", 0.2), ("y", "2026", 1.0)):
        (tmp_path / f"{name}.toml").write_text(text.format(name=name, period=period, value=value))
    argv = ["update", "--evidence", "q.toml", "--evidence", "y.toml", "--paths", "8192"]
    argv += ["--method", "reweighting", "--set", "finance.wacc=0.09"]
    main([*argv, "--out", "u", "--json", "--quiet"])
    printed = json.loads(capsys.readouterr().out)
    (row,), (change,) = printed["left_out"], printed["overrides"]
    assert (row["period"], row["reason"]) == ("2026", "overlapping")
    assert (change["name"], change["value"]) == ("finance.wacc", 0.09)
    assert simulator.open_update("u").summary().to_json() == printed
