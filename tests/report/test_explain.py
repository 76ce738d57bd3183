"""An explanation on the terminal: nothing negative, nothing beyond its error, and what it leaves out."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from analysis.explanation.known_studies import STUDIES, explained
from rich.cells import cell_len
from rich.console import Console

from simulator.analysis.explanation.records import ConditionalMean
from simulator.buildout.settings import BuildoutSettings as Settings
from simulator.buildout.settings import Company
from simulator.estimate import Number
from simulator.report import explain as report
from simulator.study import Study


def printed(explanation, study, width=100, entity=None):
    stream = StringIO()
    console = Console(file=stream, width=width, markup=False, highlight=False, emoji=False)
    report.print_explanation(console, explanation, study, entity)
    return stream.getvalue()


def words(text):
    return " ".join(text.split())


def study_of(name):
    data, model = STUDIES[name]
    return Study.from_dict(data, model=model)


def row(text, start):
    return next(line for line in text.splitlines() if line.lstrip().startswith(start))


def test_a_share_that_is_not_distinguishable_from_zero_says_so():
    text = printed(explained("linear"), study_of("linear"))
    assert re.search(r"^inert +≈ 0 ", text, re.MULTILINE)
    assert "≈ 0 within two standard errors of zero" in words(text)
    assert "1 of 4 priors: ≈ 0." in text
    assert "the same on every path" in text


def test_it_begins_with_what_the_first_target_rests_on():
    explanation = explained("linear")
    target = next(one for one in explanation.targets.values() if not one.constant)
    first, inert = target.drivers[0], next(one for one in target.drivers if one.prior == "inert")
    few = replace(target, drivers=(first, inert))
    assert report.opening([few], explanation.priors, {"model": ""}) == report.opening(
        [replace(target, drivers=(first,))], explanation.priors, {"model": ""}
    )
    opening = report.opening(list(explanation.targets.values()), explanation.priors, {"model": ""})
    assert opening is not None
    share, leading = (str(number * 100) for number in (target.explained, first.share))
    assert (
        f"priors explain {share} % of the variance: first of all “{first.prior}” {leading} %" in opening.plain
    )
    assert words(opening.plain) in words(printed(explanation, study_of("linear")))
    constant = [one for one in explanation.targets.values() if one.constant]
    assert report.opening(constant, explanation.priors, {}) is None


def test_shares_stand_with_their_errors_and_what_they_rest_on():
    text = printed(explained("bases"), study_of("bases"))
    assert re.search(r"^one\.judged +60\.\d+ ± 0\.\d+", text, re.MULTILINE)
    assert re.search(r"By judgement +66\.\d+ ± 0\.\d+", text)
    assert re.search(r"explain, 71\.\d+ ± 0\.\d+ % rests on judgement", words(text))
    assert "1 priors are held at one number" not in text
    assert "1 prior is held at one number, 1 of them by judgement" in words(text)
    assert "From all 65,536 paths" in text


def test_correlated_priors_are_marked_and_the_mark_is_explained():
    text = printed(explained("correlated"), study_of("correlated"))
    assert row(text, "left.a").startswith("left.a*")
    assert row(text, "right.c").split()[0] == "right.c"
    assert "* correlated with other priors" in text
    assert "*" not in printed(explained("linear"), study_of("linear"))


def test_verdicts_stand_in_per_cent_and_by_what_sets_them_apart():
    text = printed(explained("coin"), study_of("coin"), width=120)
    assert "Where it is bull" in text
    coin = row(text[text.index("\nBull\n") :], "coin")
    # Bull on 2.3 % of paths with tails and on half of those with heads.
    low, high = re.findall(r"([\d.]+) ±", coin)[2:4]
    assert float(low) == pytest.approx(2.275, abs=0.3)
    assert float(high) == pytest.approx(50, abs=2)


def test_total_effects_stand_beside_shares_and_say_what_the_difference_is():
    text = printed(explained("ishigami"), study_of("ishigami"))
    assert re.search(r"^x +31\.\d+ ± 0\.\d+ +5[56]\.\d+ ± 0\.\d+", text, re.MULTILINE)
    assert "works only together with other priors or shocks" in words(text)
    # A prior without a share of its own has its row by its total effect.
    assert re.search(r"^z +≈ 0 +2[34]\.\d+ ± 0\.\d+", text, re.MULTILINE)


def test_correlated_priors_have_a_total_effect_together_divided_among_them():
    text = printed(explained("correlated"), study_of("correlated"))
    start = text.index("Total effects", text.index("Along"))
    # Of a variance of 8 they leave 7 together, and divide it as 2.375 and 4.625.
    assert re.search(r"Priors that depend on each other \(2\) +8[78]\.\d+ ±", text[start:])
    assert re.search(r"left\.a\* +(29|30)\.\d+ ±", text[start:])
    assert re.search(r"right\.b\* +5[78]\.\d+ ±", text[start:])


def test_total_effects_have_no_table_where_each_stands_beside_its_share():
    text = printed(explained("ishigami"), study_of("ishigami"))
    assert re.search(r"^Prior +variance, % +effect, %", text, re.MULTILINE)
    assert "Total effects" not in text


def test_without_total_effects_the_reason_is_told():
    explanation = replace(explained("linear"), untotalled="the model is not known")
    targets = {name: replace(target, totals=None) for name, target in explanation.targets.items()}
    text = words(printed(replace(explanation, targets=targets), study_of("linear")))
    assert "Total effects are not known: the model is not known." in text
    assert "Total effect, %" not in text


def test_companies_have_their_titles_and_hostile_names_are_made_plain():
    explanation = explained("linear")
    target = replace(explanation.targets["f"], entity="amazon", metric="value\x1b[31m_created")
    group = replace(target, entity="group")
    both = replace(explanation, targets={"one": target, "two": group})
    study = Study(
        "sample", title="A\x1b[2J title", settings=Settings(companies=(Company("amazon", "Amazon"),))
    )
    text = printed(both, study)
    assert "\x1b" not in text
    assert "created, Amazon" in text
    assert "created, Amazon" not in printed(both, study, entity="group")
    # Of an entity that has no target all are printed.
    assert "created, Amazon" in printed(both, study, entity="meta")


@pytest.mark.parametrize("width", [40, 80, 110, 160])
@pytest.mark.parametrize("name", ["coin", "correlated", "bases"])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(name, width):
    text = printed(explained(name), study_of(name), width)
    assert max(map(cell_len, text.splitlines())) <= width
    # A name may be, by its end.
    assert not re.search(r"[\d±.]…", text)


def test_values_are_in_the_units_of_a_run_and_priors_go_by_their_labels():
    """Shares stand in per cent, money in its unit, and a prior by its label over its name."""
    explanation = explained("linear")
    prior = next(iter(explanation.priors.values()))
    low, high = (ConditionalMean(0.0, Number(*mean)) for mean in ((0.125, 0.001), (0.25, 0.002)))
    driver = replace(explanation.targets["f"].drivers[0], prior="finance.wacc", low=low, high=high)
    share = replace(explanation.targets["f"], metric="stranded_share", unit="1", drivers=[driver])
    own = replace(share, unit="GW")
    both = replace(explanation, targets={"a": share}, priors={"finance.wacc": prior})
    text = printed(both, study_of("linear"))
    shares = r"^Cost of capital +\S+ ± \S+ +\S+ ± \S+ +"
    assert re.search(shares + r"12\.50 ± 0\.10 +25\.0 ± 0\.2", text, re.MULTILINE)
    assert row(text, "finance.wacc").split() == ["finance.wacc"]
    assert re.search(r" % +%$", text, re.MULTILINE)
    # A user's metric of that name in another unit is as the user has it.
    text = printed(replace(both, targets={"a": own}), study_of("linear"))
    assert re.search(r"0\.1250 ± 0\.0010 +0\.250 ± 0\.002", text)
    assert "GW" in text


def test_the_weakest_sources_stand_with_their_kind_and_what_rests_on_them():
    """Two priors cite the one book, without a rank: four parts of sixteen, and an interaction."""
    text = printed(explained("bases"), study_of("bases"))
    place = text.index("Where it could be attacked")
    assert re.search(r"A book +2\d\.\d+ ± 0\.\d+\nbook: unranked, 3 priors", text[place:])
    assert "Sources not ranked" in text or "Not ranked" in text
    assert "Where it could be attacked" not in printed(explained("linear"), study_of("linear"))
