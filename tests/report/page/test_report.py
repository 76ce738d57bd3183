"""A report is the same bytes for the same run, says first what went wrong, and serves any model."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import pytest

from simulator.analysis.findings import Findings, find
from simulator.analysis.run import Run, open_run, simulate
from simulator.estimate import TailIndex, to_json
from simulator.report.markup import Element
from simulator.report.page.contents import short_report
from simulator.report.page.document import Charts, Document, Notice, Quoted, Table, text_of
from simulator.report.page.html import to_html
from simulator.report.page.locale import LANGUAGES
from simulator.report.page.markdown import to_markdown
from simulator.study import Study
from tests.report.page.written import report

ORDER = (
    "answer verdict structures drivers risks claims outcomes time chances contradictions scorecard evidence "
    "weakest priors sources method limits"
)


def notices(document: Document) -> list[str]:
    return [block.title for block in document.sections[0].blocks if isinstance(block, Notice)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_stand_in_their_order(found: Findings, language: str) -> None:
    document = report(found, language)
    assert [section.anchor for section in document.sections] == ORDER.split()
    assert not notices(document)


@pytest.mark.slow
def test_the_same_run_gives_the_same_bytes(run: Run, found: Findings) -> None:
    assert run.directory is not None
    again = find(open_run(run.directory))
    for language in LANGUAGES:
        assert to_html(report(again, language)) == to_html(report(found, language))
        assert to_markdown(report(again, language)) == to_markdown(report(found, language))
    assert to_json(again.to_json()) == to_json(found.to_json())


@pytest.mark.slow
def test_sizes_are_within_their_limits(found: Findings) -> None:
    for language in LANGUAGES:
        full, light = (to_html(report(found, language, full=full)).encode() for full in (True, False))
        assert len(full) < 6e6
        assert len(light) < min(1.5e6, len(full))


def test_every_prior_and_every_source_is_there(found: Findings) -> None:
    text = to_html(report(found, "en"))
    for name in found.run.study.priors:
        assert f'id="prior-{name}"' in text
    for name in found.run.study.sources:
        assert f'id="source-{name}"' in text


def test_every_quantity_is_drawn_for_every_company(found: Findings) -> None:
    document = report(found, "en")
    drawn = {
        (section.anchor, block.key): {chart.entity for chart in block.charts}
        for section in document.sections
        for block in section.blocks
        # The answer is the group's, and a risk that of each company that it names.
        if isinstance(block, Charts) and section.anchor not in ("answer", "risks")
    }
    everyone = {"group", "amazon", "alphabet", "microsoft", "meta"}
    for key, entities in drawn.items():
        assert entities == (everyone - {"group"} if key[1] in ("eps", "eps_drag") else everyone), key
    assert len(drawn) == 5 + 7 + 5 + 1 + 1


def test_every_chart_has_its_unit_and_its_words(found: Findings) -> None:
    for section in report(found, "en").sections:
        for block in (block for block in section.blocks if isinstance(block, Charts)):
            for chart in block.charts:
                # The bars of the verdicts have no axis: each says its own per cent.
                assert 'class="title"' in str(chart.small) or block.key == "verdicts"
                assert "aria-label=" in str(chart.small)
                assert chart.words or chart.finding


def test_no_text_of_an_axis_lies_on_another(found: Findings) -> None:
    """The unit above an upright axis is a line of text above its topmost number, in every drawing."""
    text = to_html(report(found, "zh-Hant"))
    drawings = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    checked = 0
    for drawing in drawings:
        titles = [float(y) for y in re.findall(r'<text class="title" x="2" y="([\d.]+)"', drawing)]
        ticks = [
            float(y)
            for y in re.findall(r'<text class="tick" x="[\d.]+" y="([\d.]+)" text-anchor="end"', drawing)
        ]
        if titles and ticks:
            # 12 px tall, with a third of that between.
            assert 12 <= titles[0] <= min(ticks) - 16
            checked += 1
    assert checked > 50


def test_the_charts_of_the_answer_say_what_they_show(found: Findings) -> None:
    """Their title is a finding and no name of a chart, and their words give every bar of the verdicts."""
    for language in LANGUAGES:
        answer = report(found, language).sections[0]
        drawn = [
            (block.title, chart)
            for block in answer.blocks
            if isinstance(block, Charts)
            for chart in block.charts
        ]
        charts = [chart for _, chart in drawn]
        assert len(charts) == 2
        for title, chart in drawn:
            assert chart.title not in ([], [title])
            assert re.search(r"\d", chart.words)
        assert len(re.findall(r"\d%", charts[0].words)) == 4 * len(found.entities)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_stands_in_a_box_that_scrolls(found: Findings, language: str) -> None:
    """One function writes tables, in any document: none can be cut by the edge of a page."""
    for document in (report(found, language), short_report(found, language)):
        text = to_html(document)
        boxed = re.findall(r'<div class="scroll"[^>]*><table', text)
        assert len(boxed) == text.count("<table") > 3


def cell_text(table: Table, column: int) -> str:
    """Return the text of a cell of a table's first row."""
    cell = table.rows[0].cells[column]
    assert not isinstance(cell, Element)
    return text_of(cell)


