"""Looking again at what is archived: what changed, and the snapshot that follows. Start reading in `visit`."""
