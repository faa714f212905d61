"""Pages in: the Scrapy project, Tor, site identities, pacing, the frontier, crawl runs."""
