"""What entities, verdicts and priors are called in a language, and the columns and legends made of them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from simulator.estimate.verdicts import MODEL
from simulator.report.console import plain
from simulator.report.page.document import Coloured, Column, Content, Inline, Inlines, Quoted, pieces, text_of
from simulator.report.page.locale import Locale


class Names:
    """Names in a language.

    Parameters
    ----------
    t
        The language.
    titles
        Of companies by name, as the study has them.
    verdicts
        Names of the verdicts in the order in which they are listed, with the parts of all else for it where
        it is split.
    kind
        The domain's kind of table whose entries the companies are, if it is known.
    """

    def __init__(
        self, t: Locale, titles: Mapping[str, str], verdicts: Sequence[str], kind: str = "entity"
    ) -> None:
        self.t, self.titles, self.verdicts = t, titles, verdicts
        self.kind = t(f"kind.{kind}" if t.has(f"kind.{kind}") else "kind.entity")

    @cached_property
    def companies(self) -> Mapping[str, str]:
        """Titles of companies in the language."""
        return {name: self.t.translate(title).text for name, title in self.titles.items()}

    def entity(self, name: str) -> Inline:
        """Return an entity's title."""
        if name in ("group", MODEL):
            return self.t(f"entity.{name}")
        return Quoted(self.t.translate(self.titles.get(name, name)).text)

    def of(self, name: str) -> Inline:
        """Return an entity's title as it stands within a sentence."""
        return self.t(f"entity.the_{name}") if name in ("group", MODEL) else self.entity(name)

    def entity_text(self, name: str) -> str:
        """Return an entity's title as text."""
        return text_of(self.entity(name))

    def verdict(self, name: str) -> Coloured:
        """Return a verdict's name in its colour."""
        return Coloured(self.t(f"verdict.{name}"), name)

    def within(self, name: str) -> Coloured:
        """Return a verdict's name as it stands within a sentence."""
        return Coloured(self.t(f"verdict.the_{name}"), name)

    def prior(self, name: str) -> str:
        """Return what a prior is called: its label, or else its name."""
        return self.t.prior(name, self.companies) or plain(name)

    def prior_and_name(self, name: str, *, link: bool = False) -> list[Inline]:
        """Return a prior's label, if asked as a link to its row, with its name beside it."""
        return self.t.prior_and_name(name, self.companies, link=link)

    def text_columns(self, *keys: str) -> list[Column]:
        """Return columns of text under messages."""
        return [Column(self.t(key), numeric=False) for key in keys]

    def columns(self, *keys: str, unit: str = "") -> list[Column]:
        """Return columns of numbers in a unit under messages."""
        return [Column(self.t(key), unit) for key in keys]

    def verdict_columns(self, unit: str) -> list[Column]:
        """Return a column of each verdict."""
        return self.columns(*(f"verdict.{name}" for name in self.verdicts), unit=unit)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The colours of the verdicts."""
        return [(name, self.t(f"verdict.{name}")) for name in self.verdicts]

    def sentences(self, *contents: Content) -> list[Inline]:
        """Return sentences one after the other; an empty one is left out."""
        joined: list[Inline] = []
        for content in filter(None, contents):
            joined += [*([self.t("answer.space")] if joined else []), *pieces(content)]
        return joined

    def clauses(self, texts: Iterable[str]) -> str:
        """Return a sentence of clauses."""
        return self.t("list.semicolon").join(texts) + self.t("list.stop")

    def comma(self, *texts: str) -> str:
        """Return texts between commas."""
        return self.t("list.comma").join(texts)

    def bracketed_unit(self, unit: str) -> Inlines:
        """Return a unit in brackets, to follow a name; nothing where there is none."""
        axis = self.t.unit(unit).axis
        return [self.t("list.open"), axis, self.t("list.close")] if axis else []
