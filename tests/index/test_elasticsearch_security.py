"""Signing in to Elasticsearch: users, API keys and certificate authorities, all from the settings."""

import base64
import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from index.elasticsearch_store import ElasticsearchStore
from index.errors import StoreUnavailableError
from nightpost.errors import ConfigurationError
from nightpost.settings import ElasticsearchSettings, Settings, load_settings
from tests.index.example import MARKET
from tests.servers.elasticsearch import SHORT_LIVED, running_elasticsearch
from tests.servers.http_gate import Answered, Asked, Forward, HttpGate

PASSWORD = "correct horse battery staple"
USER = base64.b64encode(f"elastic:{PASSWORD}".encode()).decode()


class Authority(NamedTuple):
    """A certificate authority of one certificate, for 127.0.0.1; PEM."""

    certificate: bytes
    key: bytes


def make_authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nightpost tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return Authority(
        certificate.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


@pytest.fixture(scope="module")
def secure_url(authority: Authority) -> Iterator[str]:
    """A server that speaks TLS, and with nobody whom it does not know."""
    configuration = {
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.certificate": "http.crt",
        "xpack.security.http.ssl.key": "http.key",
    }
    files = {"http.crt": authority.certificate, "http.key": authority.key}
    with running_elasticsearch(
        configuration=configuration, files=files, password=PASSWORD, java_options=SHORT_LIVED
    ) as server:
        yield server.url.replace("http://", "https://")


@pytest.fixture
def ca_certs(tmp_path: Path, authority: Authority) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(authority.certificate)
    return file


def settings_of(folder: Path, **values: str) -> ElasticsearchSettings:
    """Settings as an operator writes them."""
    lines = "".join(f'{name} = "{value}"\n' for name, value in values.items())
    (folder / "nightpost.toml").write_text(f"[elasticsearch]\n{lines}")
    return load_settings(folder).elasticsearch


def test_a_user_over_tls(tmp_path: Path, secure_url: str, ca_certs: Path) -> None:
    settings = settings_of(tmp_path, username="elastic", password=PASSWORD, ca_certs=str(ca_certs), prefix="user")
    with ElasticsearchStore(secure_url, settings) as store:
        assert store.write(MARKET) == []
        store.refresh()
        assert store.counts() == {"listing": 3, "review": 1, "vendor": 2}
        with store.rebuilding() as fresh:
            fresh.write(MARKET[:1])
        assert store.counts() == {"listing": 1}


@pytest.mark.parametrize(
    "sign_in",
    [{"username": "elastic", "password": "guess"}, {}, {"api_key": base64.b64encode(b"no:such").decode()}],
    ids=["wrong password", "nobody", "unknown key"],
)
def test_whom_the_server_does_not_know(
    sign_in: dict[str, str], tmp_path: Path, secure_url: str, ca_certs: Path
) -> None:
    settings = settings_of(tmp_path, ca_certs=str(ca_certs), **sign_in)
    with pytest.raises(StoreUnavailableError, match=r"refuses us \(401.*check elasticsearch.username and password"):
        ElasticsearchStore(secure_url, settings)


@pytest.mark.parametrize("given", ["another authority", "none"])
def test_a_server_that_is_not_trusted(given: str, tmp_path: Path, secure_url: str) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(make_authority().certificate)
    named = {"ca_certs": str(other)} if given == "another authority" else {}
    settings = settings_of(tmp_path, username="elastic", password=PASSWORD, **named)
    with pytest.raises(StoreUnavailableError, match=r"is not trusted .*elasticsearch\.ca_certs") as caught:
        ElasticsearchStore(secure_url, settings)
    assert PASSWORD not in str(caught.value)


def test_an_authority_that_is_none(tmp_path: Path, secure_url: str) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("this is a letter to a friend")
    for file in (broken, tmp_path / "nowhere.pem"):
        with pytest.raises(ConfigurationError, match=rf"{file.name} cannot be used .*elasticsearch\.ca_certs"):
            ElasticsearchStore(secure_url, settings_of(tmp_path, ca_certs=str(file)))


@pytest.mark.parametrize(
    ("sign_in", "header"),
    [
        ({"api_key": "a2V5OnNlY3JldA=="}, "ApiKey a2V5OnNlY3JldA=="),
        ({"username": "elastic", "password": PASSWORD}, f"Basic {USER}"),
        ({"username": "elastic", "password": PASSWORD, "api_key": "a2V5OnNlY3JldA=="}, "ApiKey a2V5OnNlY3JldA=="),
        ({}, None),
    ],
    ids=["key", "user", "both", "nobody"],
)  # fmt: skip
def test_what_is_sent(
    sign_in: dict[str, str], header: str | None, tmp_path: Path, elasticsearch_settings: Settings
) -> None:
    """The server at hand makes no API keys; this is what one that does would be sent, with every request."""
    sent: list[str | None] = []

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        sent.append(asked.headers.pop("authorization", None))
        return forward(asked)

    host, port = elasticsearch_settings.index.removeprefix("http://").split(":")
    settings = settings_of(tmp_path, prefix=elasticsearch_settings.elasticsearch.prefix, **sign_in)
    with HttpGate(host, int(port), rule) as gate, ElasticsearchStore(gate.url, settings) as store:
        store.write(MARKET)
        store.refresh()
        assert len([*store.scan("listing")]) == 3
    assert len(sent) > 5
    assert set(sent) == {header}
