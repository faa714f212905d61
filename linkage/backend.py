"""Where linkage is computed: DuckDB, or Spark by setting. One small face over both, and the only place that opens them.

Both hold tables by name, run SQL over them and give Splink its database. Nothing goes over the network.
"""

import importlib.util
import os
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa
from splink import DuckDBAPI

from linkage.dialects import DUCKDB, SPARK, Dialect
from nightpost.errors import NightpostError, UnavailableError

THREADS = 2
MEMORY = "4GB"
"""What DuckDB keeps in memory; the rest goes to its temporary files."""

_LOG4J = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


class BackendError(NightpostError):
    """A computation of linkage failed in its database."""


class Backend(ABC):
    """A database that holds tables by name; to be closed, or used in ``with``.

    Attributes:
        name: the setting that chooses it.
        dialect: how its SQL differs.
        splink: Splink's face of the same database.
    """

    name: Literal["duckdb", "spark"]
    dialect: Dialect
    splink: Any

    @abstractmethod
    def load(self, name: str, table: pa.Table) -> None:
        """Hold a table under a name, instead of what had it."""

    @abstractmethod
    def create(self, name: str, sql: str) -> int:
        """Hold the rows of a query under a name, instead of what had it; how many rows they are."""

    @abstractmethod
    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query.

        Raises:
            BackendError: the database cannot run it.
        """

    @abstractmethod
    def drop(self, name: str) -> None:
        """Forget a table; one that is not there is passed over."""

    @abstractmethod
    def close(self) -> None:
        """Forget everything and give back memory and temporary files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_backend(
    name: Literal["duckdb", "spark"],
    *,
    memory: str = MEMORY,
    threads: int = THREADS,
    temporary: Path | None = None,
    database: Path | None = None,
) -> Backend:
    """The backend of a setting (`Settings.linkage`).

    Args:
        name: which one.
        memory: how much memory it may use, such as ``4GB``.
        threads: on how many cores.
        temporary: where it spills what does not fit; absent: the system's folder for temporary files.
        database: DuckDB only: a file for the tables instead of memory; it must not exist.

    Raises:
        UnavailableError: Spark is chosen, and it or its Java is not installed.
        BackendError: the database file cannot be made.
    """
    if name == "spark":
        return SparkBackend(memory=memory, threads=threads, temporary=temporary)
    return DuckDBBackend(memory=memory, threads=threads, temporary=temporary, database=database)


