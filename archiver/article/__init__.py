"""Read the page that cites: its text, its blocks, and the map between elements, offsets and lines."""
