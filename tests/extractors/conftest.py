"""What the tests of extractors share."""

import gc

import pytest


@pytest.fixture(autouse=True, scope="module")
def nothing_old_to_collect() -> None:
    """Before each module what is alive is set aside from the collector of garbage.

    Several tests here measure how time grows with a text. In a process that has run thousands of tests one pass of the
    collector over all that they left takes half a second, and falls into any of them.
    """
    gc.collect()
    gc.freeze()
