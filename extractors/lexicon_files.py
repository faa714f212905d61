"""Reading the data files of the text pipeline: YAML that fits a schema, or an error that says what to mend."""

from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from nightpost.errors import ConfigurationError

__all__ = ["FOLDER", "read_words"]

FOLDER: Final = Path(__file__).parent / "lexicons"

Words = TypeVar("Words", bound=BaseModel)


def read_words(file: str | Path, model: type[Words]) -> Words:
    """A file of words.

    Args:
        file: a name in ``lexicons/``, or the path of a file that lies beside its code.
        model: its schema.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    path = FOLDER / file
    try:
        return model.model_validate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))
    except ValidationError as error:
        raise ConfigurationError(f"{path} does not fit its schema: {error}; mend the file") from error
