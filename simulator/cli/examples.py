"""Examples that end the help of each verb: a command, and what it is for."""

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "run": (
        ("strandline run", "the default study, and its verdict on the terminal"),
        ("strandline run latest", "the newest of the sets that come with the program"),
        ("strandline run --paths 1e6 --seed 7 --json", "one JSON object on standard output"),
        ("strandline run --set power.lead_time.ireland=8", "one prior fixed at a number"),
        (
            "strandline run --set 'economics.pue={family=\"normal\",mean=1.2,sd=0.02}'",
            "one prior given another distribution, as in a study's file",
        ),
        ("strandline run my.toml --model my_model.py:margin", "a model of your own, and its study"),
        ("strandline run --until 'p_bear(group) mcse < 0.001'", "as many paths as an error needs"),
        ("strandline run --paths 1e8 --part 3/20 --out shared/big", "one of twenty jobs"),
    ),
    "merge": (
        ("strandline merge shared/big", "the run of all parts, and its verdict"),
        ("strandline merge shared/big --json --report", "as one JSON object, and a page in the folder"),
    ),
    "verify": (
        ("strandline verify", "compute the last run again, and compare every bit"),
        ("strandline verify runs/base --batches 4", "a part of it, spread over the run"),
    ),
    "report": (
        ("strandline report", "a page of the last run, in its folder"),
        ("strandline report runs/base --lang zh-Hant", "in Traditional Chinese"),
        ("strandline report runs/base --format md --out base.md", "the same as Markdown"),
        ("strandline report --compare runs/base runs/six", "what differs between runs, path by path"),
    ),
    "estimate": (
        ("strandline estimate", "what is looked at first, of the last run"),
        (
            "strandline estimate runs/base --of 'prob_below(value_created.group, -500)'",
            "the chance of a loss of more than USD 500 bn",
        ),
    ),
    "explain": (
        ("strandline explain", "what the verdict of the last run rests on"),
        ("strandline explain runs/base --metric bear.amazon", "what one company's verdict rests on"),
        ("strandline explain runs/base --json", "all of it as one JSON object"),
    ),
    "export": (
        ("strandline export", "every path of the last run as CSV, in its folder"),
        ("strandline export runs/base --format parquet", "the same as Parquet"),
        (
            "strandline export --out base.xlsx --metric verdict.group --draw finance.wacc",
            "two columns, with the summary, beliefs and sources, as a workbook",
        ),
    ),
    "value": (
        (
            "strandline value",
            "what it is worth to know more before the first decision of a study",
        ),
        (
            "strandline value --decision meta --group 'spend.vol,spend.fade'",
            "and two beliefs together",
        ),
        (
            "strandline value --decision my.toml --sample 'adoption.curve n=4 sd=0.3'",
            "a decision of your own, and four observations that could be made",
        ),
    ),
    "flip": (
        ("strandline flip", "what one belief alone would have to be for another verdict"),
        ("strandline flip runs/base --entity amazon --top 12", "for another verdict on one company"),
        (
            "strandline flip runs/base --target 'p_bear(group) = 0.25'",
            "for a chance of bear of a quarter",
        ),
        ("strandline flip runs/base --belief economics.pue --pairs 0", "of one belief, and no map"),
    ),
    "diff": (
        (
            "strandline diff hyperscalers-2026-01 hyperscalers-2026-05",
            "what changed in four months, and what that does to the verdict",
        ),
        ("strandline diff runs/base my-study --top 5", "a run against a study of your own"),
    ),
    "sensitivity": (
        (
            "strandline sensitivity",
            "what moves the chance of the feared verdict (bear, where there is one)",
        ),
        (
            "strandline sensitivity runs/base --target 'mean(value_created.group)'",
            "what moves a mean, belief by belief",
        ),
    ),
    "stress": (
        (
            "strandline stress --target 'mean(value_created.group) = 0'",
            "what would have to be believed for the build-out to break even",
        ),
        (
            "strandline stress runs/base --target 'p_bear(group) = 50%' --top 5",
            "the nearest beliefs with which bear has even chances",
        ),
    ),
    "structure": (
        ("strandline structure", "what each mechanism of the default study's model does to the verdict"),
        ("strandline structure my-study --paths 262144 --json", "a study of your own, as one JSON object"),
    ),
    "scenarios": (
        ("strandline scenarios", "what must be true for the last run's bear case to be likely"),
        ("strandline scenarios runs/base --target bull.amazon", "the same of one company's bull case"),
        (
            "strandline scenarios --target 'prob_below(value_created.group, 0)'",
            "where value is lost",
        ),
        ("strandline scenarios --without silicon.inflation", "explained by other beliefs than one"),
        (
            "strandline scenarios --conditions 2 --out scenarios.html",
            "simpler boxes, as a page with a picture",
        ),
    ),
    "serve": (
        ("strandline serve", "the page of the default study, at the address that is printed"),
        ("strandline serve runs/base --port 8000 --open", "that of a run, in the browser"),
        ("strandline serve my.toml --model my_model.py:margin", "that of a model of your own"),
    ),
    "whatif": (
        ("strandline whatif", "the page of the default study, with the model inside, as one file"),
        ("strandline whatif runs/base", "that of a run, in its folder"),
        (
            "strandline whatif my.toml --model my_model.py:margin --out page.html",
            "that of a model of your own",
        ),
    ),
    "update": (
        ("strandline update --as-of 2026-05-31", "what results known by then teach the default study"),
        ("strandline update runs/base --evidence figures.toml --report", "a run, and evidence of your own"),
    ),
    "score": (
        ("strandline score", "forecasts of capex made on past days, against what happened"),
        ("strandline score --first 2022Q1 --horizons 4", "later origins, four quarters ahead"),
    ),
    "init": (
        ("strandline init my-study", "a study of your own over the default one"),
        ("strandline init my-study --company oracle --like meta", "with a company more"),
    ),
    "doctor": (
        ("strandline doctor", "is this machine as it should be?"),
        ("strandline doctor --json", "the same, for a report of a fault"),
    ),
    "card": (
        ("strandline card", "the model card of the last run, in its folder"),
        ("strandline card runs/base --lang zh-Hant", "in Traditional Chinese"),
        ("strandline card runs/base --verify --format md --out card.md", "computed again, as Markdown"),
    ),
    "priors": (
        ("strandline priors list", "the prior sets that come with the program"),
        ("strandline priors show --name 'power.*'", "what is believed about power, and why"),
        ("strandline priors check my-study --predictive", "a set's faults, and what it implies"),
    ),
    "priors list": (("strandline priors list", "the prior sets that come with the program"),),
    "priors show": (
        ("strandline priors show --name 'power.*'", "what is believed about power, and why"),
        ("strandline priors show my-study --name '*.amazon'", "one company, in a study of your own"),
    ),
    "priors check": (
        ("strandline priors check my-study", "what is wrong with a study, all faults at once"),
        ("strandline priors check my-study --predictive", "and what it implies, against its evidence"),
    ),
    "priors cite": (("strandline priors cite", "the bibliography of the default study"),),
    "config": (("strandline config schema > study.schema.json", "what an editor checks a study by"),),
}

EXIT_CODES = """\
Exit codes: 0 done; 2 usage; 3 a study, prior set or run that is not valid;
4 a quality gate failed; 130 interrupted, and what was finished is stored;
1 anything else. Results go to standard output, progress and errors to
standard error."""


def examples(*verbs: str) -> str:
    """Return the examples of a verb as the last part of its help; of several verbs, the first of each."""
    examples = EXAMPLES[verbs[0]] if len(verbs) == 1 else [EXAMPLES[verb][0] for verb in verbs]
    return "\n".join(["Examples:", *(f"  {command}\n      {purpose}" for command, purpose in examples)])
