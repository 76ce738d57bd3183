"""What page one and the titles of charts say: nothing that the numbers behind them do not."""

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from simulator.analysis.display import display_of
from simulator.analysis.fan import Fan
from simulator.analysis.findings import Findings
from simulator.report.markup import Element
from simulator.report.page.contents import short_report
from simulator.report.page.context import Context
from simulator.report.page.document import Bullets, Heading, Paragraph, Table, text_of
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.markdown import to_markdown
from simulator.report.page.sections import answer, flips, headlines, method, outcomes, structures
from tests.report.page.written import report

QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")


def paragraphs(context: Context) -> str:
    blocks = answer.answer(context).blocks
    return "\n".join(text_of(block.text) for block in blocks if isinstance(block, Paragraph))


def test_page_one_leads_with_the_chance_of_a_loss_and_says_what_base_is(found: Findings) -> None:
    assert found.summary is not None
    estimate, locale = found.summary.estimates["value_created.group"], Locale("en")
    first, second, *_ = [
        text_of(block.text)
        for block in answer.answer(Context(found, locale)).blocks
        if isinstance(block, Paragraph)
    ]
    assert first.startswith(f"On {locale.rounded_percent(estimate['prob_below_zero'])} of paths")
    assert re.search(
        r"Over all paths, a dollar put in (gains|loses) [\d.]+ cents on average\.|cannot be distinguished",
        first,
    )
    gains, losses = map(locale.rounded_percent, found.summary.verdict_split["group"].values())
    assert f"Base is all else, not a middle: losses on {losses} of all paths, gains on {gains}." in second
    assert "中性是其餘情形" in paragraphs(Context(found, Locale("zh-Hant")))


def test_page_one_gives_judgement_of_all_and_of_what_is_explained(found: Findings) -> None:
    assert found.drivers is not None
    target, locale = found.drivers.targets["value_created.group"], Locale("en")
    (expected,) = (
        text_of(line)
        for block in answer.answer(Context(found, locale)).blocks
        if isinstance(block, Bullets)
        for line in block.items
        if "judgement" in text_of(line)
    )
    for share in (target.unsourced.share, target.unsourced.of_explained, target.explained):
        assert locale.rounded_percent(share) in expected


def fan(medians: Iterable[float]) -> Fan:
    middle = np.array(list(medians))
    return Fan(np.tile(middle, (5, 1)), np.full((3, len(middle)), 0.1), {})


@pytest.mark.parametrize(
    ("medians", "expected"),
    [
        ((1, 2, 3, 4), "the median rises from USD 1.0 bn to USD 4.0 bn by 2026Q4"),
        ((4, 3, 2, 1), "the median falls from USD 4.0 bn to USD 1.0 bn by 2026Q4"),
        ((1, 5, 9, 4), "rises from USD 1.0 bn to its peak of USD 9.0 bn in 2026Q3 and falls to USD 4.0 bn"),
        ((-6, -8, -3, -1), "falls from USD −6.0 bn to its lowest of USD −8.0 bn in 2026Q2 and rises to"),
        # What lies within the errors of an end, 2 * (0.1 + 0.1), is no turn.
        ((1, 2, 4.3, 4), "the median rises from USD 1.0 bn to USD 4.0 bn by 2026Q4"),
        ((4, 4.1, 4.2, 4), "no clear change of the median by 2026Q4"),
    ],
)
def test_a_title_over_time_says_rises_only_where_no_peak_comes_before_the_end(
    found: Findings, medians: tuple[float, ...], expected: str
) -> None:
    context = Context(found, Locale("en"))
    assert expected in headlines.fan(context, context.t.unit("money"), {"capex": fan(medians)}, QUARTERS)


def test_the_title_of_a_tornado_names_the_share_that_orders_its_bars(found: Findings) -> None:
    assert found.drivers is not None
    target, context = found.drivers.targets["value_created.group"], Context(found, Locale("en"))
    first, *others = target.drivers
    shares = [row.share.value for row in target.drivers]
    assert shares == sorted(shares, reverse=True)
    half = replace(first, share=replace(first.share, value=0.5))
    title = headlines.drivers(context, found.charted[0], replace(target, drivers=[half, *others]))
    assert "largest share of the variance, about 50%" in title


