"""What the values of facets are called in the reader's language."""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from catalog.queries import units
from opendata.web.door import session, today
from opendata.web.filters import label, plain, say

#: Facets whose values are codes of a vocabulary of the same name.
_VOCABULARIES = ("level", "domain", "theme", "openness", "update_cycle")


def facet_labels(values: MultiDict[str, str]) -> Mapping[tuple[str, str], str]:
    """What each of *values* (facet to its values) is called; a value that nobody knows is left out."""
    labels = {
        (facet, value): label(facet, value) for facet in _VOCABULARIES for value in values.getlist(facet)
    }
    labels |= {("kind", kind): say(f"kind.{kind}") for kind in ("dataset", "inventory-item")}
    labels |= {("format", value): value.upper() for value in values.getlist("format")}
    if codes := values.getlist("unit"):
        labels |= {
            ("unit", one.code): plain(one.name, one.name_en)
            for one in units.called(session(), codes, today())
        }
    if regions := values.getlist("region"):
        names = units.division_names(session(), today())
        labels |= {("region", value): names.get(value, value) for value in regions}
    return labels
