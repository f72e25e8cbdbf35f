"""An S3 server over a folder: versitygw, built from its Go module."""

import os
import shutil
import signal
from pathlib import Path

from .commands import fetch, say
from .faults import MissingProgramError
from .places import appearing, cache
from .ports import LOOPBACK, http_status
from .service import Launch

MODULE = "github.com/versity/versitygw/cmd/versitygw"
VERSION = "1.8.0"
#: Where Go's own installer puts it, which need not be on the PATH.
GO = Path("/usr/local/go/bin/go")
BUCKET = "opendata"
CREDENTIALS = {"access": "opendata", "secret": "opendata-tests-only"}
REGION = "us-east-1"


class S3:
    """One bucket, named ``opendata``."""

    name = "s3"
    stop_signal = signal.SIGTERM

    def packages(self) -> tuple[str, ...]:
        """Debian does not carry it."""
        return ()

    def build(self) -> None:
        """Compile it once, without a C compiler and without symbols (half the size)."""
        if _binary().exists():
            return
        go = shutil.which("go") or (str(GO) if GO.exists() else None)
        if go is None:
            raise MissingProgramError(
                f"needs Go 1.21 or newer to build {MODULE}; install it and put `go` on the PATH"
            )
        say(f"building versitygw {VERSION} (about two minutes, once)")
        with appearing(_binary().parent) as folder:
            fetch(
                [go, "install", "-trimpath", "-ldflags=-s -w", f"{MODULE}@v{VERSION}"],
                seconds=480,
                tries=2,
                environment={"GOBIN": str(folder), "CGO_ENABLED": "0"},
            )

    def launch(self, folder: Path, port: int) -> Launch:
        """A bucket is a folder; what has no place in a file is kept in extended attributes or beside."""
        buckets = folder / "buckets"
        (buckets / BUCKET).mkdir(parents=True, exist_ok=True)
        keep = [] if _has_attributes(buckets) else ["--sidecar", str(_made(folder / "sidecar"))]
        words = ["--port", f"{LOOPBACK}:{port}", "--region", REGION, "--quiet", "--keep-alive"]
        environment = {"ROOT_ACCESS_KEY": CREDENTIALS["access"], "ROOT_SECRET_KEY": CREDENTIALS["secret"]}
        return Launch([str(_binary()), *words, "posix", *keep, str(buckets)], environment)

    def answers(self, port: int) -> bool:
        """Whether it refuses a stranger, as it should."""
        return http_status(port, "/") == 403

    def exports(self, port: int) -> dict[str, str]:
        """The storage address, and credentials where boto3 looks for them."""
        return {
            "TEST_STORAGE_URL": f"s3://{BUCKET}/tests?endpoint=http://{LOOPBACK}:{port}",
            "AWS_ACCESS_KEY_ID": CREDENTIALS["access"],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS["secret"],
            "AWS_DEFAULT_REGION": REGION,
        }


def _binary() -> Path:
    return cache() / f"versitygw-{VERSION}" / "versitygw"


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _has_attributes(folder: Path) -> bool:
    """Whether the file system keeps extended attributes; some temporary ones do not."""
    try:
        os.setxattr(folder, "user.opendata.probe", b"1")
        os.removexattr(folder, "user.opendata.probe")
    except (OSError, AttributeError):  # AttributeError: this system's Python has no such call
        return False
    return True
