"""The files of a release in the making: one traversal of the rows feeds every writer, the profile and the hashes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from catalog.disk import NO_ROOM
from catalog.errors import StorageFull
from catalog.records import Text
from opendata.publishing.formats.base import Format, Rows, Writer
from opendata.publishing.formats.shape import Shape
from opendata.publishing.package import BuiltFile
from opendata.publishing.profile import Profile
from opendata.publishing.sink import Sink
from opendata.publishing.traversal import side_by_side, traverse
from opendata.tables.typed_file import TypedFile

#: Cells that every writer takes at once: a table of many columns comes in fewer rows.
CELLS = 1 << 20
#: Libraries in Rust and C++ say the operating system's number in words only.
_FULL_IN_WORDS = re.compile(r"\b(?:os error|code:) (\d+)\b")


class Product:
    """One file in the making; ``reason`` says why this table must not be in this format, once that is seen."""

    def __init__(self, format_: Format, path: Path, shape: Shape) -> None:
        self.format, self._path, self._shape = format_, path, shape
        self.reason: Text | None = None
        self._sink: Sink | None = None
        self._writer: Writer | None = None

    def begin(self) -> None:
        """Open the file."""
        with writing(self._path):
            self._sink = Sink(self._path)
            self._writer = self.format.open(self._shape, self._sink)

    def write(self, rows: Rows) -> None:
        """Add rows, unless the format has proved unfit."""
        if self.reason is None and self._writer:
            with writing(self._path):
                self.reason = self._writer.write(rows)

    def finish(self) -> None:
        """Write what comes last; an unfit file is deleted."""
        if self.reason is not None:
            self.give_up()
            self._path.unlink()
        elif self._writer and self._sink:
            with writing(self._path):
                self._writer.close()
                self._sink.close()

    def give_up(self) -> None:
        """Close a file that was not finished."""
        if self._sink and not self._sink.closed:
            self._sink.give_up()

    def pack(self, source: "Product") -> None:
        """Make the file of the finished *source*."""
        self.reason = source.reason
        if self.reason is None:
            with writing(self._path), source._path.open("rb") as plain, Sink(self._path) as self._sink:  # noqa: SLF001 - one of us
                self.format.pack(plain, self._sink)

    def built(self) -> BuiltFile:
        """The finished file."""
        assert self._sink is not None
        format_, rows = self.format, self._shape.file.rows
        return BuiltFile(
            self._path.name, format_.name, format_.media_type, self._sink.size, self._sink.sha256, rows
        )


def make(
    shape: Shape, formats: Sequence[Format], folder: Path, name: str
) -> tuple[list[Product], dict[str, Any]]:
    """Write the rows in all *formats* into *folder* as ``<name><extension>``; with it their profile.

    :returns: the products, in the order of *formats*: finished, or with the reason why not; and the profile.
    :raises StorageFull: no space is left in *folder*.
    """
    products = {one.name: Product(one, folder / f"{name}{one.extension}", shape) for one in formats}
    packed = {one.packs: products[one.name] for one in formats if one.packs in products}
    written = [product for product in products.values() if product not in packed.values()]
    profile = Profile(shape)
    told: dict[str, Any] = {}
    try:
        for product in written:
            product.begin()
        traverse(pieces(shape.file), [profile.add, *(product.write for product in written)])
        endings = [partial(_finish, product, packed.get(product.format.name)) for product in written]
        side_by_side([*endings, lambda: told.update(profile.result())])
    finally:
        for product in written:
            product.give_up()
    return [*products.values()], told


def make_one(shape: Shape, format_: Format, folder: Path, name: str) -> Product:
    """Write the rows in one format alone; the product is finished, or has the reason why not.

    :raises StorageFull: no space is left in *folder*.
    """
    product = Product(format_, folder / f"{name}{format_.extension}", shape)
    try:
        product.begin()
        for rows in pieces(shape.file):
            product.write(rows)
        product.finish()
    finally:
        product.give_up()
    return product


def _finish(product: Product, packed: Product | None) -> None:
    product.finish()
    if packed:
        packed.pack(product)


def pieces(file: TypedFile) -> Iterator[Rows]:
    """The rows, so many at a time that no writer's text of them gets big."""
    step = max(CELLS // len(file.column_names), 1)
    for batch in file.batches():
        for start in range(0, max(batch.num_rows, 1), step):
            yield Rows(batch.slice(start, step))


@contextmanager
def writing(path: Path) -> Iterator[None]:
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
