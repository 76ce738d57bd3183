"""The report of findings, written once in each language, whichever tests read the document."""

from simulator.analysis.findings import Findings
from simulator.report.page import contents
from simulator.report.page.document import Document

_DOCUMENTS: dict[tuple[int, str, bool], tuple[Findings, Document]] = {}


def report(found: Findings, language: str, *, full: bool = True) -> Document:
    """Return the report as `contents.report` does; of the same findings the same document."""
    key = id(found), language, full  # the findings beside the document keep their identity
    if key not in _DOCUMENTS:
        _DOCUMENTS[key] = found, contents.report(found, language, full=full)
    return _DOCUMENTS[key][1]
