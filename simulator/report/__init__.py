"""Reports of runs, studies and comparisons: on the terminal, as charts and as documents."""
