"""The build-out of AI data centres: its settings, its model of named draws, and its evidence."""
