"""The verdict on a file that is no table: told apart by content, then looked at by the check of its form."""

from collections.abc import Callable, Mapping
from pathlib import Path

from catalog.disk import room_in
from catalog.errors import UnreadableFile
from opendata.tables.lying import fingerprint
from opendata.validation.documents.archives import check_zip
from opendata.validation.documents.closed_archives import check_closed
from opendata.validation.documents.declared import check_declared
from opendata.validation.documents.drawings import check_svg
from opendata.validation.documents.geopackage import check_geopackage
from opendata.validation.documents.hints import hints_for
from opendata.validation.documents.inspection import Check, Inspection
from opendata.validation.documents.kml import check_kml
from opendata.validation.documents.limits import DEFAULT, Limits
from opendata.validation.documents.old_office import check_locked_office, check_old_office
from opendata.validation.documents.packages import check_package
from opendata.validation.documents.pdf import check_pdf
from opendata.validation.documents.pictures import check_picture
from opendata.validation.documents.shapefiles import check_shapefiles
from opendata.validation.documents.signatures import identify
from opendata.validation.documents.tars import check_tar, check_tar_gz
from opendata.validation.documents.text_documents import check_page, check_text
from opendata.validation.report import Report

#: What looks at the content of each form. What holds other files gets :func:`examine` for them.
_CHECKS: Mapping[str, Check] = {
    "pdf": check_pdf,
    "doc": check_old_office,
    "ppt": check_old_office,
    "locked-office": check_locked_office,
    "txt": check_text,
    "md": check_text,
    "html": check_page,
    "svg": check_svg,
    **dict.fromkeys(("png", "jpeg", "tiff", "gif", "webp", "bmp", "jp2", "geotiff"), check_picture),
    "7z": check_closed,
    "rar": check_closed,
    "kml": check_kml,
    "gpkg": check_geopackage,
}
_HOLDERS: Mapping[str, Callable[[Inspection, Check], None]] = {
    **dict.fromkeys(("docx", "pptx", "odt", "odp", "ofd"), check_package),
    **dict.fromkeys(("zip", "kmz"), check_zip),
    "tar": check_tar,
    "tar.gz": check_tar_gz,
    "shapefile": check_shapefiles,
}


def inspect(path: Path, name: str, kind: str | None, *, scratch: Path, limits: Limits = DEFAULT) -> Report:
    """Judge the file at *path*, which is no table.

    The report is stored and shown as a table's is. It has no rows and no columns; its schema is named
    by the empty string, its ``format`` is the extension that the content asks for, its ``kind`` what the
    content is. Its ``facts`` (all JSON-ready) have ``media_type``, ``extension`` and ``form``, and where they are known
    ``pages``; ``width`` and ``height`` in pixels; ``members``, a list of ``{"name", "size"}`` with at most
    ``limits.listed`` entries, and ``member_count``, how many there are; ``layers``, a list of
    ``{"name", "geometry", "features", "crs"}`` of geographic data.

    :param name: the file's own name, when *path* is named by its hash.
    :param kind: the declared kind, a code of RELEASE_KIND; None: nothing was declared, content decides.
    :param scratch: an existing folder for what is unpacked; nothing is left in it.
    :returns: the verdict; content that is a table is a finding, whatever the declared kind.
    :raises NotFound: there is no such file.
    :raises StorageFull: *scratch* has no room.
    """
    identity = identify(path, name)
    inspection = Inspection(path, name, identity, scratch, limits)
    inspection.tell(
        {"media_type": identity.media_type, "extension": identity.extension, "form": identity.form}
    )
    if not path.stat().st_size:
        inspection.add("empty-file", "文件为空，没有任何内容。", "The file is empty: there is nothing in it.")
    elif check_declared(inspection, kind):
        with room_in(scratch):
            examine(inspection)
    return _report(inspection)


def examine(inspection: Inspection) -> None:
    """Look at the content of the file or member under *inspection*."""
    form = inspection.identity.form
    try:
        if form in _HOLDERS:
            _HOLDERS[form](inspection, examine)
        else:
            _CHECKS[form](inspection)
    except UnreadableFile as error:
        for finding in error.findings:
            inspection.keep(finding)


def _report(inspection: Inspection) -> Report:
    book, identity = inspection.book, inspection.identity
    findings = tuple(book.findings)
    return Report(
        valid=all(finding.severity == "warning" for finding in findings),
        rows=0,
        findings=findings,
        counts=dict(book.counts),
        schema={"name": "", "sha256": "", "origin": ""},
        format=identity.extension,
        header_row=0,
        sha256=fingerprint(inspection.path),
        size=inspection.size,
        notes=tuple(book.notes),
        file=inspection.name,
        hints=hints_for(findings),
        kind=identity.kind,
        facts=book.facts,
    )
