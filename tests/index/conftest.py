"""What the tests of this room share."""

import pytest
from spacy.language import Language

from extractors.pipeline import build_pipeline

pytest.register_assert_rewrite(
    "tests.index.store_suite",
    "tests.index.ingest_suite",
    "tests.index.ingest_run_suite",
    "tests.index.history_suite",
)


@pytest.fixture(scope="session")
def nlp() -> Language:
    return build_pipeline()
