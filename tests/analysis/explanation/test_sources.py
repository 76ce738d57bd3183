"""The weakest sources, by the variance of the priors that cite them."""

import pytest
from analysis.explanation.known_studies import STANDARD, agrees, groups

from simulator.analysis.explanation import explain
from simulator.analysis.run import simulate
from simulator.study import Study

JUDGED = {**STANDARD, "basis": "judgement", "note": "For a test."}


def explained(sources, citing, model, **study):
    data = {
        "sources": {
            name: {"title": name, **({"rank": rank} if rank else {})} for name, rank in sources.items()
        },
        "priors": {name: {**JUDGED, "sources": cited} for name, cited in citing.items()},
        **study,
    }
    return explain(simulate(Study.from_dict(data, model=model), paths=2**15, seed=1))


@pytest.fixture(scope="module")
def linear():
    """3a + 2b + c: of the variance 9, 4 and 1 parts of 14."""
    return explained(
        {"annual": "filing", "forum": "other", "slides": "other", "unread": "other"},
        {"a": ["forum"], "b": ["forum", "annual"], "c": ["slides"], "d": []},
        lambda d: {"f": 3 * d["a"] + 2 * d["b"] + d["c"] + 0 * d["d"]},
    )


def test_what_rests_on_a_source_is_what_all_priors_that_cite_it_explain(linear):
    found = {one.source: one for one in linear.sources}
    assert found["forum"].priors == ["a", "b"]
    for name, truth in (("forum", 13 / 14), ("slides", 1 / 14), ("annual", 4 / 14)):
        assert agrees(found[name].shares["f"], truth), name


def test_the_priors_that_cite_a_source_stand_by_what_each_explains_alone():
    """Of 1 a + 3 b + 2 c the shares are 1, 9 and 4 parts of 14, whatever the order of their names."""
    found = explained(
        {"forum": "other"},
        {"a": ["forum"], "b": ["forum"], "c": ["forum"]},
        lambda d: {"f": d["a"] + 3 * d["b"] + 2 * d["c"]},
    )
    assert found.sources[0].priors == ["b", "c", "a"]


def test_the_weakest_kind_stands_first_and_then_the_largest_share(linear):
    assert [(one.source, one.rank) for one in linear.sources] == [
        ("forum", "other"),
        ("slides", "other"),
        ("annual", "filing"),
    ]


def test_a_source_that_no_prior_cites_carries_nothing_and_is_not_listed(linear):
    assert "unread" not in {one.source for one in linear.sources}


def test_the_best_document_behind_a_prior_decides_its_group(linear):
    ranks = groups(linear.targets["f"], "rank")
    assert agrees(ranks["other"].share, 10 / 14)
    assert agrees(ranks["filing"].share, 4 / 14)
    assert not ranks["uncited"].share.distinguishable


def test_sources_of_dependent_priors_hold_what_both_explain():
    """a + b, of correlation r: a by itself explains (1 + r)^2 of the 2 + 2r."""
    found = explained(
        {"one": "other", "two": "press"},
        {"a": ["one"], "b": ["two"]},
        lambda d: {"f": d["a"] + d["b"]},
        dependence={"spearman": [["a", "b", 0.5]]},
    )
    # Of two normals a Spearman correlation s is a Pearson one of 2 sin(pi s / 6).
    correlation = 0.5176380902050415
    assert agrees(found.sources[0].shares["f"], (1 + correlation) / 2)


def test_ten_are_listed_at_most_and_those_without_a_rank_first():
    names = [f"s{index}" for index in range(12)]
    found = explained(
        {name: None if name == "s3" else "press" for name in names},
        {name: [name] for name in names},
        lambda d: {"f": sum((index + 1) * d[name] for index, name in enumerate(names))},
    ).sources
    assert [one.source for one in found] == [
        "s3",
        *(f"s{index}" for index in (11, 10, 9, 8, 7, 6, 5, 4, 2)),
    ]
    assert found[0].rank == "unranked"


def test_where_no_prior_cites_a_source_none_is_listed():
    assert explained({}, {"a": []}, lambda d: {"f": d["a"]}).sources == []


def test_shares_are_of_the_first_target_and_of_the_verdicts_of_its_entity():
    found = explained(
        {"book": "press"},
        {"a": ["book"]},
        lambda d: {"f": d["a"], "g": 2 * d["a"]},
        verdict={"bull": {"f": {"min": 0.5}}, "bear": {"f": {"max": -0.5}}},
    )
    first, *others = found.sources[0].shares
    assert first == "f"
    assert {name.partition(".")[0] for name in others} == {"bull", "bear"}
