"""What a photograph tells of who took it and where: EXIF and XMP, as cameras and telephones write them."""

import re
from dataclasses import dataclass, field

from catalog.errors import UnreadableFile
from opendata.validation.documents.inspection import Inspection
from opendata.validation.documents.tiff import EXIF, GPS, Tiff, exif_of

_OWNER, _SERIAL, _LENS_SERIAL = 0xA430, 0xA431, 0xA435
_LATITUDE = 2
_XMP_PLACE = re.compile(rb"exif:GPSL(?:atitude|ongitude)")
_XMP_CAMERA = re.compile(rb"(?:aux|exifEX):(?:SerialNumber|BodySerialNumber|LensSerialNumber|OwnerName|CameraOwnerName)")  # fmt: skip


@dataclass(slots=True)
class Photograph:
    """What its metadata have: a place, and what names the camera or its owner."""

    has_place: bool = False
    camera: list[str] = field(default_factory=list)


def look_at_exif(block: bytes | Tiff, photograph: Photograph) -> None:
    """Note what an EXIF *block*, or a TIFF itself, tells. One that is damaged tells nothing."""
    try:
        exif = exif_of(block) if isinstance(block, bytes) else block
        tags = next(exif.directories(), {})
        place = exif.linked(tags, GPS)
        photograph.has_place |= any(tag in place for tag in (1, _LATITUDE, 3, 4))
        inner = exif.linked(tags, EXIF)
        for tag in (_OWNER, _SERIAL, _LENS_SERIAL):
            if exif.text(inner, tag):
                photograph.camera.append({_OWNER: "CameraOwnerName", _SERIAL: "BodySerialNumber", _LENS_SERIAL: "LensSerialNumber"}[tag])  # fmt: skip
    except UnreadableFile:
        return


def look_at_xmp(packet: bytes, photograph: Photograph) -> None:
    """Note what an XMP *packet* tells."""
    photograph.has_place |= _XMP_PLACE.search(packet) is not None
    photograph.camera += sorted({found[0].decode() for found in _XMP_CAMERA.finditer(packet)})


def tell_photograph(inspection: Inspection, photograph: Photograph) -> None:
    """Warn of what *photograph* tells."""
    strip = "exiftool -gps:all= -xmp:geotag= FILE"
    if photograph.has_place:
        inspection.warn(
            "photo-location",
            "照片的元数据（EXIF/XMP）含有拍摄地点的坐标。",
            "The photograph's metadata (EXIF/XMP) hold the place where it was taken.",
            value="GPS",
            expected=f"去除 GPS 信息 without GPS（{strip}）",
        )
    if photograph.camera:
        names = ", ".join(dict.fromkeys(photograph.camera))
        inspection.warn(
            "camera-identity",
            f"照片的元数据含有相机序列号或机主信息（{names}）。",
            f"The photograph's metadata name the camera or its owner ({names}).",
            value=names,
            expected="去除设备信息 without the camera's identity",
        )
