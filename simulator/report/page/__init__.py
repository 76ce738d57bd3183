"""The probability report: a run as one document, in HTML or Markdown, in two languages."""
