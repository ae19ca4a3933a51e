"""Do it for whole articles. Start reading in `archive`."""
