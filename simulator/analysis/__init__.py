"""What is asked of a study: its run, and what explains, compares, updates and questions one."""
