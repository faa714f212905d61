"""Every setting of Nightpost, in one typed object: read once, passed in, never changed.

A setting comes from the environment (``NIGHTPOST_`` and its name in upper case; nested ones with ``__``, such as
``NIGHTPOST_TOR__SOCKS``), else from the workspace's ``nightpost.toml``, else from the default below. Relative paths
are relative to the workspace.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from nightpost.errors import ConfigurationError

SETTINGS_FILE = "nightpost.toml"


class TorSettings(BaseModel):
    """How the crawler reaches Tor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    socks: str | None = Field(
        None, description="host:port of a running Tor's SOCKS port; absent: Nightpost starts a Tor of its own."
    )
    control: str | None = Field(None, description="host:port of that Tor's control port, to watch it; may be absent.")
    executable: str = Field("tor", description="The Tor program to start when none is running.")


class ArchiveSettings(BaseModel):
    """When a WARC file is closed and sealed, and how much of a page is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_file_bytes: int = Field(512 * 1024**2, ge=1024, description="A WARC file is closed when it is larger.")
    max_file_seconds: int = Field(6 * 3600, ge=1, description="A WARC file is closed when it has been open longer.")
    max_page_bytes: int = Field(
        64 * 1024**2, ge=1024, description="Of a longer response only so many bytes are kept, marked as truncated."
    )


class ElasticsearchSettings(BaseModel):
    """How to sign in to Elasticsearch, when NIGHTPOST_INDEX names one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str | None = Field(None, description="User for basic authentication.")
    password: SecretStr | None = Field(None, description="Password for basic authentication.")
    api_key: SecretStr | None = Field(None, description="API key, instead of a user and password.")
    ca_certs: Path | None = Field(None, description="File with the certificate authority of an https server.")
    prefix: str = Field("nightpost", description="What the names of our indices begin with.")
    timeout_seconds: float = Field(60, gt=0, description="How long one request may take.")


class Settings(BaseSettings):
    """The settings of one workspace."""

    model_config = SettingsConfigDict(
        env_prefix="NIGHTPOST_", env_nested_delimiter="__", frozen=True, extra="ignore", toml_file=None
    )

    index: str = Field("sqlite:///index.sqlite", description="Where the search index is: sqlite:///FILE or http(s)://.")
    casebook: str = Field("sqlite:///casebook.sqlite", description="Where leads are kept: an SQLAlchemy URL.")
    jobs: str = Field("sqlite:///jobs.sqlite", description="The queue of the job workers: sqlite:///FILE or redis://.")
    archive: str = Field("archive", description="The evidence: a folder.")
    linkage: Literal["duckdb", "spark"] = Field("duckdb", description="What computes links.")
    operator: str = Field("unnamed operator", description="Who runs this workspace; written into every WARC file.")
    search_seconds: float = Field(30.0, gt=0, description="A search that takes longer is stopped.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="Least level that is logged."
    )
    ingest_patience_seconds: float = Field(
        300.0, ge=0, description="How long ingest waits for an index that is away, full or busy, each time."
    )
    tor: TorSettings = TorSettings()
    archive_files: ArchiveSettings = ArchiveSettings()
    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the workspace's file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(workspace: Path) -> Settings:
    """Read the settings of a workspace.

    Raises:
        ConfigurationError: a value is not what its setting takes, or the file is not TOML.
    """
    file = workspace / SETTINGS_FILE

    class WorkspaceSettings(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    try:
        return WorkspaceSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"setting {name!r} cannot be used: {first['msg']}; mend it in {file} or in the environment"
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}; mend the file") from error
