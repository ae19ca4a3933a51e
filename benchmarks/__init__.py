"""What archiving costs, against `wget --warc-file` on the same bytes: `python -m benchmarks`."""
