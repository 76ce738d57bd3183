"""The parts of a report, in their order: each a function from what was found to blocks of text."""
