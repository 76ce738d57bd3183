"""A section of what could not be computed: the reason in place of the numbers."""

from simulator.report.page.context import Context
from simulator.report.page.document import Code, Paragraph, Section


def unknown(context: Context, key: str, reason: str) -> Section:
    """Return a section that says why what it is about is not known.

    Parameters
    ----------
    context
        Of the report.
    key
        Of the section, and of its messages.
    reason
        As the error that stood in the way says.
    """
    why = Paragraph([context.t(f"{key}.none"), Code(reason)], "note")
    return Section(key, context.t(f"section.{key}"), [why])
