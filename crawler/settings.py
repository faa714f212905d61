"""Scrapy's settings: an allow-list.

What Scrapy would load by itself (middlewares, extensions, handlers of other schemes, feed exports) is emptied rather
than switched off one by one, so that a later Scrapy brings nothing in unseen. ``scrapy.cfg`` names this module.
"""

BOT_NAME = "nightpost"
SPIDER_MODULES = ["crawler.spider"]

# asyncio alone: several crawls can run in one process, one after another, each in an event loop of its own.
TWISTED_REACTOR_ENABLED = False

DOWNLOAD_HANDLERS_BASE: dict[str, str] = {}
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "crawler.download.TorDownloadHandler",
    "https": "crawler.download.TorDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
SCHEDULER = "crawler.scheduler.FrontierScheduler"

# Redirects, retries and refusals are the frontier's, so that they survive a kill; cookies and headers the identity's;
# decompression comes after the evidence. None of Scrapy's middlewares and extensions is needed.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
ITEM_PIPELINES_BASE: dict[str, int] = {}
FEED_STORAGES_BASE: dict[str, str] = {}

# The spider yields no items, and Scrapy starts so many tasks for each response to look after them.
CONCURRENT_ITEMS = 1

ROBOTSTXT_OBEY = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPCACHE_ENABLED = False
AUTOTHROTTLE_ENABLED = False
METAREFRESH_ENABLED = False
REFERER_ENABLED = False
COOKIES_ENABLED = False
MEMUSAGE_ENABLED = False
STATS_DUMP = False
HTTPX_HTTP2_ENABLED = False

# An onion address authenticates its service by itself; certificates there are self-signed.
DOWNLOAD_VERIFY_CERTIFICATES = False
DNSCACHE_ENABLED = False

LOG_ENABLED = False
LOG_LEVEL = "WARNING"
LOG_INSTALL_ROOT_HANDLER = False
