"""What an article cites, and exactly where."""
