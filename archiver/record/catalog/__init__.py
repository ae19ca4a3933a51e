"""What stands in all snapshots of a store, in SQLite: the one place that opens it."""
