"""What people are told, each event once. Start reading in `event`."""
