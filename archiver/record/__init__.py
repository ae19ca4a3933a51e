"""Write it down: WARC records, the journal that makes them safe, and the views that are made from them."""
