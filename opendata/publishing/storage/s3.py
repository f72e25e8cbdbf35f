"""Published files in a bucket that speaks S3: a public cloud's, or a government cloud's own.

Credentials come from where boto3 looks (``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, a profile, a role);
they are never part of the URL, which is printed and logged. Every object carries its hash as metadata, where
:meth:`S3Storage.stat` finds it.
"""

import hashlib
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import SplitResult, parse_qs, unquote
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from catalog.errors import Conflict, NotFound, SettingError, UnsafeAddress
from catalog.keys import checked, checked_prefix
from opendata.publishing.storage.base import Entry, Offer, Stat
from opendata.publishing.storage.s3_body import Body
from opendata.publishing.storage.s3_errors import OUTSIDE, TAKEN, translated
from opendata.publishing.storage.s3_upload import PART_SIZE, Upload

#: As many requests at once as a web server's process may have files under way.
_CONNECTIONS = 50
_DELETE_AT_ONCE = 1000
_READ_AHEAD = 1 << 20
#: So long a connection, and then each piece of an answer, is waited for; it is tried so often.
CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 60, 3
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
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                max_pool_connections=_CONNECTIONS,
            ),
        )

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
        return self._put(key, path, new=False)

    def put_new(self, key: str, path: Path) -> Stat:
        """Ask first, to spare the way; the server refuses it again where another was faster."""
        stat = Stat(path.stat().st_size, _sha256(path))
        if self.exists(key):
            return self._same(key, stat)
        try:
            return self._put(key, path, new=True)
        except ClientError as error:
            if error.response["Error"]["Code"] != TAKEN:
                raise
            return self._same(key, stat)

    def put_bytes(self, key: str, data: bytes) -> Stat:
        """Upload *data* in one request."""
        sha256 = hashlib.sha256(data).hexdigest()
        upload = Upload(self._client, self.bucket, self._name(key), sha256)
        with translated(key):
            upload.small(data)
        return Stat(len(data), sha256)

    def open(self, key: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """The object's bytes as they arrive; a part of them by a Range of the request."""
        if length == 0:
            self.stat(key)
            return io.BytesIO()
        wanted = {"Bucket": self.bucket, "Key": self._name(key)}
        if start or length is not None:
            wanted["Range"] = f"bytes={start}-{'' if length is None else start + length - 1}"
        try:
            with translated(key):
                answer = self._client.get_object(**wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] != OUTSIDE:
                raise
            return io.BytesIO()
        return io.BufferedReader(Body(key, answer["Body"]), _READ_AHEAD)

    def stat(self, key: str) -> Stat:
        """One HEAD request; a refusal of it has no words, so then the server is asked for them."""
        name = self._name(key)
        with translated(key):
            try:
                return self._head(name)
            except ClientError:
                self._client.get_object(Bucket=self.bucket, Key=name, Range="bytes=0-0")["Body"].close()
                raise

    def exists(self, key: str) -> bool:
        """Whether a HEAD request finds it."""
        name = self._name(key)
        try:
            with translated(key):
                self._head(name)
        except NotFound:
            return False
        except SettingError:
            self.stat(key)  # says what is wrong
            raise
        return True

    def list(self, prefix: str = "") -> Iterator[str]:
        """Every key under *prefix*."""
        return (entry.key for entry in self.entries(prefix))

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Every object under *prefix*, in pages of 1,000; S3 sorts by bytes, so do we."""
        folder = checked_prefix(prefix)
        start = self._prefix + (f"{folder}/" if folder else "")
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
        with translated(prefix):
            for page in pages:
                for found in page.get("Contents", ()):
                    yield Entry(found["Key"][len(self._prefix) :], found["Size"], found["LastModified"])

    def delete(self, key: str) -> None:
        """Delete the object."""
        with translated(key):
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))

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

    def address(self, key: str, offer: Offer, seconds: int) -> str | None:
        """A presigned GET, by which the server itself says type and name of the file."""
        headers = {
            "ResponseContentType": offer.media_type,
            "ResponseContentDisposition": offer.disposition,
            "ResponseCacheControl": "private, no-store",
        }
        with translated(key):
            signed: str = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self.bucket, "Key": self._name(key), **headers},
                ExpiresIn=seconds,
            )
        return signed

    def unfinished(self) -> Iterator[Entry]:
        """Uploads whose parts wait on the server for an end; their sizes are not told."""
        return (Entry(found["Key"], 0, found["Initiated"]) for found in self._uploads())

    def abandon(self, before: datetime) -> int:
        """Have the server throw their parts away."""
        doomed = [found for found in self._uploads() if found["Initiated"] < before]
        for found in doomed:
            with translated(found["Key"]):
                self._client.abort_multipart_upload(
                    Bucket=self.bucket, Key=found["Key"], UploadId=found["UploadId"]
                )
        return len(doomed)

    def check(self) -> None:
        """Write an object, read it, delete it."""
        key = f"check-{uuid4().hex}"
        self.put_bytes(key, b"probe")
        with self.open(key) as stream:
            stream.read()
        self.delete(key)

    def _head(self, name: str) -> Stat:
        head = self._client.head_object(Bucket=self.bucket, Key=name)
        return Stat(head["ContentLength"], head["Metadata"].get("sha256"))

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)

    def _put(self, key: str, path: Path, *, new: bool) -> Stat:
        stat = Stat(path.stat().st_size, _sha256(path))
        upload = Upload(self._client, self.bucket, self._name(key), stat.sha256 or "", new)
        with translated(key):
            if stat.size <= PART_SIZE:
                upload.small(path.read_bytes())
            else:
                upload.big(path)
        return stat

    def _same(self, key: str, wanted: Stat) -> Stat:
        found = self.stat(key)
        if found != wanted:
            raise Conflict(
                f"存储中的 {key} 已有另外的内容；请运行 opendata storage check",
                f"{key} is stored already with other content; run `opendata storage check`",
            )
        return found

    def _uploads(self) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_multipart_uploads")
        with translated(""):
            for page in pages.paginate(Bucket=self.bucket, Prefix=self._prefix):
                yield from page.get("Uploads", ())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
