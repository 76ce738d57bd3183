"""The probability report: a run as one document, in HTML, Markdown or JSON, in two languages.

Each name is imported when it is first used: the terminal speaks the report's language without what draws it.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.report.page.against import Comparison as Comparison
    from simulator.report.page.against import compare_all as compare_all
    from simulator.report.page.against import comparison_to_plain as comparison_to_plain
    from simulator.report.page.contents import comparison as comparison
    from simulator.report.page.contents import learned as learned
    from simulator.report.page.contents import report as report
    from simulator.report.page.contents import several as several
    from simulator.report.page.contents import short_report as short_report
    from simulator.report.page.difference import compare as compare
    from simulator.report.page.difference import difference_to_plain as difference_to_plain
    from simulator.report.page.findings import Findings as Findings
    from simulator.report.page.findings import find as find
    from simulator.report.page.html import to_html as to_html
    from simulator.report.page.markdown import to_markdown as to_markdown
    from simulator.report.page.plain import to_plain as to_plain
    from simulator.report.page.speech import LANGUAGES as LANGUAGES

#: Names and the modules that they come from.
_HOMES = {
    "Comparison": "simulator.report.page.against",
    "Findings": "simulator.report.page.findings",
    "LANGUAGES": "simulator.report.page.speech",
    "compare": "simulator.report.page.difference",
    "compare_all": "simulator.report.page.against",
    "comparison": "simulator.report.page.contents",
    "comparison_to_plain": "simulator.report.page.against",
    "difference_to_plain": "simulator.report.page.difference",
    "find": "simulator.report.page.findings",
    "learned": "simulator.report.page.contents",
    "report": "simulator.report.page.contents",
    "several": "simulator.report.page.contents",
    "short_report": "simulator.report.page.contents",
    "to_html": "simulator.report.page.html",
    "to_markdown": "simulator.report.page.markdown",
    "to_plain": "simulator.report.page.plain",
}

__all__ = [
    "LANGUAGES",
    "Comparison",
    "Findings",
    "compare",
    "compare_all",
    "comparison",
    "comparison_to_plain",
    "difference_to_plain",
    "find",
    "learned",
    "report",
    "several",
    "short_report",
    "to_html",
    "to_markdown",
    "to_plain",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(_import(_HOMES[name]), name)
