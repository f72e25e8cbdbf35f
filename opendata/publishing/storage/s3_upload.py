"""Uploads to S3: each carries SHA-256 checksums that the server verifies, a big one part by part."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Files above this size go up in parts of this size; one part at a time is held in memory.
PART_SIZE = 16 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to go up as the object *name*; *new* has the server refuse it where that exists (412)."""

    # boto3 makes its clients at run time; only stubs per service, which we do without, could type them
    client: Any
    bucket: str
    name: str
    sha256: str
    new: bool = False

    def small(self, data: bytes) -> None:
        """All of it in one request."""
        self.client.put_object(
            **self._object(),
            **self._condition(),
            Body=data,
            ChecksumSHA256=_base64(data),
            Metadata=self._metadata(),
        )

    def big(self, path: Path) -> None:
        """In parts, which become visible all at once; when it fails, the parts are thrown away.

        A kill leaves them on the server, where ``opendata storage collect`` finds them.
        """
        begun = self.client.create_multipart_upload(
            **self._object(), ChecksumAlgorithm="SHA256", Metadata=self._metadata()
        )
        upload = {**self._object(), "UploadId": begun["UploadId"]}
        try:
            parts = self._parts(path, upload)
            self.client.complete_multipart_upload(
                **upload, **self._condition(), MultipartUpload={"Parts": parts}
            )
        except BaseException:
            self.client.abort_multipart_upload(**upload)
            raise

    def _parts(self, path: Path, upload: dict[str, str]) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        with path.open("rb") as file:
            while data := file.read(PART_SIZE):
                number, checksum = len(parts) + 1, _base64(data)
                sent = self.client.upload_part(
                    **upload, PartNumber=number, Body=data, ChecksumSHA256=checksum
                )
                parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum})
        return parts

    def _object(self) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.name}

    def _condition(self) -> dict[str, str]:
        return {"IfNoneMatch": "*"} if self.new else {}

    def _metadata(self) -> dict[str, str]:
        return {"sha256": self.sha256}


def _base64(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
