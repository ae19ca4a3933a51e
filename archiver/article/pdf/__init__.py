"""PDF: pages as they are printed, read as an article. Start reading in `pdf`."""
