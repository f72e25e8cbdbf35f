"""Coverage with its evidence, and the vocabularies."""

from flask import Response, jsonify

from catalog import vocabularies
from opendata.api import arguments
from opendata.api.blueprint import api, services, session
from opendata.api.shapes import plain
from opendata.indicators.coverage import measure

_LISTS = (
    vocabularies.DOMAIN,
    vocabularies.OPENNESS,
    vocabularies.SHARING,
    vocabularies.UPDATE_CYCLE,
    vocabularies.LEVEL,
    vocabularies.UNIT_CLASS,
    vocabularies.FIELD_TYPE,
    vocabularies.SCOPE,
    vocabularies.SOURCE_KIND,
)


@api.get("/coverage")
def get_coverage() -> Response:
    """Coverage on a day, as known at a moment: four definitions, every unit, every piece of evidence."""
    settings = services().settings
    found = measure(
        session(),
        arguments.AS_OF.read() or services().today(),
        arguments.KNOWN_AT.read(),
        target=settings.target_percent,
        grace_days=settings.grace_days,
        level=arguments.LEVEL.read(),
        region=arguments.REGION.read(),
        domain=arguments.DOMAIN.read(),
    )
    return jsonify(found.to_dict())


@api.get("/vocabularies")
def get_vocabularies() -> Response:
    """The closed lists: every code with its labels."""
    return jsonify({one.name: [plain(term) for term in one] for one in _LISTS})
