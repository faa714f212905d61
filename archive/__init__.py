"""Evidence: WARC files, the capture journal, seals, verification. It does not know what a market is."""
