"""Places outside that a schema names: none is followed, and one that only an unsafe reader would follow is refused."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.records import Text

#: What stands for a schema, a file or a table elsewhere.
_POINTERS = frozenset({"$ref", "path", "resource", "profile", "schema", "dialect"})
#: An address, a drive, a root, a share, or a way up.
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\~]|(?:.*[/\\])?\.\.(?:[/\\]|$)|.*[\0]")
#: What a foreign key puts before the name of a vocabulary.
_LISTED = "vocabulary:"
_DEEPEST = 32


def reference_faults(descriptor: Any, place: str = "", depth: int = 0) -> Iterator[Text]:  # noqa: ANN401 - JSON
    """Every reference in *descriptor* that leads outside, and whatever is nested beyond reason.

    ``$schema`` names a profile and is never fetched.
    """
    if depth > _DEEPEST:
        yield Text(f"{place[:80]} 嵌套过深。", f"{place[:80]} is nested too deeply.")
        return
    if isinstance(descriptor, Mapping):
        for key, value in descriptor.items():
            here = f"{place}.{key}" if place else str(key)
            if (
                key in _POINTERS
                and isinstance(value, str)
                and (key == "$ref" or _OUTSIDE.match(value.removeprefix(_LISTED)))
            ):
                shown = value[:80]
                yield Text(
                    f"{here} 指向外部（{shown}），不予跟随；请写明内容或数据集名。",
                    f"{here} leads outside ({shown}) and is not followed; write out what it holds, or name a dataset.",
                )
            else:
                yield from reference_faults(value, here, depth + 1)
    elif isinstance(descriptor, list):
        for number, value in enumerate(descriptor):
            yield from reference_faults(value, f"{place}[{number}]", depth + 1)
