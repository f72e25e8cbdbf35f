"""A file that is published as it came: a document, an image, an archive, a set of geodata."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from catalog.errors import Tampered
from opendata.publishing.package import BuiltFile

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes at *path* as an agency sent them.

    ``format`` is how the portal calls it (``pdf``), ``extension`` how its published name ends (``.pdf``,
    ``.tar.gz``), ``media_type`` what it is by its content; ``sha256`` is that of the bytes that were judged.
    """

    path: Path
    format: str
    extension: str
    media_type: str
    sha256: str

    def copy(self, target: Path) -> BuiltFile:
        """Copy it to *target*, byte by byte.

        :raises Tampered: the bytes are not those that were judged; nothing may be published then.
        """
        digest, size = hashlib.sha256(), 0
        with self.path.open("rb") as source, target.open("wb") as copy:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
        if digest.hexdigest() != self.sha256:
            raise Tampered(
                f"原始文件 {self.sha256} 已被改动，不能发布",
                f"the raw file {self.sha256} was changed after it was judged; it is not published",
            )
        return BuiltFile(target.name, self.format, self.media_type, size, self.sha256)
