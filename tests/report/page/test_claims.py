"""The section of own chips: every chip, what they are worth, and the cases that are about them."""

from dataclasses import replace

import pytest

from simulator.analysis.findings import Findings
from simulator.buildout.settings import settings_of
from simulator.report.page.context import Context
from simulator.report.page.document import Section, Table, text_of
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.sections.claims import PARTS, claims


def section(found: Findings, language: str = "en") -> Section:
    one = claims(Context(found, Locale(language), full=True))
    assert one is not None
    return one


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chip_is_told_by_all_its_parts(found: Findings, language: str) -> None:
    table = next(block for block in section(found, language).blocks if isinstance(block, Table))
    named = found.run.study.settings.claims
    assert len(table.rows) == len(named) > 0
    for row, one in zip(table.rows, named, strict=True):
        assert text_of(row.head).endswith(one.title)
        assert len(row.cells) == len(PARTS) == len(one.priors)


def test_what_they_are_worth_stands_for_the_group_and_each_company_that_has_some(found: Findings) -> None:
    _, worth, _ = (block for block in section(found).blocks if isinstance(block, Table))
    owners = dict.fromkeys(one.entity for one in found.run.study.settings.claims)
    assert len(worth.rows) == 1 + len(owners)


def test_cases_about_chips_are_those_that_set_a_belief_about_one(found: Findings) -> None:
    *_, cases = (block for block in section(found).blocks if isinstance(block, Table))
    named = {name for one in found.run.study.settings.claims for name in one.priors.values()}
    expected = [c for risk in found.run.study.risks for c in risk.cases if named & c.values.keys()]
    assert len(cases.rows) == len(expected) > 0


def test_a_study_without_own_chips_has_no_such_section(found: Findings) -> None:
    study = found.run.study
    settings = settings_of(study)
    companies = tuple(replace(one, chips=()) for one in settings.companies)
    plain = replace(study, settings=replace(settings, companies=companies))
    bare = replace(found, run=replace(found.run, study=plain))
    assert claims(Context(bare, Locale("en"), full=True)) is None
