"""The warning that a study was changed to make sense of it."""


class StrandlineWarning(UserWarning):
    """What was asked for could not be had exactly, and by how much it was missed."""
