"""One file of a release in the making."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.disk import NO_ROOM
from catalog.errors import StorageFull
from catalog.records import Text
from opendata.publishing.formats.base import Format, Packer, Writer
from opendata.publishing.formats.shape import Shape
from opendata.publishing.package import BuiltFile
from opendata.publishing.sink import Sink

#: Libraries in Rust and C++ say the operating system's number in words only.
_FULL_IN_WORDS = re.compile(r"\b(?:os error|code:) (\d+)\b")


class Product:
    """A file in one format; ``reason`` says why this table must not be in it, once that is seen.

    :param echo: is shown every byte of the file too.
    """

    def __init__(
        self, format_: Format, path: Path, shape: Shape, echo: Callable[[Any], None] | None = None
    ) -> None:
        self.format, self._path, self._shape, self._echo = format_, path, shape, echo
        self.reason: Text | None = None
        self._sink: Sink | None = None
        self._writer: Any = None

    def begin(self) -> None:
        """Open the file."""
        with writing(self._path):
            self._sink = Sink(self._path, self._echo)
            self._writer = self._opened(self._sink)

    def _opened(self, sink: Sink) -> Writer | Packer:
        return self.format.open(self._shape, sink)

    @property
    def alone(self) -> bool:
        """Whether it is made by :meth:`steps`, without being given the rows."""
        return bool(self._writer.alone)

    def write(self, given: Any) -> None:  # noqa: ANN401 - rows; bytes, where another file is packed
        """Add what comes next, unless the format has proved unfit."""
        if self.reason is None:
            with writing(self._path):
                self.reason = self._writer.write(given)

    def steps(self) -> Generator[None, None, None]:
        """Write all rows, some with each step."""
        with writing(self._path):
            yield from self._writer.steps()

    def finish(self) -> None:
        """Write what comes last; an unfit file is deleted."""
        assert self._sink is not None
        if self.reason is not None:
            self.give_up()
            self._path.unlink()
            return
        with writing(self._path):
            self._writer.close()
            self._sink.close()

    def give_up(self) -> None:
        """Close a file that was not finished."""
        if self._sink and not self._sink.closed:
            self._sink.give_up()

    def built(self) -> BuiltFile:
        """The finished file."""
        assert self._sink is not None
        format_, rows = self.format, self._shape.file.rows
        return BuiltFile(
            self._path.name, format_.name, format_.media_type, self._sink.size, self._sink.sha256, rows
        )


class Packed(Product):
    """A file that packs another, whose bytes are given to it as they are written."""

    def _opened(self, sink: Sink) -> Packer:
        return self.format.pack(sink)


@contextmanager
def writing(path: Path) -> Generator[None, None, None]:
    """Say of every library alike that the disk is full."""
    try:
        yield
    except OSError as error:
        spoken = _FULL_IN_WORDS.search(str(error))
        if (error.errno or int(spoken[1] if spoken else 0)) in NO_ROOM:
            raise StorageFull(
                f"磁盘空间不足，无法生成 {path.name}", f"no space left to build {path.name}"
            ) from error
        raise
