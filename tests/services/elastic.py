"""Elasticsearch: the server's own jars from Maven Central, started by a class of ours.

No registry carries the distribution, but the jars that it is made of are published. They are
laid out as the server expects to find itself::

    elasticsearch-<version>-<digest>/
        lib/                        the server
        modules/transport-netty4/   HTTP, a module with its own class loader and descriptor
        plugins/                    none
        launcher/                   OneNode.class

The digest is that of our pom and launcher: a change of either is another folder.
"""

import hashlib
import shutil
import signal
from pathlib import Path

from . import jdk
from .commands import fetch, say
from .faults import MissingProgramError
from .places import appearing, cache
from .ports import LOOPBACK, http_status
from .service import Launch

VERSION = "9.5.3"
OLDEST_JDK = 21
SOURCES = Path(__file__).with_name("elasticsearch")
INDEX = "opendata-test"
MODULE = "transport-netty4"
#: Jars that belong to the module alone; in lib/ too, its classes would exist twice.
MODULE_JARS = ("netty-*.jar", "transport-netty4-*.jar", "elasticsearch-ssl-config-*.jar")
DESCRIPTOR = f"""\
name={MODULE}
description=HTTP over Netty
version={VERSION}
elasticsearch.version={VERSION}
java.version={OLDEST_JDK}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
"""
#: A small heap, the simplest collector and the quick compiler: up in seconds, and small beside the tests.
QUICK = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
#: As the server starts by itself, with the heap of a small cluster: what is measured.
USUAL = ("-Xms1g", "-Xmx1g")
VIRTUAL_MACHINE = (
    "--enable-native-access=ALL-UNNAMED",
    "--add-modules=jdk.incubator.vector",
    "-Des.distribution.type=tar",
)


class Elastic:
    """One node, without security: keyword, text, nested, aggregations, aliases, PIT; no analysis plugins."""

    name = "elasticsearch"
    stop_signal = signal.SIGTERM

    def __init__(self, machine: tuple[str, ...] = QUICK) -> None:
        self._machine = machine

    def packages(self) -> tuple[str, ...]:
        """Maven alone fetches the jars: with a build in the cache, nothing is needed."""
        return () if _home().exists() or shutil.which("mvn") else ("maven",)

    def build(self) -> None:
        """Fetch the jars, compile the launcher."""
        if _home().exists():
            return
        javac = _jdk() / "bin" / "javac"
        say(f"fetching Elasticsearch {VERSION} (44 MB, once)")
        with appearing(_home()) as home:
            _fetch_jars(home / "lib")
            _lay_out_module(home)
            source = SOURCES / "OneNode.java"
            options = ["-d", str(home / "launcher"), "--release", str(OLDEST_JDK), "-cp", f"{home / 'lib'}/*"]
            fetch([javac, *options, source], seconds=120, tries=1)

    def launch(self, folder: Path, port: int) -> Launch:
        """All that it writes stays in *folder*."""
        temporary = folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        home = _home()
        classes = f"{home / 'launcher'}:{home / 'lib'}/*"
        options = [*self._machine, *VIRTUAL_MACHINE, f"-Djava.io.tmpdir={temporary}", "-cp", classes]
        return Launch([str(_jdk() / "bin" / "java"), *options, "OneNode", str(home), str(folder), str(port)])

    def answers(self, port: int) -> bool:
        """Whether every primary shard is back; after a crash that comes later than the port."""
        return http_status(port, "/_cluster/health?wait_for_status=yellow&timeout=1s") == 200

    def exports(self, port: int) -> dict[str, str]:
        """The index's address; the index is the tests' to make."""
        return {"TEST_SEARCH_URL": f"http://{LOOPBACK}:{port}/{INDEX}"}


def _home() -> Path:
    sources = b"".join((SOURCES / name).read_bytes() for name in ("pom.xml", "OneNode.java"))
    return cache() / f"elasticsearch-{VERSION}-{hashlib.sha256(sources).hexdigest()[:12]}"


def _jdk() -> Path:
    home = jdk.newest(OLDEST_JDK)
    if home is None:
        raise MissingProgramError(
            f"needs a JDK {OLDEST_JDK} or newer, javac included (Debian 13: openjdk-21-jdk-headless); "
            "install one under /usr/lib/jvm, on the PATH or at JAVA_HOME"
        )
    return home


def _fetch_jars(folder: Path) -> None:
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
    fetch(
        [
            "mvn",
            "--quiet",
            "--batch-mode",
            f"--file={SOURCES / 'pom.xml'}",
            goal,
            "-DincludeScope=runtime",
            f"-DoutputDirectory={folder}",
            f"-Delasticsearch.version={VERSION}",
        ],
        seconds=300,
    )


def _lay_out_module(home: Path) -> None:
    module = home / "modules" / MODULE
    module.mkdir(parents=True)
    (home / "plugins").mkdir()
    for pattern in MODULE_JARS:
        for jar in (home / "lib").glob(pattern):
            jar.rename(module / jar.name)
    (module / "plugin-descriptor.properties").write_text(DESCRIPTOR)
