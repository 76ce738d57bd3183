"""How results are told: on the terminal now, as documents later. Reads summaries; computes nothing."""
