"""Published files in a bucket that speaks S3: a public cloud's, or a government cloud's own.

Credentials come from where boto3 looks (``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, a profile, a role);
they are never part of the URL, which is printed and logged. Every upload carries SHA-256 checksums that the server
verifies, and the whole file's hash as metadata, where :meth:`S3Storage.stat` finds it.
"""

import base64
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, parse_qs, unquote
from uuid import uuid4

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from catalog.errors import NotFound, SettingError, UnsafeAddress
from opendata.publishing.storage.base import Stat
from opendata.publishing.storage.keys import checked, checked_prefix
from opendata.publishing.storage.s3_errors import translated

#: Files above this size go up in parts of this size, each with its own checksum.
PART_SIZE = 16 << 20
_DELETE_AT_ONCE = 1000
_READ_AHEAD = 1 << 20
_OPTIONS = frozenset({"endpoint", "region"})


class S3Storage:
    """Files under *prefix* in *bucket*.

    :param endpoint: the server's URL; None is Amazon's.
    """

    def __init__(self, bucket: str, prefix: str = "", *, endpoint: str | None = None, region: str) -> None:
        self.bucket = bucket
        self._prefix = f"{checked(prefix)}/" if prefix else ""
        # boto3 makes its clients at run time; only stubs per service, which we do without, could type them
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        )
        self._transfer = TransferConfig(multipart_threshold=PART_SIZE, multipart_chunksize=PART_SIZE)

    @classmethod
    def from_url(cls, url: SplitResult) -> "S3Storage":
        """``s3://BUCKET/PREFIX?endpoint=URL&region=NAME``; prefix and both options may be left out."""
        options = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if not url.netloc or "@" in url.netloc or not options.keys() <= _OPTIONS:
            raise SettingError(
                "S3 存储地址应为 s3://桶/前缀?endpoint=URL&region=区域，其中不得含有密钥",
                "an S3 storage is written s3://BUCKET/PREFIX?endpoint=URL&region=NAME, without credentials",
            )
        try:
            return cls(
                url.netloc,
                unquote(url.path).strip("/"),
                endpoint=options.get("endpoint"),
                region=options.get("region", "us-east-1"),
            )
        except (ValueError, UnsafeAddress) as error:  # boto3 refuses an endpoint, or we the prefix
            raise SettingError(f"S3 存储地址有误：{error}", f"malformed S3 address: {error}") from error

    def put(self, key: str, path: Path) -> Stat:
        """Upload the file at *path*; a big one in parts, which become visible all at once."""
        size = path.stat().st_size
        if size <= PART_SIZE:
            return self.put_bytes(key, path.read_bytes())
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        name = self._name(key)
        with path.open("rb") as file, translated(key):
            self._client.upload_fileobj(
                file,
                self.bucket,
                name,
                ExtraArgs={"ChecksumAlgorithm": "SHA256", "Metadata": {"sha256": sha256}},
                Config=self._transfer,
            )
        return Stat(size, sha256)

    def put_bytes(self, key: str, data: bytes) -> Stat:
        """Upload *data* in one request."""
        name, digest = self._name(key), hashlib.sha256(data)
        with translated(key):
            self._client.put_object(
                Bucket=self.bucket,
                Key=name,
                Body=data,
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
                Metadata={"sha256": digest.hexdigest()},
            )
        return Stat(len(data), digest.hexdigest())

    def open(self, key: str) -> BinaryIO:
        """The object's bytes as they arrive."""
        with translated(key):
            answer = self._client.get_object(Bucket=self.bucket, Key=self._name(key))
        return io.BufferedReader(_Body(key, answer["Body"]), _READ_AHEAD)

    def stat(self, key: str) -> Stat:
        """One HEAD request."""
        with translated(key):
            head = self._client.head_object(Bucket=self.bucket, Key=self._name(key))
        return Stat(head["ContentLength"], head["Metadata"].get("sha256"))

    def exists(self, key: str) -> bool:
        """Whether a HEAD request finds it."""
        try:
            self.stat(key)
        except NotFound:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[str]:
        """Every key under *prefix*, in pages of 1,000; S3 sorts by bytes, so do we."""
        folder = checked_prefix(prefix)
        start = self._prefix + (f"{folder}/" if folder else "")
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
        with translated(prefix):
            for page in pages:
                yield from (found["Key"][len(self._prefix) :] for found in page.get("Contents", ()))

    def delete_prefix(self, prefix: str) -> int:
        """Delete by the thousand; the prefix is listed first, so a kill leaves the rest to be deleted again."""
        if not prefix:
            raise UnsafeAddress("不允许清空整个存储", "a storage may not be emptied as a whole")
        keys = [*self.list(prefix)]
        for start in range(0, len(keys), _DELETE_AT_ONCE):
            doomed = [{"Key": self._prefix + key} for key in keys[start : start + _DELETE_AT_ONCE]]
            with translated(prefix):
                answer = self._client.delete_objects(
                    Bucket=self.bucket, Delete={"Objects": doomed, "Quiet": True}
                )
                # a refusal of single objects comes inside an answer of 200
                for refusal in answer.get("Errors", ()):
                    raise ClientError({"Error": refusal}, "DeleteObjects")
        return len(keys)

    def local_path(self, key: str) -> Path | None:
        """None: the file is elsewhere."""
        checked(key)
        return None

    def check(self) -> None:
        """Write an object, read it, delete it."""
        key = f"check-{uuid4().hex}"
        self.put_bytes(key, b"probe")
        with self.open(key) as stream:
            stream.read()
        with translated(key):
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)


class _Body(io.RawIOBase):
    """A download whose broken connection is said in our words."""

    def __init__(self, key: str, body: Any) -> None:  # noqa: ANN401 - botocore's StreamingBody, untyped
        self._key = key
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as io.RawIOBase declares
        with translated(self._key):
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()
