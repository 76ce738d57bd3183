from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from simulator.beliefs import summary_rows
from simulator.report import beliefs
from simulator.study import Prior, Rank, Source, Study

TODAY = date(2026, 1, 28)
PRIORS = (
    Prior(
        "spend.capex.amazon",
        "normal",
        {"mean": 125.0, "sd": 10.0},
        bounds=(0.0, float("inf")),
        unit="USD bn/yr",
        basis="published",
        sources=("seed",),
        as_of=TODAY,
        note="The seed's table.",
    ),
    Prior(
        "spend.headline", "fixed", {"value": 475.0}, unit="USD bn/yr", basis="published", sources=("seed",)
    ),
    Prior(
        "power.mix", "dirichlet", {"alpha": (2.0, 3.0)}, unit="1", basis="judgement", as_of=date(2025, 7, 1)
    ),
)
SOURCES = {
    "seed": Source(
        "seed",
        "The article [1]",
        "https://example.org/a",
        date(2026, 1, 2),
        "given",
        "Read first.",
        Rank.AGENCY,
    ),
    "spare": Source("spare", "Nobody's"),
}


@pytest.fixture
def study():
    return Study("set", "A set", TODAY, {prior.name: prior for prior in PRIORS}, sources=SOURCES)


def printed(show, *arguments, width=80):
    text = StringIO()
    show(Console(file=text, width=width, markup=False, highlight=False, emoji=False), *arguments)
    return text.getvalue()


def test_show_gives_numbers_unit_and_grounds_of_every_prior(study):
    lines = printed(beliefs.show, study, summary_rows(study), width=100).splitlines()
    (row,) = (line.split() for line in lines if line.startswith("spend.capex.amazon"))
    # 125 plus or minus 1.6449 standard deviations of 10
    assert row[1:] == ["108.6", "125", "141.4", "USD", "bn/yr"]
    (grounds,) = (line.strip() for line in lines if "The seed's table." in line)
    assert grounds == "normal within [0, inf]; published; as of 2026-01-28; seed (agency). The seed's table."


def test_show_names_the_file_of_each_prior_where_there_are_layers(study):
    files = dict(zip(study.priors, ("base/spend.toml", "base/spend.toml", "mine.toml"), strict=True))
    assert "From" not in printed(beliefs.show, study, summary_rows(study))
    layered = replace(study, priors={n: replace(p, file=files[n]) for n, p in study.priors.items()})
    text = " ".join(printed(beliefs.show, layered, summary_rows(layered)).split())
    assert "The seed's table. From base/spend.toml." in text
    assert "as of 2025-07-01. From mine.toml." in text


def test_show_gives_a_point_mass_its_one_number(study):
    rows = [row for row in summary_rows(study) if row.name == "spend.headline"]
    (line,) = (line for line in printed(beliefs.show, study, rows).splitlines() if "headline" in line)
    assert line.split() == ["spend.headline", "475", "USD", "bn/yr"]


def test_show_gives_each_component_a_row_and_its_prior_one_line(study):
    text = printed(beliefs.show, study, summary_rows(study))
    assert [line.split()[0] for line in text.splitlines() if "power.mix" in line] == [
        "power.mix[0]",
        "power.mix[1]",
    ]
    assert text.count("dirichlet") == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.00012345, "0.0001234"),
        (1.5e-7, "1.5e-07"),
        (125.0, "125"),
        (123456.7, "123,500"),
        (0.123456, "0.1235"),
        (-2.0, "-2"),
        (3e9, "3e+09"),
    ],
)
def test_number_has_four_digits_and_an_exponent_only_where_it_must(value, text):
    assert beliefs.number(value) == text


def test_audit_counts_bases_and_ages_by_topic(study):
    lines = printed(beliefs.audit_table, study).splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.startswith(("spend", "power", "All"))}
    assert rows["spend"] == ["2", "-", "2", "-", "2026-01-28", "0", "days"]
    assert rows["power"] == ["1", "-", "-", "1", "2025-07-01", "7", "months"]
    assert rows["All"][:4] == ["3", "-", "2", "1"]


def test_audit_counts_sources_by_rank_and_priors_by_the_best_of_theirs(study):
    lines = printed(beliefs.audit_table, study).splitlines()
    ranks = lines[next(i for i, line in enumerate(lines) if line.startswith("Kind of document")) + 2 :]
    assert [line.split() for line in ranks] == [
        ["Agency", "1", "2"],
        ["Not", "ranked", "1", "0"],
        ["No", "source", "named", "-", "1"],
    ]


def test_the_rank_of_a_source_stands_wherever_the_source_does(study):
    assert "seed (agency)" in printed(beliefs.show, study, summary_rows(study))
    text = printed(beliefs.cite, study)
    assert "agency · 2026-01-02" in text
    assert "not ranked" in text[text.index("[spare]") :]


def test_cite_lists_every_source_with_its_uses_and_its_whole_address(study):
    text = printed(beliefs.cite, study)
    assert "[seed] The article [1]" in text
    assert "2 priors" in text
    assert "https://example.org/a" in text
    assert "not used" in text[text.index("[spare]") :]


@pytest.mark.parametrize("show", ["show", "audit", "cite"])
@pytest.mark.parametrize("width", [80, 120])
def test_everything_fits(study, show, width):
    text = {
        "show": lambda: printed(beliefs.show, study, summary_rows(study), width=width),
        "audit": lambda: printed(beliefs.audit_table, study, width=width),
        "cite": lambda: printed(beliefs.cite, study, width=width),
    }[show]()
    assert max(map(len, text.splitlines())) <= width
