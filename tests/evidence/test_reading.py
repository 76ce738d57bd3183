"""Evidence is read whole or refused whole, with every fault; nothing is known before it was."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import EvidenceError
from simulator.evidence import Period, load_evidence
from simulator.evidence.period import quarter_label

#: Key of its first series.
CAPEX = "series.capex.amazon.cash"

GOOD = """
[[series]]
name = "capex.amazon.cash"
title = "Amazon, cash"
metric = "capex"
company = "amazon"
kind = "actual"
definition = "cash"
unit = "USD bn"
error = 0.0
recalled_error = 0.01
lag_days = 35
sources = ["filing"]
recalled = ["2020Q1"]
derived = ["2020Q2"]

[series.values]
2020Q1 = 6.8
2020Q2 = 7.5

[series.known]
2020Q2 = 2020-07-30

[[series]]
name = "guidance.amazon"
title = "Amazon, said"
metric = "capex"
company = "amazon"
kind = "guidance"
definition = "cash"
unit = "USD bn"
error = 0.0
sources = ["filing"]

[[series.statement]]
period = "2020"
known = 2020-02-01
low = 20.0
high = 30.0

[[series.statement]]
period = "2020"
known = 2020-08-01
value = 28.0
sources = ["memory"]
recalled = true

[sources."filing"]
title = "A filing"
provenance = "stored page"

