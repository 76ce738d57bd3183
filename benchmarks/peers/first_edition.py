"""The model that the peers are written for: the build-out without the mechanisms that a study can switch off.

The engine computes those mechanisms all the same, at values at which they do nothing, and is timed with them.
"""

import simulator


def load(name: str) -> simulator.Study:
    """A shipped study with all of its mechanisms off."""
    study = simulator.load_study(name)
    off = {prior: value for mechanism in study.mechanisms for prior, value in mechanism.values.items()}
    return simulator.load_study(name, overrides=off)
