"""Fields whose bounds a value may not be comparable with: a moment that names its zone, and a bound that names none.

Frictionless raises there. Such a value does not keep the bound, and that is a fault of the value.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import frictionless

_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
Notes = dict[str, str] | None
CellReader = Callable[[Any], tuple[Any, Notes]]


def guarded(schema: frictionless.Schema) -> frictionless.Schema:
    """*schema*, whose fields, and the copies that frictionless makes of them, from now on raise at no value."""
    for field in schema.fields:
        if field.type in {"datetime", "time"} and _BOUNDS.keys() & field.constraints.keys():
            _guard(field)
    return schema


def _guard(field: Any) -> Any:  # noqa: ANN401 - untyped library
    make: Callable[[], CellReader] = field.create_cell_reader
    copy: Callable[..., Any] = field.to_copy

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
    field.to_copy = lambda **options: _guard(copy(**options))
    return field


def _keeps(name: str, value: Any, bound: Any) -> bool:  # noqa: ANN401 - two moments or two times
    try:
        return _BOUNDS[name](value, bound)
    except TypeError:
        return False
