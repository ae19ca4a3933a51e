"""Write it down: WARC records, index, manifest, snapshot, catalog. The only writer of snapshots."""
