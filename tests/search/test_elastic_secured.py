"""A secured cluster: TLS by a CA of its own, user and password or API key, and an address behind a path.

The real server has no security, so a proxy on loopback speaks TLS before it, lets nobody in who does not say who
he is, and passes everything else on.
"""

import base64
import http.client
import os
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from elasticsearch import Elasticsearch

from catalog.errors import SettingError, Unreachable
from search import open_index
from search.base import Document
from search.query import parse

USER, PASSWORD, KEY = "检索", "p@ss:w/rd?", "a2V5OnNlY3JldA=="
PREFIX = "/behind/a/path"


class Guard(BaseHTTPRequestHandler):
    """Lets in who knows the password or the key, over TLS, under a path."""

    protocol_version = "HTTP/1.1"
    server_version = "guard"
    upstream: str

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") not in (f"Basic {basic}", f"ApiKey {KEY}"):
            self.send(401, {}, b'{"error":{"type":"security_exception","reason":"missing credentials"}}')
        elif not self.path.startswith(PREFIX):
            self.send(404, {}, b"{}")
        else:
            self.send(*self.passed_on(body))

    def passed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        passed = {name: self.headers[name] for name in ("Content-Type", "Accept") if name in self.headers}
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        try:
            connection.request(self.command, self.path.removeprefix(PREFIX), body or None, passed)
            answered = connection.getresponse()
            return answered.status, {"Content-Type": answered.headers["Content-Type"] or ""}, answered.read()
        finally:
            connection.close()

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        kept = {"Content-Type": "application/json", **headers, "X-Elastic-Product": "Elasticsearch"}
        for name, value in {**kept, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_) -> None:
        pass


class Guarded(ThreadingHTTPServer):
    """Says nothing of clients that break off a handshake: one test does."""

    def handle_error(self, *_) -> None:
        pass


@dataclass(frozen=True)
class Secured:
    """A guarded server: where it is, which CA vouches for it, and what its certificate hashes to."""

    address: str
    ca: Path
    fingerprint: str
    index: str

    def url(self, access: str = "", **query: str) -> str:
        """An index of this server, reached with an access in front of the host and settings behind the name."""
        settings = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        return f"https://{access}{self.address}{PREFIX}/{self.index}?{settings}"


def signed(folder: Path) -> tuple[Path, Path, str]:
    """A CA, a certificate of 127.0.0.1 that it signed with its key in one file, and its fingerprint."""
    now = datetime.now(UTC)

    def certificate(name: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (name, "ca")]
        builder = x509.CertificateBuilder(names[1], names[0], public, x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    is_ca = x509.BasicConstraints(ca=True, path_length=None)
    usage = x509.KeyUsage(*(place in (5, 6) for place in range(9)))  # signs certificates and their revocation
    ca_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = certificate("ca", ca_key.public_key()).add_extension(is_ca, critical=True)
    ca = ca.add_extension(usage, critical=True).add_extension(ca_id, critical=False)
    host = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(ca_id)
    leaf = certificate("server", key.public_key()).add_extension(host, critical=False)
    made = leaf.add_extension(issuer, critical=False).sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    vouching, served = folder / "ca.pem", folder / "server.pem"
    vouching.write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    form, open_ = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    served.write_bytes(key.private_bytes(pem, form, open_) + made.public_bytes(pem))
    return vouching, served, sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    url = os.environ.get("TEST_SEARCH_URL")
    if not url:
        pytest.skip(
            "set TEST_SEARCH_URL to an index of Elasticsearch 9 (http://127.0.0.1:9200/test) to run this"
        )
    vouching, served, fingerprint = signed(tmp_path_factory.mktemp("tls"))

    class Guarding(Guard):
        upstream = urlsplit(url).netloc

    server = Guarded(("127.0.0.1", 0), Guarding)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(served)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    index = f"secured-{uuid4().hex}"
    yield Secured(f"127.0.0.1:{server.server_port}", vouching, fingerprint, index)
    server.shutdown()
    thread.join()
    server.server_close()
    with Elasticsearch(f"http://{urlsplit(url).netloc}") as client:
        for left in client.indices.get(index=f"{index}*"):
            client.indices.delete(index=left)


def accesses(secured: Secured) -> dict[str, str]:
    """Every way in, as a URL."""
    by_password = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@"
    return {
        "password": secured.url(by_password, ca=str(secured.ca)),
        "key": secured.url(ca=str(secured.ca), api_key=KEY),
        "fingerprint": secured.url(api_key=KEY, fingerprint=secured.fingerprint),
    }


@pytest.mark.parametrize("way", ["password", "key", "fingerprint"])
def test_an_index_is_filled_and_searched_over_tls(secured: Secured, way: str):
    index = open_index(accesses(secured)[way])
    bus = Document(id="bus", kind="dataset", title="公交线路")
    assert index.rebuild([bus]) == 1
    index.put([Document(id="stop", kind="dataset", title="公交站点")])
    assert {hit.id for hit in index.search(parse("公交")).hits} == {"bus", "stop"}
    assert min(index.digests()) == ("bus", bus.digest)
    index.close()


@pytest.mark.parametrize("access", ["", f"{quote(USER)}:wrong@"], ids=["nobody", "a wrong password"])
def test_who_is_not_let_in_is_told_so_without_a_password(secured: Secured, access: str):
    index = open_index(secured.url(access, ca=str(secured.ca)))
    with pytest.raises(SettingError, match="401") as caught:
        index.search(parse("公交"))
    assert "wrong" not in str(caught.value)
    index.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(secured: Secured):
    index = open_index(secured.url(api_key=KEY))
    with pytest.raises(Unreachable):
        index.count()
    index.close()
