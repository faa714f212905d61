"""The weights of linkage that a workspace goes by."""

from pathlib import Path

from linkage.model import LinkageModel, load_model
from nightpost.workspace import Workspace


def linkage_weights(workspace: Workspace) -> Path:
    """The file of weights that were learnt from this workspace's accounts; there may be none."""
    return workspace.folder / "linkage-weights.json"


def linkage_model(workspace: Workspace) -> LinkageModel:
    """The weights of linkage: those learnt from this workspace's accounts, else those that come with Nightpost.

    Raises:
        ModelError: the file cannot be read, or is of another version.
    """
    file = linkage_weights(workspace)
    return load_model(file) if file.exists() else load_model()
