"""A shop with a study and a model of its own: the run that tests of questions ask."""

from pathlib import Path

from simulator import cli

DAY = """
[study]
as_of = 2026-01-28
"""


def prior(name: str, law: str, unit: str = "USD bn") -> str:
    """Return a prior as it stands in a file.

    Parameters
    ----------
    name, unit
        Of the prior.
    law
        Its family and parameters, in TOML.
    """
    source = 'basis = "judgement"\nas_of = 2026-01-28\nnote = "For a test."'
    return f'\n[{name}]\n{law}\nunit = "{unit}"\n{source}\n'


GAIN = DAY + prior("gain", 'family = "normal"\nmean = 1.0\nsd = 2.0')


def store(folder: Path, study: str, model: str, paths: int = 16_384) -> Path:
    """Write `my.toml` and `my_model.py`, with a function `profit`, and return the folder of their run."""
    (folder / "my.toml").write_text(study)
    (folder / "my_model.py").write_text(model)
    named = ["--model", f"{folder / 'my_model.py'}:profit"]
    made = folder / "made"
    asked = ["run", str(folder / "my.toml"), *named, "--paths", str(paths), "--out", str(made), "-q"]
    assert cli.main(asked) == 0
    return made
