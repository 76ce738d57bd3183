"""Sources: their rank is said, kept, and one of four."""

import tomllib
from pathlib import Path

import pytest

from simulator.errors import StudyError
from simulator.study import Rank, Source, Study, priors_root, strongest

BIBLIOGRAPHIES = sorted(Path(priors_root()).glob("*/sources.toml"))


def study(**source):
    return Study.from_dict({"priors": {"a": {"value": 1.0}}, "sources": {"book": {"title": "A", **source}}})


def test_ranks_stand_from_the_strongest_to_the_weakest_and_none_is_weaker_still():
    sources = [Source(name, name, rank=rank) for name, rank in zip("abcde", (*Rank, None), strict=True)]
    assert [source.weakness for source in sources] == [0, 1, 2, 3, 4]
    assert list(Rank) == ["filing", "agency", "press", "other"]


def test_the_strongest_source_is_the_best_document_behind_a_prior():
    press, filing = Source("p", "p", rank=Rank.PRESS), Source("f", "f", rank=Rank.FILING)
    assert strongest([Source("u", "u"), press, filing]) is filing
    assert strongest([]) is None


def test_a_rank_is_read_and_written_again():
    found = study(rank="agency")
    assert found.sources["book"].rank is Rank.AGENCY
    assert Study.from_dict(found.to_dict()).sources == found.sources
    assert study().sources["book"].rank is None


@pytest.mark.parametrize("wrong", ["blog", "Filing", 1])
def test_a_rank_that_is_none_is_refused_with_those_that_are(wrong):
    with pytest.raises(StudyError) as caught:
        study(rank=wrong)
    text = str(caught.value)
    assert "sources.book.rank" in text
    assert "allowed: 'filing', 'agency', 'press' or 'other'" in text


@pytest.mark.parametrize("path", BIBLIOGRAPHIES, ids=lambda path: path.parent.name)
def test_every_shipped_source_says_what_kind_of_document_it_is(path):
    sources = tomllib.loads(path.read_text())["sources"]
    assert [name for name, one in sources.items() if one.get("rank") not in set(Rank)] == []
    # What nobody has read again is no filing, whatever it recalls; nor is what has no address.
    strong = [one for one in sources.values() if one["rank"] in (Rank.FILING, Rank.AGENCY)]
    assert all(one["provenance"].startswith("stored page") and one["address"] for one in strong)