def test_gates_that_failed_stand_at_the_top_and_on_the_number(found: Findings) -> None:
    name = "value_created.group"
    assert found.summary is not None
    estimates = found.summary.estimates
    heavy = replace(estimates[name], tail=TailIndex(1.0, 1.0))
    summary = replace(found.summary, estimates={**estimates, name: heavy})
    broken = replace(found, summary=summary, not_finite=("roic.meta: 3 nan of 8192 paths",))
    document = report(broken, "en")
    assert notices(document) == ["Quality gate failed: paths that are not numbers.", "Heavy tail †"]
    table = next(
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and "all paths" in block.caption
    )
    assert cell_text(table, 3).startswith("†")
    assert "roic.meta: 3 nan" in to_markdown(document)


def test_an_unfinished_run_says_so(found: Findings) -> None:
    part = replace(found, run=replace(found.run, status="interrupted"))
    assert notices(report(part, "en")) == ["This run was interrupted."]


def test_a_reports_numbers_are_those_of_the_summary(run: Run, found: Findings) -> None:
    printed = found.to_json()
    assert printed["summary"] == run.summary()
    assert json.loads(to_json(printed))["gates"] == {
        "not_finite": [],
        "checks": [],
        "heavy_tail": list(found.heavy),
    }


def test_a_users_own_model_has_a_report(tmp_path: Path) -> None:
    priors = {
        "strength": {"family": "lognormal", "mean": 3e6, "sd": 3e5},
        "load": {"family": "normal", "mean": 750, "sd": 50},
    }
    study = Study.from_dict(
        {"priors": priors}, model=lambda d: {"margin": d["strength"] - d["load"] * 3183.1}
    )
    found = find(simulate(study, paths=8192, seed=1, out=tmp_path / "run"))
    document = report(found, "en")
    anchors = [section.anchor for section in document.sections]
    assert anchors == ["answer", "drivers", "outcomes", "chances", "priors", "method", "limits"]
    text = to_markdown(document)
    assert "margin is about" in text.lower()
    assert "company" not in text.lower()
    assert document.labels["company"] == "Entity"
    assert to_html(report(found, "zh-Hant"))
    # Its directory alone has the metrics, without the model.
    alone = find(open_run(tmp_path / "run"))
    assert "margin is about" in to_markdown(report(alone, "en")).lower()


