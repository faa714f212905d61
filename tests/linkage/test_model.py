"""The model's file: what it must hold, and what a file that does not fit says."""

import json
import math
from pathlib import Path

import pytest

from linkage.model import LinkageModel, ModelError, load_model, save_model
from tests.linkage.backends import plain_model


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = plain_model()
    save_model(model, tmp_path / "model.json")
    assert load_model(tmp_path / "model.json") == model


def test_a_weight_is_the_logarithm_of_m_over_u() -> None:
    level = plain_model().weights_of("wording").levels[0]
    assert level.weight == math.log2(level.m) - math.log2(level.u)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.json cannot be read"):
        load_model(tmp_path / "none.json")


def changed(path: Path, *places: str | int, value: object) -> Path:
    content = json.loads(plain_model().model_dump_json())
    held = content
    for place in places[:-1]:
        held = held[place]
    held[places[-1]] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("places", "value", "why"),
    [
        (("version",), 2, "version"),
        (("comparisons", 7, "levels", 0, "label"), "wording<0.2", "wording has the levels"),
        (("comparisons", 7, "kind"), "voice", "it has the comparisons"),
        (("comparisons", 7, "levels", 0, "m"), 0.0, "greater than 0"),
        (("comparisons", 7, "levels", 0, "u"), 1.5, "less than or equal to 1"),
        (("prior",), 1.0, "less than 1"),
        (("prior2",), 1.0, "Extra inputs"),
    ],
)
def test_a_model_of_other_comparisons_is_refused(
    tmp_path: Path, places: tuple[str | int, ...], value: object, why: str
) -> None:
    with pytest.raises(ModelError, match=why):
        load_model(changed(tmp_path / "model.json", *places, value=value))


def test_two_levels_that_weigh_the_same_cannot_be_told_apart() -> None:
    content = plain_model().model_dump()
    levels = list(content["comparisons"][7]["levels"])
    levels[1] = levels[1] | {"m": levels[0]["m"], "u": levels[0]["u"]}
    comparisons = list(content["comparisons"])
    comparisons[7] = comparisons[7] | {"levels": levels}
    with pytest.raises(ValueError, match="two levels of wording weigh the same"):
        LinkageModel.model_validate(content | {"comparisons": comparisons})
