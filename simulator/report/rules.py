"""The verdict by other rules for the scorecard, on the terminal."""

from collections.abc import Sequence

from rich.text import Text

from simulator.analysis.explanation.thresholds import OtherRules
from simulator.estimate import Summary, codes_of, feared, shown
from simulator.report.estimates import Estimates
from simulator.report.metric_lines import CHANCE
from simulator.report.titles import title_of, titles_of
from simulator.study import Study

#: Rules that count the scorecard otherwise.
OTHER_RULES = {"without": "No scorecard", "one_more": "One more pass allowed"}


def by_rules(summary: Summary, study: Study, found: Sequence[OtherRules]) -> Estimates:
    """Return the verdicts on the first entity under other rules for the scorecard; no rows of none."""
    codes = codes_of(study.settings.verdicts)
    header = Text.assemble(("Verdict by other rules", "not dim bold"), "\n% of paths")
    split = bool(found) and bool(found[0].split)
    titles = titles_of(codes, split=split) if found else {}
    worst = f"{title_of(feared(codes))},\nchange" if found else ""
    rows = Estimates([header, *titles.values(), worst])
    if found:
        entity = next(iter(summary.verdicts))
        own = shown(summary.verdicts[entity], summary.verdict_split.get(entity, {}))
        rows.add("As in the study", *map(CHANCE.text, own.values()), "")
    for one in found:
        change = CHANCE.text(one.change)
        chances = map(CHANCE.text, shown(one.chances, one.split).values())
        rows.add(OTHER_RULES[one.rules], *chances, change if change.startswith("-") else f"+{change}")
    return rows
