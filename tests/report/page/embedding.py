"""A report of a few words around a page, for tests of what stands within a report."""

from simulator.report.page.contents import EMBEDDED, LABELS
from simulator.report.page.document import Document, Embedded, Paragraph, Section

LABEL_NAMES = (*LABELS, *EMBEDDED, "colon", "comma", "stop", "company", "between", "footer")


def document(*pages: tuple[str, str]) -> Document:
    """Return a report with these pages in it, each its HTML and its policy."""
    sections = [Section("answer", "The answer", [Paragraph("It depends.")])]
    for place, (html, policy) in enumerate(pages):
        shown = Embedded(f"page-{place}", "The model", html, policy, "It computes here.", "On screen alone.")
        sections.append(Section(f"change-{place}", "Change a belief", [shown]))
    sections.append(Section("end", "The end", [Paragraph("All else. " * 400)]))
    labels = {name: f"{name}." for name in LABEL_NAMES}
    return Document("en", "A report", "of a study", sections, labels)
