"""The probability report: a run as one document, in HTML, Markdown or JSON, in two languages."""

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
