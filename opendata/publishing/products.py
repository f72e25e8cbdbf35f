"""The files of a release in the making: one traversal of the rows feeds every writer, the profile and the hashes."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from opendata.publishing.formats.base import Format, Rows
from opendata.publishing.formats.shape import Shape
from opendata.publishing.product import Packed, Product
from opendata.publishing.profile import Profile
from opendata.publishing.traversal import Channel, Crew
from opendata.tables.typed_file import TypedFile

#: Cells that every writer takes at once: a table of many columns comes in fewer rows.
CELLS = 1 << 18


class _Making:
    """All products of one table, each in a thread of its own."""

    def __init__(self, crew: Crew, shape: Shape, folder: Path, name: str) -> None:
        self._crew, self._shape, self._folder, self._name = crew, shape, folder, name
        self.products: dict[str, Product] = {}
        self._lanes: list[Channel[Rows]] = []

    def start(self, format_: Format, packer: Format | None) -> None:
        """Begin a file, and the one that *packer* makes of its bytes."""
        echo: Channel[Any] | None = self._crew.channel() if packer else None
        product = self._begun(Product(format_, self._path(format_), self._shape, echo.put if echo else None))
        if packer and echo:
            packed = self._begun(Packed(packer, self._path(packer), self._shape))
            self._crew.start(partial(self._pack, packed, echo, product))
        if product.alone:
            self._crew.start(partial(self._alone, product, echo))
        else:
            self._crew.start(partial(self._follow, product, self.lane(), echo))

    def _path(self, format_: Format) -> Path:
        return self._folder / f"{self._name}{format_.extension}"

    def _begun(self, product: Product) -> Product:
        self.products[product.format.name] = product
        product.begin()
        return product

    def lane(self) -> Channel[Rows]:
        """A channel through which all rows come."""
        self._lanes.append(self._crew.channel())
        return self._lanes[-1]

    def _follow(self, product: Product, lane: Channel[Rows], echo: Channel[Any] | None) -> None:
        for rows in lane:
            product.write(rows)
        self._finish(product, echo)

    def _alone(self, product: Product, echo: Channel[Any] | None) -> None:
        with closing(product.steps()) as steps:
            for _ in steps:
                self._crew.check()
        self._finish(product, echo)

    def _finish(self, product: Product, echo: Channel[Any] | None) -> None:
        product.finish()
        if echo:
            echo.end()

    def _pack(self, packed: Product, echo: Channel[Any], source: Product) -> None:
        for piece in echo:
            packed.write(piece)
        packed.reason = source.reason
        packed.finish()

    def give_all(self) -> None:
        """Hand the rows to all who wait for them."""
        for rows in pieces(self._shape.file):
            for lane in self._lanes:
                lane.put(rows)
        for lane in self._lanes:
            lane.end()


def make(
    shape: Shape, formats: Sequence[Format], folder: Path, name: str
) -> tuple[list[Product], dict[str, Any]]:
    """Write the rows in all *formats* into *folder* as ``<name><extension>``; with it their profile.

    :returns: the products, in the order of *formats*: finished, or with the reason why not; and the profile.
    :raises StorageFull: no space is left in *folder*.
    """
    names = {one.name for one in formats}
    packers = {one.packs: one for one in formats if one.packs in names}
    profile = Profile(shape)
    told: dict[str, Any] = {}
    crew = Crew()
    making = _Making(crew, shape, folder, name)
    try:
        with crew:
            for one in formats:
                if one not in packers.values():
                    making.start(one, packers.get(one.name))
            crew.start(partial(_profile, profile, making.lane(), told))
            making.give_all()
    finally:
        for product in making.products.values():
            product.give_up()
    return [making.products[one.name] for one in formats], told


def _profile(profile: Profile, lane: Channel[Rows], told: dict[str, Any]) -> None:
    for rows in lane:
        profile.add(rows)
    told.update(profile.result())


def make_one(shape: Shape, format_: Format, folder: Path, name: str) -> Product:
    """Write the rows in one format alone; the product is finished, or has the reason why not.

    :raises StorageFull: no space is left in *folder*.
    """
    product = Product(format_, folder / f"{name}{format_.extension}", shape)
    try:
        product.begin()
        if product.alone:
            for _ in product.steps():
                pass
        else:
            for rows in pieces(shape.file):
                product.write(rows)
        product.finish()
    finally:
        product.give_up()
    return product


def pieces(file: TypedFile) -> Iterator[Rows]:
    """The rows, so many at a time that no writer's text of them gets big."""
    for batch in file.batches(rows=max(CELLS // len(file.column_names), 1)):
        yield Rows(batch)
