"""The report names its weakest sources, with what rests on them, and the kind of every document."""

from dataclasses import replace

import pytest

from simulator.analysis.explanation import Explanation
from simulator.analysis.findings import Findings
from simulator.report.markup import Element
from simulator.report.page.document import Code, Content, Document, Inlines, Link, Table, pieces
from simulator.report.page.locale import LANGUAGES
from simulator.study import Rank
from tests.report.page.written import report


def table_of(document: Document, anchor: str) -> Table:
    (section,) = (one for one in document.sections if one.anchor == anchor)
    return next(block for block in section.blocks if isinstance(block, Table))


def parts_of(cell: Content | Element) -> Inlines:
    assert not isinstance(cell, Element)
    return pieces(cell)


def text_of(cell: Content | Element) -> str:
    return "".join(map(str, parts_of(cell)))


@pytest.fixture(scope="module")
def explained(found: Findings) -> Explanation:
    assert found.drivers is not None
    return found.drivers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weakest_sources_are_those_of_the_explanation_in_its_order(
    found: Findings, explained: Explanation, language: str
) -> None:
    rows = table_of(report(found, language), "weakest").rows
    keys = [next(part.text for part in pieces(row.head) if isinstance(part, Code)) for row in rows]
    assert keys == [one.source for one in explained.sources]
    assert len(keys) == 10
    for row, one in zip(rows, explained.sources, strict=True):
        assert len(row.cells) == 3 + len(one.shares)
        for cell, share in zip(row.cells[2:-1], one.shares.values(), strict=True):
            text = text_of(cell)
            assert ("±" in text) is share.distinguishable


def test_one_that_was_recalled_and_not_read_says_so_in_its_row(
    found: Findings, explained: Explanation
) -> None:
    rows = table_of(report(found, "en"), "weakest").rows
    known = found.run.study.sources
    printed = [parts_of(row.cells[1])[0] for row in rows]
    assert [cell.text for cell in printed if not isinstance(cell, str)] == [
        known[one.source].provenance for one in explained.sources
    ]
    assert any("recalled, unverified" in str(cell) for cell in printed)


def test_each_stands_with_a_link_to_what_can_be_read_and_to_the_priors_that_cite_it(
    found: Findings, explained: Explanation
) -> None:
    rows = table_of(report(found, "en"), "weakest").rows
    for row, one in zip(rows, explained.sources, strict=True):
        links = [part.address for part in pieces(row.head) if isinstance(part, Link)]
        address = found.run.study.sources[one.source].address
        assert links == ([address] if address else [])
        cited = [part.address for part in parts_of(row.cells[-1]) if isinstance(part, Link)]
        assert cited == [f"#prior-{name}" for name in one.priors[:3]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_says_what_kind_of_document_it_is(found: Findings, language: str) -> None:
    rows = table_of(report(found, language), "sources").rows
    kinds = {row.anchor: text_of(row.cells[1]) for row in rows}
    known = found.run.study.sources
    by_rank = {rank: {kinds[f"source-{s.id}"] for s in known.values() if s.rank is rank} for rank in Rank}
    # One text for each rank, and no text for two.
    assert all(len(texts) == 1 for texts in by_rank.values())
    assert len(set.union(*by_rank.values())) == len(Rank)


def test_where_no_source_is_cited_the_section_is_left_out(found: Findings, explained: Explanation) -> None:
    bare = replace(found, drivers=replace(explained, sources=[]))
    assert "weakest" not in {section.anchor for section in report(bare, "en").sections}