[sources."memory"]
title = "From memory"
provenance = "recalled, unverified"
"""


def read(tmp_path, text):
    path = tmp_path / "evidence.toml"
    path.write_text(text)
    return load_evidence(path)


def faults(tmp_path, *changes):
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(EvidenceError) as caught:
        read(tmp_path, text)
    assert caught.value.exit_code == 3
    return {fault.key: fault for fault in caught.value.faults}


def test_an_observation_says_what_when_and_who(tmp_path):
    evidence = read(tmp_path, GOOD)
    assert [
        (one.period.label, one.kind, one.known, one.value, one.recalled, one.derived) for one in evidence
    ] == [
        ("2020", "guidance", date(2020, 2, 1), 25.0, False, False),
        ("2020Q1", "actual", date(2020, 5, 5), 6.8, True, False),
        ("2020Q2", "actual", date(2020, 7, 30), 7.5, False, True),
        ("2020", "guidance", date(2020, 8, 1), 28.0, True, False),
    ]
    assert [one.error for one in evidence] == [0.0, 0.01, 0.0, 0.0]
    assert (evidence.observations[0].low, evidence.observations[0].high) == (20.0, 30.0)
    assert evidence.observations[3].sources == ("memory",)
    assert set(evidence.series) == {"capex.amazon.cash", "guidance.amazon"}


def test_selections_and_the_newest_statement(tmp_path):
    evidence = read(tmp_path, GOOD)
    assert {one.value for one in evidence.select(kind="guidance", entity="amazon")} == {25.0, 28.0}
    assert set(evidence.select(definition="with_finance_leases")) == set()
    newest = evidence.latest()[("guidance.amazon", Period.parse("2020"))]
    assert newest.value == 28.0
    before = evidence.as_of(date(2020, 7, 31)).latest()[("guidance.amazon", Period.parse("2020"))]
    assert before.value == 25.0


@pytest.mark.parametrize(
    ("old", "new", "key", "found"),
    [
        ('kind = "actual"', 'kind = "fact"', f"{CAPEX}.kind", '"fact"'),
        ("error = 0.0\nrecalled", "error = -0.1\nrecalled", f"{CAPEX}.error", "-0.1"),
        ("2020Q1 = 6.8", "2020Q1 = -6.8", f"{CAPEX}.values.2020Q1", "-6.8"),
        ("2020Q1 = 6.8", "2020Q5 = 6.8", f"{CAPEX}.values.2020Q5.[key]", '"2020Q5"'),
        ('["2020Q1"]', '["2019Q4"]', f"{CAPEX}.recalled.2019Q4", "a period without a value"),
        ("lag_days = 35\n", "", f"{CAPEX}.lag_days", "nothing"),
        ("2020Q2 = 2020-07-30", "2020Q2 = 2020-06-29", f"{CAPEX}.known.2020Q2", "2020-06-29"),
        ('"USD bn"\nerror = 0.0\nrec', '"dollarz"\nerror = 0.0\nrec', f"{CAPEX}.unit", '"dollarz"'),
        ('["filing"]\nrec', '["filings"]\nrec', f"{CAPEX}.sources", '"filings"'),
        ('["filing"]\nrec', '["memory"]\nrec', f"{CAPEX}.recalled", "figures not marked"),
        ("recalled = true\n", "", "series.guidance.amazon.statement[1].recalled", "figures not marked"),
        ("low = 20.0\n", "", "series.guidance.amazon.statement[0]", "one end of a range"),
        ("value = 28.0\n", "", "series.guidance.amazon.statement[1]", "no value"),
        ("low = 20.0", "low = 31.0", "series.guidance.amazon.statement[0]", "low 31, value 30.5, high 30"),
        ("2020-08-01", "2020-02-01", "series.guidance.amazon", "2020 twice on 2020-02-01"),
        ('name = "guidance.amazon"', 'name = "capex.amazon.cash"', CAPEX, "a second series"),
        ("low = 20.0", "lo = 20.0", "series.guidance.amazon.statement[0].lo", "an unknown key"),
        ("[[series]]\nname", "[[serie]]\nname", "serie", "an unknown table"),
        ("[series.values]\n", "[series.value]\n", f"{CAPEX}.value", "an unknown key"),
        ("[series.values]\n2020Q1 = 6.8", "[series.values\n2020Q1 = 6.8", "line 17, column 15", "no TOML"),
    ],
)  # fmt: skip
def test_each_fault_names_its_key(tmp_path, old, new, key, found):
    raised = faults(tmp_path, (old, new))
    assert key in raised
    assert raised[key].found.startswith(found)
    assert raised[key].allowed


def test_all_faults_are_raised_at_once(tmp_path):
    raised = faults(
        tmp_path,
        ('kind = "actual"', 'kind = "fact"'),
        ("low = 20.0\n", ""),
        ('title = "A filing"', "titel = 1"),
    )
    assert {f"{CAPEX}.kind", "series.guidance.amazon.statement[0]"} <= set(raised)
    assert {'sources."filing".title', 'sources."filing".titel'} <= set(raised)


def test_what_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(EvidenceError, match="the evidence is not valid"):
        load_evidence(tmp_path / "nowhere")
    with pytest.raises(EvidenceError, match="no TOML files"):
        load_evidence(tmp_path)


def test_files_share_one_bibliography(tmp_path):
    series, _, sources = GOOD.partition('[sources."filing"]')
    (tmp_path / "a.toml").write_text(series)
    (tmp_path / "b.toml").write_text('[sources."filing"]' + sources)
    assert len(load_evidence(tmp_path)) == len(load_evidence(tmp_path / "a.toml", tmp_path / "b.toml")) == 4
    with pytest.raises(EvidenceError, match="bibliography"):
        load_evidence(tmp_path / "a.toml")


@given(st.integers(4 * 1990, 4 * 2060))
def test_a_quarter_ends_where_the_next_begins(quarter):
    period = Period.parse(quarter_label(quarter))
    assert period == Period.of_quarter(quarter)
    assert period.quarters == range(quarter, quarter + 1)
    following = Period.of_quarter(quarter + 1)
    first_day = period.end + timedelta(days=1)
    assert first_day.day == 1
    assert 89 <= (following.end - period.end).days <= 92


@pytest.mark.parametrize(
    ("label", "first", "last", "end"),
    [
        ("2025", "2025Q1", "2025Q4", date(2025, 12, 31)),
        ("2024Q3..2025Q2", "2024Q3", "2025Q2", date(2025, 6, 30)),
        ("2026-02", "2026Q1", "2026Q1", date(2026, 2, 28)),
    ],
)
def test_periods_of_other_kinds(label, first, last, end):
    period = Period.parse(label)
    assert (quarter_label(period.first), quarter_label(period.last), period.end) == (first, last, end)
    assert not period.is_quarter


@pytest.mark.parametrize(
    "label", ["2025Q0", "25Q1", "2025Q2..2025Q2", "2025Q3..2025Q1", "2025-13", "FY2025", ""]
)
def test_texts_that_name_no_period(label):
    with pytest.raises(ValueError, match=r"."):
        Period.parse(label)


def test_reading_starts_light():
    code = (
        "import sys; import simulator.evidence; "
        "print([name for name in ('jax', 'scipy', 'pydantic', 'pint') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
