"""What the answers of endpoints and pages say, read the same way for every platform."""
