"""The look of charts: one sheet of rules and its colours, for a page of charts and for a chart by itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Literal

#: Colours on light paper and on dark, or those of the reader's own system.
type Theme = Literal["auto", "light", "dark"]

LIGHT: Mapping[str, str] = {
    "paper": "#fff",
    "ink": "#1b1f24",
    "soft": "#565e68",
    "rule": "#d5dae0",
    "bull": "#1f77b4",
    "base": "#a9afb7",
    "gains": "#a5c0d3",
    "losses": "#ddb79e",
    "bear": "#c4490b",
    "one": "#6a4c9c",
    "two": "#00795c",
    "bull-ink": "#14608f",
    "base-ink": "#5b626b",
    "gains-ink": "#48708c",
    "losses-ink": "#8a5b3b",
    "bear-ink": "#a93c06",
    "on": "#fff",
    "on-base": "#14171b",
}
DARK: Mapping[str, str] = {
    "paper": "#14171b",
    "ink": "#e7eaee",
    "soft": "#a7b0ba",
    "rule": "#3a424c",
    "bull": "#4a9fd8",
    "base": "#7d858f",
    "gains": "#7396ad",
    "losses": "#b0866b",
    "bear": "#ee7f45",
    "one": "#b59be0",
    "two": "#46c2a0",
    "bull-ink": "#76bcec",
    "base-ink": "#b3bac3",
    "gains-ink": "#a3c3d8",
    "losses-ink": "#dcb497",
    "bear-ink": "#f59662",
    "on": "#0c0e11",
    "on-base": "#0c0e11",
}

#: What only a chart by itself has: its paper, its own words, and a family of fonts.
_ALONE = """
text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.paper { fill: var(--paper); }
text.heading { font-size: 16px; font-weight: 600; } text.under { font-size: 13px; fill: var(--soft); }
text.note { font-size: 11px; fill: var(--soft); }
"""
_DARK = "@media (prefers-color-scheme: dark)"


def page_style() -> str:
    """Return the rules of charts for a page, whose own rules follow and may change a colour."""
    light, dark = (
        f":root {{ {' '.join(f'--{name}: {value};' for name, value in colours.items())} }}"
        for colours in (LIGHT, DARK)
    )
    return f"{light}\n{_DARK} {{ {dark} }}\n{_rules()}"


#: The class and the opacity of the colour of a verdict, from the first to the last.
_SCALE = (("bull", 1.0), ("bull", 0.55), ("base", 1.0), ("bear", 0.55), ("bear", 1.0))


def verdict_style(names: Sequence[str]) -> str:
    """Return the rules of verdicts that a study names itself; none where all have rules of their own.

    Parameters
    ----------
    names
        In their order.
    """
    sheet = _rules()
    if all(f".{name} " in sheet for name in names):
        return ""
    found = []
    for place, name in enumerate(names):
        kind, opacity = _SCALE[place * (len(_SCALE) - 1) // max(len(names) - 1, 1)]
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
            own = [one.strip() for one in selectors.split(",") if re.search(rf"\.{kind}(?![\w-])", one)]
            if own:
                renamed = ", ".join(re.sub(rf"\.{kind}(?![\w-])", f".{name}", one) for one in own)
                found.append(f"{renamed} {{{body}}}")
        found.append(f".fill.{name}, .key.{name}, .range.{name}, .middle.{name} {{ opacity: {opacity:g}; }}")
    return "\n".join(found)


def own_style(scope: str, theme: Theme, names: Sequence[str] = ()) -> str:
    """Return the rules of charts for a chart by itself, with its colours in them.

    Parameters
    ----------
    scope
        The class of the chart, to which every rule is bound: it may stand in a page with rules of its own.
    theme
        Which colours it has.
    names
        Of the entries of its legend, verdicts among them.
    """
    rules = list(_scoped(_rules() + verdict_style(names) + _ALONE, scope))
    light = "".join(_coloured(rule, DARK if theme == "dark" else LIGHT) for rule in rules)
    if theme != "auto":
        return light
    dark = "".join(_coloured(rule, DARK) for rule in rules if "var(" in rule)
    return f"{light}{_DARK}{{{dark}}}"


def _rules() -> str:
    return (resources.files("simulator.report.drawing") / "charts.css").read_text(encoding="utf-8")


def _scoped(rules: str, scope: str) -> Iterator[str]:
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", rules):
        bound = ",".join(f".{scope} {one.strip()}" for one in selectors.split(","))
        yield f"{bound}{{{body.strip()}}}"


def _coloured(rule: str, colours: Mapping[str, str]) -> str:
    return re.sub(r"var\(--([a-z-]+)\)", lambda found: colours[found[1]], rule)
