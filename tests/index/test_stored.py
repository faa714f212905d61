"""The form in which the embedded store keeps documents."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticSerializationError

import index.stored
from index.documents import Document
from index.stored import restored, restored_words, stored
from tests.index.example import MARKET

EXAMPLES = "9a35e9ee338108f4"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@pytest.mark.parametrize("document", MARKET, ids=lambda document: str(document.id))
def test_a_document_is_restored_as_it_was(document: Document) -> None:
    content = stored(document)
    assert restored(content) == document.model_copy(update={"words": {}})
    assert restored_words(content) == [document.words[name] for name in ("name", "title", "text")]


@given(body=st.dictionaries(TEXTS, JSON), title=TEXTS)
def test_whatever_is_in_it(body: dict[str, object], title: str) -> None:
    content = stored(Document(kind="mention", id="m/1", body=body, words={"title": title}))
    assert restored(content).body == body
    assert restored_words(content) == ["", title, ""]


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(PydanticSerializationError):
        stored(Document(kind="mention", id="m/1", body={"text": "\ud800"}))


def test_the_same_is_stored_the_same() -> None:
    assert [stored(document) for document in MARKET] == [stored(document.model_copy()) for document in MARKET]


def test_the_examples_are_those_that_documents_were_stored_with() -> None:
    examples = Path(index.stored.__file__).with_name("stored_examples.jsonl").read_bytes()
    digest = hashlib.sha256(examples).hexdigest()[:16]
    assert digest == EXAMPLES, (
        "with other examples nothing stored is readable: raise SCHEMA_VERSION, and note them here"
    )
