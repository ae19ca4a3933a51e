"""Markdown: what it cites, where it stands in the source. Start reading in `markdown`."""