class DuckDBBackend(Backend):
    """DuckDB in this process."""

    name = "duckdb"
    dialect = DUCKDB

    def __init__(self, *, memory: str, threads: int, temporary: Path | None, database: Path | None) -> None:
        if database is not None and database.exists():
            raise BackendError(f"{database} exists already; name a new file for the database of linkage")
        self._spill = tempfile.TemporaryDirectory(prefix="linkage-", dir=temporary, ignore_cleanup_errors=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "threads": threads,
            "temp_directory": self._spill.name,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "python_enable_replacements": False,
        }
        try:
            self._connection = duckdb.connect(":memory:" if database is None else str(database), config=config)
        except duckdb.Error as error:
            self._spill.cleanup()
            raise BackendError(f"DuckDB cannot open its database: {_first_line(error)}") from error
        self.splink = DuckDBAPI(connection=self._connection)

    def load(self, name: str, table: pa.Table) -> None:
        """Hold a table."""
        incoming = f"{name}_incoming"
        self._connection.register(incoming, table)
        try:
            self.create(name, f'FROM "{incoming}"')
        finally:
            self._connection.unregister(incoming)

    def create(self, name: str, sql: str) -> int:
        """Hold the rows of a query."""
        made = self._run(f'CREATE OR REPLACE TABLE "{name}" AS {sql}').fetchone()
        return int(made[0]) if made else 0

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query."""
        try:
            return self._connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise BackendError(f"DuckDB cannot compute a step of linkage: {_first_line(error)}") from error

    def drop(self, name: str) -> None:
        """Forget a table."""
        self._run(f'DROP TABLE IF EXISTS "{name}"')

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()
        self._spill.cleanup()

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql)
        except duckdb.Error as error:
            raise BackendError(f"DuckDB cannot compute a step of linkage: {_first_line(error)}") from error


class SparkBackend(Backend):
    """Spark on this machine: a session of its own that talks to nobody but itself."""

    name = "spark"
    dialect = SPARK

    def __init__(self, *, memory: str, threads: int, temporary: Path | None) -> None:
        _require_spark()
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional library
        from splink.backends.spark import SparkAPI, similarity_jar_location  # noqa: PLC0415

        self._folder = tempfile.TemporaryDirectory(prefix="linkage-", dir=temporary, ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        (folder / "log4j2.properties").write_text(_LOG4J, encoding="utf-8")
        quiet = f"-Dlog4j2.configurationFile=file:{folder / 'log4j2.properties'} -Dderby.system.home={folder}"
        self._restore = _environment(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
        options = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": memory.lower().removesuffix("b"),
            "spark.driver.extraJavaOptions": quiet,
            "spark.log.level": "ERROR",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.jars": similarity_jar_location(),  # shipped inside Splink: nothing is downloaded
            "spark.local.dir": str(folder),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
            "spark.sql.shuffle.partitions": str(threads),
            "spark.default.parallelism": str(threads),
            "spark.sql.session.timeZone": "UTC",
        }
        builder = SparkSession.builder.master(f"local[{threads}]").appName("nightpost linkage")
        for key, value in options.items():
            builder = builder.config(key, value)
        try:
            self._session = builder.getOrCreate()
        except Exception as error:
            self._clean()
            raise UnavailableError(
                f"Spark does not start: {_first_line(error)}; check that Java 17 or newer is installed"
            ) from error
        self.splink = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=self._session, break_lineage_method="persist"
        )

    def load(self, name: str, table: pa.Table) -> None:
        """Hold a table."""
        self._hold(name, self._session.createDataFrame(table))

    def create(self, name: str, sql: str) -> int:
        """Hold the rows of a query."""
        return self._hold(name, self._query(sql))

    def fetch(self, sql: str) -> pa.Table:
        """The rows of a query."""
        try:
            return self._query(sql).toArrow()
        except _spark_errors() as error:
            raise BackendError(f"Spark cannot compute a step of linkage: {_first_line(error)}") from error

    def drop(self, name: str) -> None:
        """Forget a table."""
        if self._session.catalog.tableExists(name):
            self._session.table(name).unpersist()
            self._session.catalog.dropTempView(name)

    def close(self) -> None:
        """Forget everything."""
        self._session.stop()
        self._clean()

    def _query(self, sql: str) -> Any:
        try:
            return self._session.sql(sql)
        except _spark_errors() as error:
            raise BackendError(f"Spark cannot compute a step of linkage: {_first_line(error)}") from error

    def _hold(self, name: str, frame: Any) -> int:
        kept = frame.persist()
        try:
            rows = int(kept.count())
        except _spark_errors() as error:
            raise BackendError(f"Spark cannot compute a step of linkage: {_first_line(error)}") from error
        self.drop(name)
        kept.createOrReplaceTempView(name)
        return rows

    def _clean(self) -> None:
        _environment(**self._restore)
        self._folder.cleanup()


def _require_spark() -> None:
    if importlib.util.find_spec("pyspark") is None:
        raise UnavailableError("Spark is not installed: install nightpost[spark], or set NIGHTPOST_LINKAGE=duckdb")
    if not has_java():
        raise UnavailableError(
            "Spark needs Java, and there is none: install Java 17 or newer (Debian: openjdk-17-jre-headless) or set"
            " JAVA_HOME, or set NIGHTPOST_LINKAGE=duckdb"
        )


def has_java() -> bool:
    """Whether a Java is there for Spark to run on."""
    home = os.environ.get("JAVA_HOME")
    return (Path(home) / "bin" / "java").is_file() if home else shutil.which("java") is not None


def _environment(**wanted: str | None) -> dict[str, str | None]:
    """Set variables of the environment (None: unset them); what they were before."""
    before = {name: os.environ.get(name) for name in wanted}
    for name, value in wanted.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return before


def _spark_errors() -> tuple[type[Exception], ...]:
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # noqa: PLC0415 - an optional library
    from pyspark.errors import PySparkException  # noqa: PLC0415

    return PySparkException, Py4JError


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
