"""Two runs of common draws are compared path by path: what is equal has no error, the rest has its own."""

import json

import jax.numpy as jnp
import numpy as np
import pytest

from simulator.analysis.comparison.listing import Change
from simulator.analysis.comparison.paired import Comparison, compare, compare_all
from simulator.analysis.reproduce import location
from simulator.analysis.run import NotFiniteError, Run, open_run, simulate
from simulator.errors import RunError, UsageError
from simulator.report.charts import differences
from simulator.report.page.contents import comparison, several
from simulator.report.page.document import Notice, Paragraph, text_of
from simulator.report.page.html import to_html
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.markdown import to_markdown
from simulator.study import Study, load_study

PRIORS = {
    "a": {"family": "normal", "mean": 0.0, "sd": 1.0},
    "b": {"family": "normal", "mean": 0.0, "sd": 1.0},
}


def made(shift: float, seed: int = 3, paths: int = 8192, sampler: str = "rqmc") -> Run:
    def model(draws):
        return {"x": draws["a"] + shift, "y": draws["a"] * (1 + shift), "z": draws["b"] * 1.0}

    study = Study.from_dict({"priors": PRIORS}, model=model)
    return simulate(study, paths=paths, seed=seed, sampler=sampler)


def test_a_shift_is_exact_and_what_did_not_change_is_nothing() -> None:
    found = compare(made(0.0), made(0.25))
    x, y, z = (found.metrics[name] for name in "xyz")
    assert x.difference.value == pytest.approx(0.25, abs=1e-7)
    assert x.difference.error < 1e-7 < x.first.error
    assert x.higher.value == 1
    assert (z.difference.value, z.difference.error) == (0, 0)
    assert z.higher.value == z.lower.value == 0
    # y moves by a quarter of itself: the error of the difference is a quarter of that of the mean.
    assert y.difference.error == pytest.approx(0.25 * y.first.error, rel=1e-4)
    assert y.quantiles["p95"].value == pytest.approx(0.25 * 1.645, abs=0.05)


def test_a_difference_known_beyond_four_figures_is_written_to_four() -> None:
    """The error of pairs can be 1e-10: no reader asks for its digits."""
    text = to_markdown(comparison(compare(made(0.0), made(0.25)), "en"))
    (row,) = [line.split(" | ") for line in text.splitlines() if "**0.25**" in line]
    assert row[3] == "**0.25**"


def test_runs_of_unequal_length_are_compared_on_the_paths_of_both() -> None:
    found = compare(made(0.0, paths=16384), made(0.25))
    assert found.paths == 8192
    assert found.metrics["x"].difference.value == pytest.approx(0.25, abs=1e-7)


