"""Whether a file is what it was declared to be: by its kind, by its extension, and no table in disguise."""

from catalog.vocabularies import RELEASE_KIND
from opendata.validation.documents.identity import FORMS, suffix_of
from opendata.validation.documents.inspection import Inspection

ACCEPTED = "PDF, DOCX, PPTX, ODT, ODP, OFD, DOC, PPT, WPS, TXT, MD, HTML; PNG, JPEG, TIFF, GIF, WEBP, SVG, BMP, JP2; ZIP, TAR, TAR.GZ; SHP (ZIP), GPKG, KML, KMZ, GeoTIFF"


def check_declared(inspection: Inspection, kind: str | None) -> bool:
    """Hold the content against the declared *kind* and the name; whether it is worth looking further."""
    identity = inspection.identity
    form = FORMS[identity.form]
    if identity.is_table:
        inspection.add(
            "table-as-document",
            f"内容是表格（{form.label}），不能作为{_named(kind)[0]}发布；请按数据表登记。",
            f"The content is a table ({form.label}) and cannot be published as {_named(kind)[1]}; register it as a table.",
            value=form.label,
            expected="数据表 table",
        )
        return False
    if identity.form == "unknown":
        inspection.add(
            "unsupported-format",
            "无法识别文件内容，不是可以发布的文档、图像、压缩包或空间数据。",
            "The content is of no kind that is known: no document, image, archive or geographic data.",
            expected=ACCEPTED,
        )
        return False
    if kind is not None and kind != identity.kind and kind not in identity.also:
        zh, en = _named(kind)
        inspection.add(
            "kind-mismatch",
            f"登记为{zh}，文件内容是{RELEASE_KIND.term(identity.kind).zh}（{form.label}）。",
            f"It is registered as {en}, the content is {_named(identity.kind)[1]} ({form.label}).",
            value=form.label,
            expected=f"{zh} {en}",
        )
    check_extension(inspection)
    return True


def check_extension(inspection: Inspection) -> None:
    """Hold the extension of the name against the content."""
    suffix, form = suffix_of(inspection.name), FORMS[inspection.identity.form]
    if suffix in form.extensions or suffix.rpartition(".")[2] in form.extensions:
        return
    right = form.extensions[0]
    if not suffix:
        inspection.warn(
            "extension-mismatch",
            f"文件名没有扩展名；内容是 {form.label}。",
            f"The file's name has no extension; the content is {form.label}.",
            expected=f".{right}",
        )
        return
    inspection.add(
        "extension-mismatch",
        f"扩展名是 .{suffix[:20]}，文件内容是 {form.label}。",
        f"The name ends in .{suffix[:20]}, the content is {form.label}.",
        value=f".{suffix[:20]}",
        expected=f".{right}",
    )


def _named(kind: str | None) -> tuple[str, str]:
    """The words for a kind within a sentence."""
    if kind is None:
        return "文档或附件", "a document or attachment"
    term = RELEASE_KIND.find(kind)
    return (term.zh, term.en.lower()) if term else (kind, kind)
