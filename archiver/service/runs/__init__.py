"""Scheduled runs: what is due, one pass over it, and staying up for the next. Start reading in `run`."""
