"""A forecaster of capital spending, and what it scored at quarters that are past."""
