"""The evidence that comes with the program is what its sources say, one basis at a time."""

from datetime import date

import pytest

from simulator.evidence import Period, load_evidence
from simulator.evidence.period import quarter_label

COMPANIES = ("amazon", "alphabet", "microsoft", "meta")


@pytest.fixture(scope="module")
def evidence():
    return load_evidence()


def quarterly(evidence, series):
    return {one.period.label: one.value for one in evidence if one.series == series}


@pytest.mark.parametrize("company", COMPANIES)
def test_quarters_run_without_a_gap_from_2019_to_the_second_of_2026(evidence, company):
    quarters = [quarter_label(quarter) for quarter in range(4 * 2019, 4 * 2026 + 2)]
    assert list(quarterly(evidence, f"capex.{company}.cash")) == quarters


# A year as filed is quoted to a million; its quarters are rounded to a million each, or recalled to a percent
# but compared with the year. 2025 of Amazon and the sums of four are quoted to a tenth of a billion.
@pytest.mark.parametrize("company", [*COMPANIES, "group"])
def test_quarters_sum_to_the_year(evidence, company):
    of = COMPANIES if company == "group" else (company,)
    years = [
        one for one in evidence if one.series == f"capex.{company}.cash.year" and one.period.first >= 4 * 2019
    ]
    assert len(years) == 7
    for year in years:
        total = sum(
            quarterly(evidence, f"capex.{name}.cash")[quarter_label(quarter)]
            for name in of
            for quarter in year.period.quarters
        )
        rounding = 0.06 if company in ("group", "amazon") else 0.003
        assert total == pytest.approx(year.value, abs=rounding)


def test_quarters_of_microsoft_sum_to_its_fiscal_years(evidence):
    quarters = quarterly(evidence, "capex.microsoft.cash")
    years = [
        one
        for one in evidence
        if one.series == "capex.microsoft.cash.fiscal" and one.period.first >= 4 * 2019
    ]
    assert next(year.period.label for year in years) == "2019Q3..2020Q2"
    for year in years:
        total = sum(quarters[quarter_label(quarter)] for quarter in year.period.quarters)
        assert total == pytest.approx(year.value, abs=0.003)


def test_depreciation_sums_to_its_years(evidence):
    quarters = quarterly(evidence, "depreciation.alphabet")
    for one in evidence:
        if one.series == "depreciation.alphabet.year" and one.period.first >= 4 * 2024:
            total = sum(quarters[quarter_label(quarter)] for quarter in one.period.quarters)
            assert total == pytest.approx(one.value, abs=0.003)


def test_leases_come_on_top_of_cash(evidence):
    for company in ("meta", "microsoft"):
        cash = quarterly(evidence, f"capex.{company}.cash")
        leases = quarterly(evidence, f"capex.{company}.leases")
        assert leases
        assert all(value > cash[label] for label, value in leases.items())


def test_a_metric_of_a_company_has_one_series_for_each_basis_and_length(evidence):
    about = [
        (one.metric, one.entity, one.kind, one.definition, len(one.period.quarters), one.period, one.known)
        for one in evidence
        # A year of Microsoft's that is fiscal is not the calendar's.
        if not one.series.endswith(".fiscal")
    ]
    assert len(set(about)) == len(about)


def test_recalled_figures_say_so(evidence):
    recalled = {one.period.label for one in evidence if one.series == "capex.meta.cash" and one.recalled}
    assert recalled == {quarter_label(quarter) for quarter in range(4 * 2019, 4 * 2023)}
    for one in evidence:
        provenance = {evidence.sources[source].provenance for source in one.sources}
        assert one.recalled or any(text.startswith("stored page") for text in provenance)
        if one.series == "capex.meta.cash":
            assert one.error == (0.01 if one.recalled else 0.0)


def test_what_was_known_in_january_2026(evidence):
    known = evidence.as_of(date(2026, 1, 28))
    assert all(one.known <= date(2026, 1, 28) for one in known)
    last = {name: max(quarterly(known, f"capex.{name}.cash")) for name in COMPANIES}
    # Amazon and Alphabet reported their fourth quarter in February.
    assert last == {"amazon": "2025Q3", "alphabet": "2025Q3", "microsoft": "2025Q4", "meta": "2025Q4"}


def test_the_second_quarter_of_2026_on_the_cash_basis(evidence):
    """Purchases alone, gross, and no lease in them; known from the day of each release on."""
    found = {
        one.entity: one
        for one in evidence.select(metric="capex", definition="cash")
        if one.period.label == "2026Q2" and one.kind == "actual"
    }
    values = {"amazon": 54.208, "alphabet": 44.924, "microsoft": 35.802, "meta": 30.116}
    assert {name: one.value for name, one in found.items()} == values
    days = {"amazon": 30, "alphabet": 22, "microsoft": 29, "meta": 29}
    assert {name: one.known for name, one in found.items()} == {
        name: date(2026, 7, day) for name, day in days.items()
    }
    assert sum(values.values()) == pytest.approx(165.05, abs=0.005)
    assert not [one for one in evidence.as_of(date(2026, 7, 21)) if one.period.label == "2026Q2"]


def test_guidance_of_july_holds_what_had_been_spent(evidence):
    """A year cannot be guided below its first half."""
    spent = {name: quarterly(evidence, f"capex.{name}.cash") for name in COMPANIES}
    for name in COMPANIES:
        said = evidence.latest()[(f"guidance.{name}", Period.parse("2026"))]
        assert date(2026, 7, 1) <= said.known <= date(2026, 7, 31)
        assert said.value > spent[name]["2026Q1"] + spent[name]["2026Q2"]


def test_every_source_is_used_and_dated(evidence):
    assert {source for one in evidence for source in one.sources} == set(evidence.sources)
    assert all(source.date for source in evidence.sources.values())
