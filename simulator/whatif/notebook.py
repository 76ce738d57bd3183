"""A study's page with the model inside, for a notebook or a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulator.analysis.run import Run
from simulator.analysis.run.program import with_model
from simulator.arguments import refuse
from simulator.engine import Plan
from simulator.progress import cell_steps
from simulator.report.markup import el
from simulator.report.page.embedded import SANDBOX
from simulator.report.saving import save_text
from simulator.study import Study
from simulator.whatif.making import portable_page
from simulator.whatif.texts import LANGUAGES

#: How high a notebook shows the page: what it opens with is in sight at once.
HEIGHT = "46rem"


@dataclass(frozen=True, repr=False)
class WhatIf:
    """A page on which beliefs are changed and the verdict follows, with the model inside.

    As the last value of a cell it is shown in a frame, which needs no extension of the notebook: the page
    computes in the browser, without Python, and goes on to do so in a notebook that is handed on.

    Parameters
    ----------
    name
        Of the study.
    html
        The whole page as one file, which loads nothing.
    """

    name: str
    html: str

    @classmethod
    def of(cls, subject: Run | Study, language: Literal["en", "zh-Hant"] = "en") -> "WhatIf":
        """Return the page of a run, on its draws, or of a study.

        Parameters
        ----------
        subject
            Whose beliefs are changed.
        language
            The one that the page opens in; it has both.

        Raises
        ------
        NotPortableError
            The model uses what has no form without Python.
        UsageError
            It is of neither, or the language is none of the page's.
        """
        if language not in LANGUAGES:
            refuse("language", language, " or ".join(map(repr, LANGUAGES)))
        if isinstance(subject, Run):
            study, plan = with_model(subject.study, subject.model), subject.plan
        elif isinstance(subject, Study):
            study, plan = subject, Plan()
        else:
            refuse("subject", subject, "a run or a study")
        with cell_steps() as step:
            return cls(study.name, portable_page(study, None, plan, language, step).html)

    def __repr__(self) -> str:
        size = f"{len(self.html.encode()) / 1e6:.1f} MB"
        return f"<WhatIf of {self.name}: a page of {size}; .save('whatif.html') writes it for a browser>"

    def _repr_html_(self) -> str:
        # An attribute and no script: the frame is all that a notebook has to let in, and what runs in it has
        # neither the notebook's origin nor its cookies.
        frame = el(
            "iframe",
            srcdoc=self.html,
            title=f"What if: {self.name}",
            sandbox=SANDBOX,
            allow="clipboard-write",
            referrerpolicy="no-referrer",
            style=f"width: 100%; height: {HEIGHT}; border: 1px solid #8888; border-radius: 4px",
        )
        return str(frame)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, and return its path.

        Parameters
        ----------
        path
            Of a file whose name ends in .html; one that is there is replaced.

        Raises
        ------
        UsageError
            The name ends otherwise.
        OutputError
            The file cannot be written.
        """
        return save_text(path, ".html", self.html)