def test_other_draws_are_no_pairs() -> None:
    with pytest.raises(UsageError, match="seed 3 against 4"):
        compare(made(0.0), made(0.0, seed=4))
    with pytest.raises(UsageError, match="sampler rqmc against mc"):
        compare(made(0.0), made(0.0, sampler="mc"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_failed_its_gate_is_never_called_equal(language: str) -> None:
    """A difference that is no number is not within its error, and the page names the run that has none."""

    def model(draws):
        return {"x": jnp.where(draws["a"] > draws["b"] + 2.5, jnp.nan, draws["a"])}

    rules = {"bull": {"x": {"min": 0.5}}, "bear": {"x": {"max": -0.5}}}
    sound = Study.from_dict({"priors": PRIORS, "verdict": rules}, model=lambda d: {"x": d["a"] + 0 * d["b"]})
    broken = Study.from_dict({"priors": PRIORS, "verdict": rules}, model=model)
    with pytest.raises(NotFiniteError) as raised:
        simulate(broken, paths=8192, seed=3)
    found = compare(simulate(sound, paths=8192, seed=3), raised.value.run)
    document = comparison(found, language)
    assert isinstance(document.sections[0].blocks[0], Notice)
    (lead,) = (b for b in document.sections[0].blocks if isinstance(b, Paragraph) and b.kind == "lead")
    text = text_of(lead.text)
    # Neither better, worse nor equal, and no chance of a verdict beside it.
    assert {"en": "cannot be compared", "zh-Hant": "無法比較"}[language] in text
    assert {"en": "probability", "zh-Hant": "機率"}[language] not in text
    plain = found.to_json()
    assert plain["first"]["not_finite"] == []
    assert plain["second"]["not_finite"]


def test_verdicts_move_and_the_changed_prior_is_named(run: Run) -> None:
    study = load_study("hyperscalers-2026-01", overrides={"power.lead_time.northern_virginia": 6.0})
    found = compare(run, simulate(study, paths=8192, seed=7))
    assert [change.name for change in found.changes] == ["power.lead_time.northern_virginia"]
    assert found.changes[0].second == "6 yr"
    moves = found.moves["group"]
    assert sum(share.value for row in moves.values() for share in row.values()) == pytest.approx(1)
    for verdict, chance in found.verdicts["group"].items():
        assert chance.difference.value == pytest.approx(chance.second.value - chance.first.value)
        arrived = sum(moves[other][verdict].value for other in moves)
        assert arrived == pytest.approx(chance.second.value)
    # Paired: the error of the difference is below that of two runs apart.
    bear = found.verdicts["group"]["bear"]
    assert bear.difference.error < np.hypot(bear.first.error, bear.second.error)
    assert found.to_json()["changes"][0]["name"] == "power.lead_time.northern_virginia"
    for language in LANGUAGES:
        text = to_html(comparison(found, language))
        assert "power." in text
        unit = Locale(language).unit("yr")
        assert f"<td>{unit.prose.format(n='6')}</td>" in text.replace("\u00a0", " ")
        assert "sigma" not in text
        assert to_markdown(comparison(found, language))


@pytest.fixture(scope="module")
def set_may(tmp_path_factory) -> Run:
    """A short run of the set of May with something set."""
    study = load_study("hyperscalers-2026-05", overrides={"silicon.inflation": 0.05})
    return simulate(study, paths=8192, seed=7, out=tmp_path_factory.mktemp("runs") / "may")


@pytest.fixture(scope="module")
def with_may(run: Run, set_may: Run) -> Comparison:
    return compare_all(run, set_may, run)


@pytest.mark.parametrize("language", LANGUAGES)
def test_runs_are_named_by_study_day_and_what_was_set(run: Run, with_may: Comparison, language) -> None:
    """A folder's name means nothing to a stranger; many priors lead to the command that parts them."""
    t, may = Locale(language), with_may.pairs[0].second
    assert run.directory is not None
    assert may.directory is not None
    two = to_markdown(comparison(with_may.pairs[0], language))
    days = [t.day(one.study.as_of) for one in (run, may)]
    for text in (two, to_markdown(several(with_may, language))):
        subtitle = text.splitlines()[2]
        for known in ("hyperscalers-2026-01", "hyperscalers-2026-05", *days, "silicon.inflation=0.05"):
            assert known in subtitle
        assert text.startswith(f"# {t('compare.title')}\n")
        assert f"`strandline diff {location(run.directory)} {location(may.directory)}`" in text
    assert "strandline diff" not in to_markdown(comparison(with_may.pairs[1], language))


def test_studies_as_shipped_are_parted_by_their_names(run: Run) -> None:
    may = simulate(load_study("hyperscalers-2026-05"), paths=8192, seed=7)
    text = to_markdown(comparison(compare(run, may), "en"))
    assert "`strandline diff hyperscalers-2026-01 hyperscalers-2026-05`" in text


def test_a_difference_that_errors_do_not_allow_stands_in_brackets() -> None:
    """Path by path z is the same in both and x is shifted; w differs by noise alone."""

    def noisy(draws):
        return {"w": draws["a"] + draws["b"], "x": draws["a"] + 1.0, "z": draws["a"]}

    def calm(draws):
        return {"w": draws["a"] - draws["b"], "x": draws["a"], "z": draws["a"]}

    runs = [
        simulate(Study.from_dict({"priors": PRIORS}, model=model), paths=8192, seed=3)
        for model in (calm, noisy)
    ]
    found = compare(*runs)
    assert abs(found.metrics["w"].difference.value) <= 2 * found.metrics["w"].difference.error
    text = to_markdown(comparison(found, "en"))
    rows = [line.split(" | ") for line in text.splitlines() if "%" in line and line.startswith("| ")]
    bracketed = [row[3].strip("*").startswith("(") for row in rows]
    assert sum(bracketed) == 1


def test_settings_that_differ_are_named(run: Run) -> None:
    study = load_study("hyperscalers-2026-01", overrides={"study.depreciation_policy": "delivery"})
    other = simulate(study, paths=8192, seed=7)
    setting = Change("settings", "study.depreciation_policy", "changed", "in_service", "delivery")
    assert compare(run, other).changes == (setting,)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"order": ["b", "a"]}, "another study.order"),
        ({"order": ["a", "b"], "directions": {"a": [1.0], "b": [0.3]}}, "other study.directions"),
    ],
)
def test_equal_seeds_are_no_pairs_where_the_study_draws_otherwise(other, reason, tmp_path) -> None:
    """Order and directions decide which numbers a prior gets: such runs differ by noise, and are refused."""

    def model(draws):
        return {"x": draws["a"] + 0.0 * draws["b"]}

    runs = [
        simulate(
            Study.from_dict({"priors": PRIORS, "study": of}, model=model), paths=8192, out=tmp_path / name
        )
        for name, of in (("first", {"order": ["a", "b"]}), ("second", other))
    ]
    assert np.any(runs[0].metric("x") != runs[1].metric("x"))
    for one, two in (runs, [open_run(tmp_path / name, model) for name in ("first", "second")]):
        with pytest.raises(UsageError, match=reason):
            compare(one, two)
    with pytest.raises(UsageError, match=reason):
        differences(runs[0], {"other": runs[1]}, "x")


