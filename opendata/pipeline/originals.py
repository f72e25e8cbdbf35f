"""What is published as it came: which file of a release that is, and what its bytes are."""

from catalog.models import Distribution, Release
from catalog.queries.datasets import DESCRIPTIONS
from catalog.vocabularies import TABLE
from opendata.publishing.diff.files import FileState
from opendata.publishing.original import Original
from opendata.services import Services
from opendata.validation.documents import identify


def original_of(services: Services, release: Release) -> Original:
    """The raw bytes of *release* as a file to be published, named and typed by its content.

    :raises NotFound: the raw bytes are not kept any more.
    """
    path = services.raw.path(release.file_sha256)
    found = identify(path, release.file_name)
    return Original(path, found.form, f".{found.extension}", found.media_type, release.file_sha256)


def published_original(release: Release) -> Distribution | None:
    """The one file of a published release that is no table; None of a table."""
    if release.kind == TABLE:
        return None
    return next((one for one in release.distributions if one.format not in DESCRIPTIONS), None)


def state_of(file: Distribution) -> FileState:
    """A published file as a side of a comparison."""
    return FileState(file.name, file.media_type, file.size, file.sha256)
