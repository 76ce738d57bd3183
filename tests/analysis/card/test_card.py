"""Every figure of a card is one of its run, and what the run lacks is missing in it, not left out."""

import json
import shlex
from dataclasses import replace
from datetime import date, timedelta
from inspect import unwrap
from pathlib import Path

import pytest

from simulator.analysis.card import card, card_of
from simulator.analysis.card.challenge import against
from simulator.analysis.card.data import span
from simulator.analysis.card.materiality import STATED
from simulator.analysis.card.monitoring import days_between, newer_figures, newer_studies
from simulator.analysis.explanation import explain
from simulator.analysis.run import simulate
from simulator.analysis.structures import structures
from simulator.errors import UsageError
from simulator.estimate import to_json
from simulator.evidence import load_evidence
from simulator.study import Study, dated_sets, load_study
from tests.analysis.card import known_card as known

HEADINGS = ("purpose", "materiality", "soundness", "data", "outcomes", "monitoring", "challenge", "limits")


def test_what_hangs_on_the_answer_is_what_the_run_estimates() -> None:
    run, own = known.run(), known.made().materiality
    assert [one.entity for one in own.entities] == ["group", "meta", "model"]
    assert (own.metric, own.rate, own.outlay) == ("value_created", "", "capex_2026")
    assert own.entities[2].value == {}
    for one in own.entities[:2]:
        for name in STATED:
            estimate = run.estimate(f"{name}(value_created.{one.entity})")
            assert one.value[name].to_json() == estimate.to_json()
        for verdict, chance in one.chances.items():
            assert chance.to_json() == run.estimate(f"p_{verdict}({one.entity})").to_json()
        assert one.outlay is not None
        assert one.outlay.to_json() == run.estimate(f"p50(capex_2026.{one.entity})").to_json()
        assert one.rate is None


def test_it_says_what_is_known_in_closed_form() -> None:
    """Value is 3 level + noise: mean 0.75, and nine tenths of the variance are the level's."""
    made = known.made()
    mean = made.materiality.entities[0].value["mean"]
    assert abs(mean.value - 0.75) < known.SIGMAS * mean.error + 1e-6
    first = made.soundness.drivers[0]
    assert first.prior == "level"
    assert abs(first.share.value - 0.9) < known.SIGMAS * first.share.error
    judged = made.data.unsourced
    assert judged is not None
    assert abs(judged.share.value - 0.9) < known.SIGMAS * judged.share.error


def test_the_structural_error_is_that_of_structures_and_shares_those_of_explain() -> None:
    run, own = known.run(), known.made().soundness
    mixed, explained = structures(run), explain(run, total_paths=0).targets["value_created.group"]
    assert mixed is not None
    assert [one.statistic for one in own.bands] == list(mixed.leading)
    for band in own.bands:
        ends = mixed.band(band.statistic)
        assert (band.written, band.mixture) == (mixed.written[band.statistic], mixed.mixture[band.statistic])
        assert (band.least, band.greatest, band.lowest) == (ends.least, ends.greatest, ends.lowest.title)
    assert own.explained == explained.explained
    assert list(own.drivers) == list(explained.drivers)[: len(own.drivers)]
    assert own.mechanisms == {"level": "The level A small question"}


def test_another_run_has_another_card() -> None:
    """No figure is typed: another seed moves what is estimated, another belief what is believed."""
    run = known.run()
    other = card(simulate(run.study, paths=2**13, seed=2), known.DAY)
    assert other.materiality.entities[0].value != known.made().materiality.entities[0].value
    assert other.challenge.reproduction.seed == 2
    moved = card(simulate(run.study.override({"level.median": -4.0}), paths=2**13), known.DAY)
    assert moved.materiality.entities[0].likeliest == "bear"
    assert known.made().materiality.entities[0].likeliest == "bull"
    assert [one.name for one in moved.purpose.overrides] == ["level.median"]


