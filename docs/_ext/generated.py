"""Parts of pages that are made of the code itself, so that they cannot be wrong about it."""

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from rich.console import Console
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

#: Columns of the help, as on a terminal of the usual width.
COLUMNS = 88


class Generated(SphinxDirective):
    """Takes its place's text, as Markdown, from `written`."""

    def run(self) -> list[nodes.Node]:
        """Return the parsed text."""
        return self.parse_text_to_nodes("\n".join(self.written()), allow_section_headings=True)

    def written(self) -> Iterator[str]:
        """Give the lines of the text."""
        raise NotImplementedError


def table(*header: str, rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Give the lines of a table in Markdown."""
    for cells in (header, ("---",) * len(header), *rows):
        yield f"| {' | '.join(cell.replace('|', '\\|') for cell in cells)} |"


class Commands(Generated):
    """Every command's help, in the words of the command line."""

    def written(self) -> Iterator[str]:
        """Give the help of the program, then of each verb."""
        from simulator.cli import app

        yield from self._help(app, ())
        for name in app:
            if name.startswith("-") and name != "--install-completion":
                continue
            verb = app[name]
            below = [inner for inner in verb if not inner.startswith("-")]
            yield from self._help(app, (name,))
            for inner in below:
                yield from self._help(app, (name, inner))

    def _help(self, app: Any, verb: tuple[str, ...]) -> Iterator[str]:
        out = StringIO()
        app.help_print(list(verb), console=Console(file=out, width=COLUMNS, color_system=None))
        text = out.getvalue()
        if verb:
            # Its end is that of every verb.
            text = text.partition("\nExamples:\n")[0]
        yield from (f"## strandline {' '.join(verb)}".rstrip(), "", "```text", text.strip(), "```", "")


class Metrics(Generated):
    """What every metric is, in which unit."""

    def written(self) -> Iterator[str]:
        """Give a table of the model's metrics, in the words of the report."""
        from simulator.buildout.tables import metrics

        yield from table(
            "Metric",
            "Unit",
            "What it is",
            rows=(
                (
                    f"`{one.name}`",
                    one.unit if one.unit != "1" else "pure number",
                    f"**{one.texts['en']['label']}.** {one.texts['en']['about']}"
                    + ("" if one.group else " By company only."),
                )
                for one in metrics().values()
            ),
        )


class Series(Generated):
    """Names of the series by quarter."""

    def written(self) -> Iterator[str]:
        """Give the names of the record of a quarter."""
        from simulator.buildout.accounts import Statement
        from simulator.buildout.debt import Financing
        from simulator.buildout.metrics import Record

        parts = ("statement", "financing")
        names = [name for name in Record._fields if name not in parts] + list(Statement._fields)
        yield ", ".join(f"`{name}`" for name in names) + "."
        debt = ", ".join(f"`{name}`" for name in Financing._fields)
        yield f"Of a study with levered companies also {debt}."


class Inputs(Generated):
    """Every input that the build-out model asks for, with its unit and range."""

    def written(self) -> Iterator[str]:
        """Give a table by topic."""
        from simulator.buildout.inputs import DECIDED, INPUTS, OF_LEVERED

        topics: dict[str, list[tuple[str, Any]]] = {}
        for name, wanted in INPUTS.items():
            topics.setdefault(name.partition(".")[0], []).append((name, wanted))
        for topic, inputs in topics.items():
            yield from ("", f"## {topic.capitalize()}", "")
            yield from table("Prior", "One for each", "Unit", "Range", rows=(_input(*one) for one in inputs))
        yield from (
            "",
            "## Debt",
            "",
            "Of a study with levered companies; what each of these names is below.",
            "",
        )
        columns = ("Prior", "One for each", "Unit", "Range")
        yield from table(*columns, rows=(_input(*one) for one in OF_LEVERED.items()))
        yield from (
            "",
            "## Decisions",
            "",
            "A study may have these; where it has none, nothing is withheld.",
            "",
        )
        yield from table(*columns, rows=(_input(*one) for one in DECIDED.items()))


class Exposures(Generated):
    """What a study may attach to a company."""

    def written(self) -> Iterator[str]:
        """Give a table of kinds and of the parts that each takes."""
        from simulator.buildout.inputs import EXPOSURES
        from simulator.buildout.schema import EXPOSURES as MODELS

        def rows() -> Iterator[tuple[str, ...]]:
            for kind, parts in EXPOSURES.items():
                named = ", ".join(f"`{part}` ({wanted.unit})" for part, wanted in parts.items())
                yield f"`{kind}`", (MODELS[kind].__doc__ or "").partition("\n")[0].replace("``", "`"), named

        yield from table("Kind", "What it does", "Parts: each the name of a prior", rows=rows())


class Chips(Generated):
    """What a company's own chip is told by."""

    def written(self) -> Iterator[str]:
        """Give a table of the parts that a chip takes."""
        from simulator.buildout.inputs import CHIP
        from simulator.buildout.schema import ChipTable

        def rows() -> Iterator[tuple[str, ...]]:
            for part, wanted in CHIP.items():
                _, _, unit, allowed = _input(part, wanted)
                yield f"`{part}`", unit, allowed, ChipTable.model_fields[part].description or ""

        yield from table("Part: the name of a prior", "Unit", "Range", "What it is", rows=rows())


def _input(name: str, wanted: Any) -> tuple[str, ...]:
    suffix = {"path": "", "company": ".COMPANY", "source": ".SOURCE", "company source": ".COMPANY.SOURCE"}
    ends = [f"{end:g}" if abs(end) < float("inf") else "" for end in (wanted.minimum, wanted.maximum)]
    allowed = f"{ends[0]} to {ends[1]}" if all(ends) else f"from {ends[0]}" if ends[0] else "any"
    per = {"path": "study", "company source": "company and power source", "source": "power source"}
    return f"`{name}{suffix[wanted.per]}`", per.get(wanted.per, wanted.per), f"`{wanted.unit}`", allowed


class Families(Generated):
    """Every family of priors, and the ways in which it may be given."""

    def written(self) -> Iterator[str]:
        """Give a table of families."""
        from simulator.families import FAMILIES

        def rows() -> Iterator[tuple[str, ...]]:
            for name, family in FAMILIES.items():
                drawn = {key: " †" if key in family.drawable else "" for key in family.parameters}
                ways = [", ".join(f"`{key}`{drawn.get(key, '')}" for key in way) for way in family.all_ways]
                options = ", ".join(
                    f"`{key}`{drawn[key]}" + ("" if default in (None, {}) else f" = {default:g}")
                    for key, default in family.options.items()
                )
                yield f"`{name}`", family.about, " or ".join(ways), options, "yes" if family.bounded else ""

        yield from table("Family", "What it is", "Given by", "Options", "Bounds", rows=rows())


class Keys(Generated):
    """Every key of the tables of a study, from the schema."""

    def written(self) -> Iterator[str]:
        """Give a table for each kind of table."""
        from simulator.study.schema.document import document_schema

        models = document_schema()["$defs"]
        tables = {
            "[study]": "StudyTable",
            "Every prior": "fixed",
            "[[company]]": "CompanyTable",
            "[[power_source]]": "PowerSourceTable",
            "[[scorecard]]": "ScorecardTable",
            "[[check]]": "CheckTable",
            "[[contradiction]]": "ContradictionTable",
            "[[risk]]": "RiskTable",
            "[[risk.case]]": "RiskCaseTable",
            "[[surprise]]": "SurpriseTable",
            "[structure.NAME]": "StructureTable",
            "[mechanism.NAME]": "MechanismTable",
            "[decision.NAME]": "DecisionTable",
            "[decision.NAME.action.NAME]": "ActionTable",
            '[sources."id"]': "SourceTable",
            "[[dependence.groups]]": "GroupTable",
        }
        for title, name in tables.items():
            model = models[name]
            hidden = ("weight", "family", "value") if name == "fixed" else ()
            yield from ("", f"`{title}`" if title.startswith("[") else f"**{title}**", "")
            rows = (
                (f"`{key}`", _kind(said), said.get("description", ""))
                for key, said in model["properties"].items()
                if key not in hidden
            )
            yield from table("Key", "Value", "What it says", rows=rows)


def _kind(said: Mapping[str, Any]) -> str:
    """Return in words what a key of the schema takes."""
    if "enum" in said:
        return ", ".join(f"`{value}`" for value in said["enum"])
    if said.get("format") == "date":
        return "date"
    kinds = {"string": "text", "number": "number", "integer": "whole number", "object": "table"}
    if said.get("type") == "array":
        inner = _kind(said.get("items", {}))
        return f"list of {inner}s" if inner in kinds.values() and inner != "text" else "list"
    ends = {"minimum": "from {:g}", "exclusiveMinimum": "above {:g}", "maximum": "to {:g}"}
    limits = " ".join(text.format(said[key]) for key, text in ends.items() if key in said)
    return f"{kinds.get(said.get('type', ''), 'table')} {limits}".strip()


class Verdicts(Generated):
    """The rules of the verdict and the scorecard of the default study."""

    def written(self) -> Iterator[str]:
        """Give the rules in words, and the scorecard's items."""
        from simulator.study import load_study

        settings = load_study("hyperscalers-2026-01").settings
        for rule in settings.verdicts:
            limits = (
                f"`{metric}` "
                + " and ".join(
                    f"{word} {value:g}"
                    for word, value in (("at least", each.min), ("at most", each.max))
                    if abs(value) < float("inf")
                )
                for metric, each in rule.conditions.items()
            )
            yield f"- **{rule.name.capitalize()}**: {', and '.join(limits)}."
        yield from ("- **Base**: all else.", "")
        rows = ((f"`{item.metric}`", f"{item.min:g}", item.title, item.note) for item in settings.scorecard)
        yield from table("Scorecard item", "Passed from", "What it stands for", "Why this level", rows=rows)


class Checks(Generated):
    """The default study's predictive checks."""

    def written(self) -> Iterator[str]:
        """Give a table of the evidence."""
        from simulator.study import load_study

        rows = (
            (check.title, check.unit, f"{check.low:g} to {check.high:g}", check.note)
            for check in load_study("hyperscalers-2026-01").checks
        )
        yield from table("Quantity", "Unit", "Evidence", "Where the range comes from", rows=rows)


DIRECTIVES: Mapping[str, type[Directive]] = {
    "commands": Commands,
    "metrics": Metrics,
    "series": Series,
    "inputs": Inputs,
    "exposures": Exposures,
    "chips": Chips,
    "families": Families,
    "keys": Keys,
    "verdicts": Verdicts,
    "checks": Checks,
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directives known."""
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
