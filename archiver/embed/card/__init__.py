"""A post as a page without script."""