def test_priors_and_sources_are_counted_by_basis_and_rank() -> None:
    own = known.made().data
    assert {one.basis: (one.priors, one.fixed) for one in own.bases} == {
        "judgement": (2, 1),
        "published": (1, 0),
        "reported": (1, 0),
    }
    assert sum(one.priors for one in own.bases) == own.priors == 4
    judged = next(one for one in own.bases if one.basis == "judgement")
    assert (judged.known.oldest, judged.known.newest) == (date(2024, 1, 1), date(2025, 11, 30))
    assert {one.rank: one.sources for one in own.ranks} == {"other": 1, "filing": 1}
    assert own.uncited == 1
    assert next(one.source for one in own.weakest) == "book"
    assert [one.name for one in own.contradictions] == ["two"]


def test_days_that_are_not_stated_are_counted() -> None:
    days = [date(2026, 1, 1), None, date(2025, 1, 1), None]
    assert span(days) == (found := span(reversed(days)))
    assert (found.oldest, found.newest, found.undated) == (date(2025, 1, 1), date(2026, 1, 1), 2)
    assert span([]).oldest is None


def test_checks_are_those_of_the_study() -> None:
    own = known.made().outcomes
    assert (own.stated, [one.name for one in own.failed]) == (2, ["centre_again"])
    assert known.made().limits.failed_checks == ("Wrong",)
    assert own.checks[0].passed


def test_a_check_that_cannot_be_evaluated_says_why() -> None:
    table = known.data()
    table["check"][0]["name"] = "nothing"
    made = card(simulate(Study.from_dict(table, model=known.model), paths=2**13), known.DAY)
    assert not made.outcomes.checks
    assert "nothing" in made.outcomes.unchecked


def test_ages_are_days_to_the_day_of_the_card() -> None:
    own = known.made().monitoring
    assert own.days == (known.DAY - date(2026, 1, 28)).days
    assert own.beliefs[0].prior == "level"
    assert own.beliefs[0].days == (known.DAY - date(2025, 11, 30)).days
    assert own.quarters_over == 3
    assert days_between(None, known.DAY) is None


def test_the_evidence_of_the_program_is_not_about_a_model_of_ones_own() -> None:
    assert known.made().monitoring.newer is None


def test_later_sets_are_those_with_a_later_day() -> None:
    days = {name: load_study(name).as_of or date.min for name in dated_sets()}
    first, *later = sorted(days, key=lambda name: days[name])
    study = load_study(first)
    assert newer_studies(study, None) == tuple(later)
    day = days[later[0]]
    assert newer_studies(study, day) == (later[0],)
    assert newer_studies(study, day - timedelta(days=1)) == ()
    assert newer_studies(replace(study, name="mine"), None) == ()


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("Centre 1. Against: one case.", "Against: one case."),
        ("Against: one\n  case. Two.", "Against: one case. Two."),
        ("Spread 2. Against, both ways: up; and down.", "Against, both ways: up; and down."),
        ("Measured against: the rest.", ""),
        ("Against that no number speaks. Centre: 1.", ""),
        ("", ""),
    ],
)
def test_what_speaks_against_a_belief_begins_where_its_note_says_so(note: str, found: str) -> None:
    assert against(note) == found


def test_counter_evidence_is_that_of_the_leading_beliefs() -> None:
    counters = {one.prior: one.against for one in known.made().challenge.counters}
    assert counters == {"level": "Against: one case alone, and 3 years old.", "noise": "", "much": ""}


def test_a_flip_is_an_end_where_another_verdict_leads() -> None:
    own, drivers = known.made().challenge, explain(known.run(), total_paths=0)
    assert own.likeliest == "bull"
    ends = {
        (row.prior, end): getattr(row, end) for row in drivers.verdicts["group"] for end in ("low", "high")
    }
    assert own.tried == len(drivers.verdicts["group"])
    expected = {
        where for where, there in ends.items() if there.likeliest != "bull" and there.lead.distinguishable
    }
    assert {(one.prior, one.end) for one in own.flips} == expected
    assert ("level", "low") in expected


def test_a_run_without_anything_has_a_card_that_misses_it() -> None:
    made = known.bare()
    assert made.purpose.run is None
    assert made.purpose.as_of is None
    assert not made.purpose.verdicts
    assert made.materiality.outlay == ""
    assert made.soundness.bands == ()
    assert (made.outcomes.stated, made.outcomes.updates, made.outcomes.scores) == (0, None, None)
    assert (made.monitoring.today, made.monitoring.days, made.monitoring.newer) == (None, None, None)
    assert (made.challenge.likeliest, made.challenge.commands) == ("", {})
    assert made.data.bases[0].basis == "unstated"
    assert not made.limits.of_domain


