"""reStructuredText: what it cites, where it stands in the source. Start reading in `restructured`."""
