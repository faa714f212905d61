"""``python -m benchmarks``: every benchmark, one after another, each in a process of its own."""

import subprocess
import sys

BENCHMARKS = {
    "the whole way through Tor": "benchmarks.whole_way",
    "crawling and its memory": "benchmarks.crawling",
    "writing evidence": "benchmarks.archive_writing",
    "reading pages": "benchmarks.reading",
    "reading text": "benchmarks.extraction",
    "crypto addresses": "benchmarks.addresses",
    "linkage of very many accounts": "benchmarks.linkage",
    "filling and asking the index": "benchmarks.search --sizes 10000 --each 50",
}


def main() -> int:
    """Run them; the number of those that failed."""
    failed = 0
    for title, module in BENCHMARKS.items():
        print(f"== {title} (python -m {module})", flush=True)
        failed += subprocess.run([sys.executable, "-m", *module.split()], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