def test_an_earlier_run_whose_draws_are_others_is_not_computed_again(tmp_path) -> None:
    """Its manifest has no key: its study shows whether this version draws the same numbers."""

    def model(draws):
        return {"x": draws["a"] + 0.0 * draws["b"]}

    for pair, same in ((["a", "b", 0.5], True), (["b", "a", 0.5], False)):
        study = Study.from_dict({"priors": PRIORS, "dependence": {"spearman": [pair]}}, model=model)
        run = simulate(study, paths=8192, out=tmp_path / pair[0])
        path = tmp_path / pair[0] / "manifest.json"
        manifest = json.loads(path.read_text())
        assert manifest.pop("draws") == run.draws_key.to_dict()
        path.write_text(json.dumps(manifest))
        earlier = open_run(tmp_path / pair[0], model)
        assert (earlier.draws_key == run.draws_key) is same
        if same:
            assert earlier.verify() == ()
            continue
        with pytest.raises(RunError, match="cannot be computed again: this version makes other draws"):
            earlier.draws()
        with pytest.raises(UsageError, match="in another order"):
            compare(earlier, run)
        with pytest.raises(RunError, match=r"another run: draws \(correlated"):
            simulate(study, paths=8192, out=run.directory)


def test_any_number_of_runs_is_paired_with_the_first_and_others_have_a_reason() -> None:
    first, others = made(0.0), [made(0.25), made(0.0, seed=4), made(-1.0)]
    found = compare_all(first, *others)
    shifts = [pair.metrics["x"].difference.value for pair in found.pairs]
    assert shifts == pytest.approx([0.25, -1.0], abs=1e-6)
    assert [reason for _, reason in found.unpaired] == ["seed 3 against 4"]
    plain = found.to_json()
    assert len(plain["pairs"]) == 2
    assert plain["unpaired"][0]["reason"] == "seed 3 against 4"
    for language in LANGUAGES:
        document = several(found, language)
        anchors = [section.anchor for section in document.sections]
        assert len(anchors) == len(set(anchors))
        assert "seed 3 against 4" in to_html(document)
        assert "seed 3 against 4" in to_markdown(document)
    with pytest.raises(UsageError, match="seed 3 against 4"):
        compare_all(first, others[1])
    with pytest.raises(UsageError, match="no run beside"):
        compare_all(first)
