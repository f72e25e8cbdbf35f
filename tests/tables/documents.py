"""Documents made by hand, for the tests of readers."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def zipped(members: Mapping[str, bytes], *, packed: bool = True) -> bytes:
    """A zip of *members*."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods(rows: str, *, more: str = "", before: str = "") -> bytes:
    """An ODS workbook whose sheet 数据 has the table rows *rows*; *more* tables follow, *before* precedes all."""
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {_NAMES}>'
        f'<office:body><office:spreadsheet><table:table table:name="数据">{rows}</table:table>{more}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODS_TYPE.encode(), "content.xml": xml.encode()})
