"""strandline config: what an editor needs to know of a study."""

from cyclopts import App

from simulator.cli.examples import examples
from simulator.report.console import write_text

app = App(name="config", help="What an editor needs to know of a study.", help_epilogue=examples("config"))


@app.command
def schema() -> None:
    """Print the JSON Schema of a study's TOML files, which editors check and complete them by."""
    from simulator.study.schema.document import schema_text

    write_text(schema_text())