def test_an_infinity_that_a_model_allows_is_no_failed_gate(tmp_path: Path) -> None:
    """A run keeps what its model allows: read without the model, its report says the same."""

    class Shop:
        may_be_infinite = ("payback",)

        def __call__(self, draws: Any) -> Any:
            margin = draws["margin"]
            return {"npv": 10 * margin - 60, "payback": jnp.where(margin > 6, 60 / margin, jnp.inf)}

    priors = {"margin": {"family": "uniform", "low": 4.0, "high": 12.0}}
    run = simulate(Study.from_dict({"priors": priors}, model=Shop()), paths=8192, out=tmp_path / "run")
    alone = find(open_run(tmp_path / "run"))
    assert alone.not_finite == find(run).not_finite == ()
    assert not notices(report(alone, "en"))
    # Whatever the model did not allow is still said.
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["may_be_infinite"] == ["payback"]
    manifest["may_be_infinite"] = []
    (tmp_path / "run" / "manifest.json").write_text(json.dumps(manifest))
    assert find(open_run(tmp_path / "run")).not_finite


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_users_own_metrics_go_by_their_own_names(language: str) -> None:
    """Nothing of the build-out is said of another model: no value created, no chips, no shocks."""
    priors = {name: {"family": "uniform", "low": 4.0, "high": 12.0} for name in ("margin", "volume")}
    model = lambda d: {"npv": d["margin"] * d["volume"] - 60}  # noqa: E731
    study = Study.from_dict({"priors": priors}, model=model)
    text = to_markdown(report(find(simulate(study, paths=8192)), language)).lower()
    assert "npv" in text
    for word in ("value created", "spending", "chips", "shock", "價值創造", "支出", "晶片", "衝擊"):
        assert word not in text


def test_drivers_are_told_in_the_unit_of_what_they_drive(found: Findings) -> None:
    """The means where a prior is low and high stand in the unit of the metric that it drives."""
    assert found.drivers is not None
    document = report(found, "en")
    section = next(section for section in document.sections if section.anchor == "drivers")
    tables = {block.caption: block for block in section.blocks if isinstance(block, Table)}
    cases = {
        "Value created": ("USD bn", 1.0),
        "Stranded share": ("%", 100.0),
        "Value per dollar": ("%", 100.0),
    }
    names = {
        "Value created": "value_created",
        "Stranded share": "stranded_share",
        "Value per dollar": "value_per_dollar",
    }
    for label, (unit, factor) in cases.items():
        table = tables[f"{label}: largest drivers"]
        assert table.columns[4].unit == unit
        top = found.drivers.targets[f"{names[label]}.group"].drivers[0]
        printed = cell_text(table, 3).replace("−", "-").replace(",", "")
        assert float(printed.partition(" ±")[0]) == pytest.approx(
            top.low.mean.value * factor, rel=0.1, abs=0.2
        )


def test_titles_of_the_study_are_quoted(found: Findings) -> None:
    document = report(found, "en")
    title = "AI build-out of Amazon, Alphabet, Microsoft and Meta, as of January 2026"
    assert document.title == Quoted(title)


def test_the_chinese_report_has_one_money_scale_and_no_english_prose(pages: dict[str, Path]) -> None:
    """Money is in 億 throughout; what is not Chinese is code, a quoted title, or a name of some words."""
    page_text = pages["zh-Hant"].read_text(encoding="utf-8")
    for mark in ("script", "style", "code", "time"):
        page_text = re.sub(rf"<{mark}\b.*?</{mark}>", " ", page_text, flags=re.DOTALL)
    page_text = re.sub(r'<bdi lang="en">.*?</bdi>', " ", page_text, flags=re.DOTALL)
    page_text = re.sub(r"<wbr>", "", page_text)
    printed = re.sub(r"<[^>]*>", "\n", page_text)
    assert not re.findall("十億美元", printed.replace("數十億美元", ""))
    assert not re.findall(r"\bbn\b", printed)
    assert re.findall(r"\b[a-z]{2,} [a-z]{2,}\b", printed) == ["ja tak"]
    assert not re.findall("依依|(?:超過|至少|至多) ?每", printed)
