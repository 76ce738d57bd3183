"""The model card of a run as a document."""

from simulator.analysis.card import Card
from simulator.report.page.contents import labels
from simulator.report.page.context import Context
from simulator.report.page.document import Document
from simulator.report.page.locale import LANGUAGES, Locale
from simulator.report.page.markdown import to_markdown
from simulator.report.page.sections.card import sections


def card_document(card: Card, language: str) -> Document:
    """Return a card as a document.

    Parameters
    ----------
    card
        What `simulator.card` returns.
    language
        One of `LANGUAGES`.
    """
    context = Context(card.found, Locale(language), full=False)
    t, own, manifest = context.t, card.purpose, card.found.manifest
    version = manifest.versions.get("strandline", "") if manifest else ""
    return Document(
        language=language,
        title=t.translate(own.title),
        subtitle=[
            t("card.title"),
            t("list.colon"),
            t("document.subtitle", study=own.study, day=t.day(own.as_of)),
        ],
        sections=sections(context, card),
        labels={**labels(context, own.run or own.study, version), "chart_omitted": t("card.more")},
        contents=False,
        dense=True,
        verdicts=context.verdicts,
    )


def card_markdown(card: Card) -> str:
    """Return a card for a notebook."""
    return to_markdown(card_document(card, LANGUAGES[0]))