def test_json_has_every_heading_and_the_same_bytes_for_the_same_run() -> None:
    for made in (known.made(), known.bare()):
        text = to_json(made.to_json())  # which refuses what is not finite
        assert list(json.loads(text)) == ["schema", "guidance", *HEADINGS]
    again = card_of(known.made().found, known.DAY)
    assert to_json(again.to_json()) == to_json(known.made().to_json())
    moved = known.made().to_json()["challenge"]["flips"][0]
    assert set(moved) == {"prior", "unit", "end", "bound", "there"}


def test_verification_and_scores_are_those_that_were_given() -> None:
    verified = known.run().verification(batches=1)
    row = {
        "scope": "group",
        "against": "walk",
        "horizon": 1,
        "cases": 9,
        "crps": {"value": 0.25, "error": 0.1},
    }
    level = {name: {"value": int(name) / 100, "error": 0.0} for name in ("50", "80", "95")}
    scores = {
        "what": "capex",
        "method": "ours",
        "titles": {"ours": "our own", "walk": "a walk"},
        "origins": [{"quarter": "2020Q4"}, {"quarter": "2021Q1"}],
        "skill": [row, {**row, "scope": "companies"}, {**row, "against": "other"}, {**row, "horizon": None}],
        "coverage": {"all": level},
    }
    made = card_of(known.made().found, known.DAY, verified=verified, scores=scores)
    assert made.challenge.reproduction.verified == verified
    assert verified.differences == ()
    found = made.outcomes.scores
    assert found is not None
    assert (found.first, found.last, found.origins) == ("2020Q4", "2021Q1", 2)
    assert [(one.horizon, one.skill.value) for one in found.skill] == [(1, 0.25)]
    assert found.coverage["80"].value == 0.8


def test_an_update_beside_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    run = simulate(known.run().study, paths=2**13, out=tmp_path / "run")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "update.json").write_text("{}")
    found = card_of(replace(known.made().found, run=run), known.DAY).outcomes.updates
    assert found is not None
    assert [(one.name, bool(one.fault)) for one in found] == [("broken", True)]


def test_heavy_tails_are_limits() -> None:
    law = {"family": "student_t", "df": 1.0, "loc": 0.0, "scale": 1.0}
    study = Study.from_dict({"priors": {"a": law}}, model=lambda d: {"f": d["a"]})
    assert card(simulate(study, paths=2**13)).limits.heavy == ("f",)


def test_commands_of_a_run_name_it_and_a_shipped_set_is_run_by_its_name() -> None:
    own = known.made()
    for command in (*own.monitoring.commands.values(), *own.challenge.commands.values()):
        words = shlex.split(command)
        assert words[0] == "strandline"
        assert "run" in words[2:]
    assert "again" not in own.challenge.commands  # the study is no shipped set
    assert "p_bear(group)" in own.challenge.commands["scenarios"]


@pytest.mark.parametrize("today", ["2026-01-01", 3])
def test_a_day_is_a_day(today) -> None:
    with pytest.raises(UsageError, match="today: found"):
        unwrap(card)(known.run(), today)


def test_a_summary_has_no_card() -> None:
    run = simulate(known.run().study, paths=2**13, keep="summary")
    with pytest.raises(UsageError, match="a card"):
        card(run)


def test_newer_figures_are_counted_from_the_evidence() -> None:
    """Of a study that its domain runs; counted again by hand from what comes with the program."""
    study = load_study("hyperscalers-2026-01")
    assert study.as_of is not None
    about = {"group", "amazon", "alphabet", "microsoft", "meta"}
    later = [one for one in load_evidence() if study.as_of < one.known <= known.DAY and one.entity in about]
    found = newer_figures(study, known.DAY)
    assert found is not None
    assert (found.figures, sum(found.kinds.values())) == (len(later), len(later))
    assert found.last == max(one.known for one in later)
    none = newer_figures(study, study.as_of)
    assert none is not None
    assert (none.figures, none.last) == (0, None)