def test_page_one_explains_the_dashed_line_of_its_drivers(found: Findings) -> None:
    for language, line in (("en", "dashed: mean"), ("zh-Hant", "虛線為平均")):
        blocks = answer.answer(Context(found, Locale(language))).blocks
        assert any(isinstance(block, Heading) and line in block.text for block in blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_counts_the_changes_of_its_own_table(found: Findings, language: str) -> None:
    """What it tells and what it counts are together the rows that stand out in the table it points to."""
    locale = Locale(language)
    for document in (report(found, language), short_report(found, language)):
        (changing,) = (
            sum(row.strong for row in block.rows)
            for section in document.sections
            for block in section.blocks
            if isinstance(block, Table) and block.caption == locale("flips.caption")
        )
        expected = [
            text_of(line)
            for block in document.sections[0].blocks
            if isinstance(block, Bullets)
            for line in block.items
        ]
        more = locale("answer.flip_more", n=str(changing - flips.FEW), section=locale("section.drivers"))
        assert (more in expected) == (changing > flips.FEW)
        assert len(expected) >= min(changing, flips.FEW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_speak_of_charts_over_time_only_where_they_are(found: Findings, language: str) -> None:
    line = Locale(language)("limits.fans")
    full, short = (to_markdown(one) for one in (report(found, language), short_report(found, language)))
    assert line in full
    assert line not in short


def test_a_log_ratio_is_told_as_per_cent_of_what_it_is_a_ratio_to(found: Findings) -> None:
    """exp(-0.065) is 0.937: 6% below guidance; exp(0.3) is 1.35."""
    for prior, log, expected in (
        ("spend.overshoot", -0.065, "−6% (6% below guidance)"),
        ("spend.overshoot", 0.3, "+35% (35% above guidance)"),
        ("economics.markup_boom", 0.097, "+10% (10% above trend)"),
    ):
        assert found.drivers is not None
        row = found.drivers.verdicts["group"][0]
        low, high = replace(row.low, bound=log), replace(row.high, bound=2000.0)
        row = replace(row, prior=prior, low=low, high=high)
        drivers = replace(found.drivers, verdicts={"group": [row]})
        context = Context(replace(found, drivers=drivers), Locale("en"))
        (table,) = (block for block in flips.table(context) if isinstance(block, Table))
        bound = table.rows[0].cells[0]
        assert not isinstance(bound, Element)
        assert text_of(bound) == f"up to {expected}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limits_count_the_thresholds_that_would_change_the_verdict(
    found: Findings, language: str
) -> None:
    """As many as stand out beside the scorecard, in the full form and in the short one."""
    locale = Locale(language)
    full, short = report(found, language), short_report(found, language)
    caption = locale("scorecard.moved_caption", entity=locale("entity.group"))
    (rows,) = (
        block.rows
        for section in full.sections
        for block in section.blocks
        if isinstance(block, Table) and block.caption == caption
    )
    assert len(rows) == len(found.thresholds) == 6
    changing = sum(row.strong for row in rows)
    for document in (full, short):
        (lines,) = (block.items for block in document.sections[-1].blocks if isinstance(block, Bullets))
        numbers = [int(number) for number in re.findall(r"\d+", text_of(lines[0]))]
        assert sorted(numbers) == sorted([10, changing, 6])


def test_page_one_names_a_threshold_only_where_it_changes_the_verdict(found: Findings) -> None:
    own = Context(found, Locale("en")).likeliest
    other = next(name for name in ("bear", "base") if name != own)
    for likeliest, expected in ((own, 0), (other, 1)):
        thresholds = tuple(one._replace(likeliest=likeliest, clear=True) for one in found.thresholds)
        changed_ones = replace(found, thresholds=thresholds)
        lines = [
            text_of(line)
            for block in answer.answer(Context(changed_ones, Locale("en"))).blocks
            if isinstance(block, Bullets)
            for line in block.items
        ]
        assert sum(line.startswith("Threshold of ") for line in lines) == expected


@pytest.mark.parametrize(("language", "told"), [("en", "{name} in {number}"), ("zh-Hant", "（{number} 種）")])
def test_the_band_says_in_how_many_structures_a_verdict_is_the_likeliest(
    found: Findings, language: str, told: str
) -> None:
    assert found.structures is not None
    text = text_of(structures.band(Context(found, Locale(language))))
    counts = found.structures.likeliest("group", ("bull", "base", "bear"))
    assert len(counts) > 1
    for name, number in counts.items():
        assert told.format(name=name or "too close to call", number=number) in text


def test_what_is_not_modelled_is_not_what_the_report_has(
    found: Findings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debt is left out of a study in which nobody borrows, and of no other."""
    context = Context(found, Locale("en"))
    assert "debt and dilution" in context.t(f"limits.{method.unmodelled(context)}")
    monkeypatch.setattr(method, "borrowing", lambda _: ["peak_leverage"])
    assert "dilution" not in context.t(f"limits.{method.unmodelled(context)}")


def test_of_a_chance_the_mean_alone_stands_in_a_table(found: Findings) -> None:
    """Quantiles of ones and zeros say nothing."""
    context = Context(found, Locale("en"))
    shares = display_of("stranded_share")
    for chance, filled in ((False, 4), (True, 1)):
        table = outcomes.ranges(context, [replace(shares, chance=chance)], "Metric", "Table")
        cells = [row.cells for row in table.rows if row.cells]
        assert cells
        assert all(len([cell for cell in row if cell]) == filled and row[-1] for row in cells)
