"""What is done for one citation until the best that can be had is on disk. Start reading in `evidence`."""
