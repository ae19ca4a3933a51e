"""What the crawl brings, made into durable records: members beside the crawl, one thread that writes. Start reading in `writer`."""
