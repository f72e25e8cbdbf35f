"""Values that frictionless cannot compare, and raises at: made comparable before it tries.

A moment that names its zone, against a bound that names none: it does not keep the bound, and that is a fault
of the value. A signalling NaN: any NaN. Objects and lists as keys: compared by value.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import frictionless

from opendata.tables.cells import quiet

_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
Notes = dict[str, str] | None
CellReader = Callable[[Any], tuple[Any, Notes]]


class _Object(dict[str, Any]):
    """A JSON object that may be a key: equal ones have one hash."""

    def __hash__(self) -> int:  # type: ignore[override] # a dict has none
        return _hash(self)


class _List(list[Any]):
    """A list that may be a key: equal ones have one hash."""

    def __hash__(self) -> int:  # type: ignore[override] # a list has none
        return _hash(self)


def _hash(value: Any) -> int:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return hash(frozenset((name, _hash(one)) for name, one in value.items()))
        case list():
            return hash(tuple(map(_hash, value)))
    return hash(value)


def guarded(schema: frictionless.Schema) -> frictionless.Schema:
    """*schema*, whose fields, and the copies that frictionless makes of them, from now on raise at no value."""
    for field in schema.fields:
        guard = _GUARDS.get(field.type)
        if guard is not None:
            _guard(field, guard)
    return schema


def _guard(field: Any, guard: Callable[[Any], None]) -> Any:  # noqa: ANN401 - untyped library
    copy: Callable[..., Any] = field.to_copy
    guard(field)
    field.to_copy = lambda **options: _guard(copy(**options), guard)
    return field


def _guard_moments(field: Any) -> None:  # noqa: ANN401 - untyped library
    if not _BOUNDS.keys() & field.constraints.keys():
        return
    make: Callable[[], CellReader] = field.create_cell_reader

    def create() -> CellReader:
        read, value_of = make(), field.create_value_reader()
        bounds = {name: value_of(field.constraints[name]) for name in _BOUNDS if name in field.constraints}

        def read_cell(cell: Any) -> tuple[Any, Notes]:  # noqa: ANN401 - text or nothing
            try:
                return read(cell)
            except TypeError:
                value = value_of(cell)
            broken = [name for name, bound in bounds.items() if not _keeps(name, value, bound)]
            return value, {name: f'constraint "{name}" is "{field.constraints[name]}"' for name in broken}

        return read_cell

    field.create_cell_reader = create


def _keeps(name: str, value: Any, bound: Any) -> bool:  # noqa: ANN401 - two moments or two times
    try:
        return _BOUNDS[name](value, bound)
    except TypeError:
        return False


def _guard_numbers(field: Any) -> None:  # noqa: ANN401 - untyped library
    make: Callable[[], Callable[[Any], Any]] = field.create_value_reader
    field.create_value_reader = lambda: quiet(make())


def _guard_json(field: Any) -> None:  # noqa: ANN401 - untyped library
    make: Callable[[], CellReader] = field.create_cell_reader

    def create() -> CellReader:
        read = make()

        def read_cell(cell: Any) -> tuple[Any, Notes]:  # noqa: ANN401 - text or nothing
            value, notes = read(cell)
            if isinstance(value, dict):
                return _Object(value), notes
            return _List(value) if isinstance(value, list) else value, notes

        return read_cell

    field.create_cell_reader = create


_GUARDS: Mapping[str, Callable[[Any], None]] = {
    "datetime": _guard_moments,
    "time": _guard_moments,
    "number": _guard_numbers,
    **dict.fromkeys(("object", "array", "geojson", "list"), _guard_json),
}
