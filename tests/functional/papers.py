"""A county that hands in what is no table: small files made here, byte by byte, and the sheets that offer them."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from catalog import inventory, negative_list, roster, sources
from opendata.services import Services
from tests.cli.county import SHEETS, write_sheet
from tests.conftest import NOON

TITLES = {
    "307013/0011": ("示例公告", "PDF", ""),
    "307013/0012": ("示例示意图", "PNG", ""),
    "307013/0013": ("示例附件包", "ZIP", ""),
    "307013/0014": ("示例名录", "CSV", ""),
    "307013/0001": ("公交线路", "CSV", "bus-lines"),
}


def slug(code: str) -> str:
    """The dataset's address of an item that cites no schema."""
    return f"resource-{code.replace('/', '-')}"


NOTICE, MAP, PACK, LIST = (slug(code) for code in list(TITLES)[:4])
BUS = "bus-lines-307013-0001"


def pdf(text: str) -> bytes:
    """A PDF of one page with *text* (ASCII) on it."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def png(width: int = 40, height: int = 30, shade: int = 90) -> bytes:
    """A PNG of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def pack(**members: bytes) -> bytes:
    """A zip with *members*, called by their names with a dot for the last underscore."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(".".join(name.rsplit("_", 1)), (2020, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the sheet: the item, the file's name, its bytes, and what the agency calls it."""

    code: str
    name: str
    data: bytes
    kind: str = ""


FIRST = (
    Offer("307013/0011", "公告.pdf", pdf("Notice of 2020"), "文档"),
    Offer("307013/0012", "示意图.png", png(), "图像"),
    Offer("307013/0013", "附件.zip", pack(a_pdf=pdf("A"), b_pdf=pdf("B"), c_png=png())),
    Offer("307013/0014", "名录.csv", "序号,名称\n1,甲\n2,乙\n".encode(), "文档"),
    Offer("307013/0001", "线路.pdf", pdf("Lines")),
)


def register(services: Services, folder: Path, *, trusted: bool = True) -> None:
    """Load the county's registers with the items of :data:`TITLES`, and one source that offers their files."""
    folder.mkdir()
    items = [
        {**SHEETS["inventory"][0], "信息资源代码": code, "信息资源名称": title, "信息资源格式": format_, "标准模式": schema}
        for code, (title, format_, schema) in TITLES.items()
    ]  # fmt: skip
    source = {
        **SHEETS["source"][0], "类型": "sheet", "地址": "offer.csv", "可信": "是" if trusted else "否",
        "可信依据": "示例规则" if trusted else "",
    }  # fmt: skip
    offer(folder, FIRST)
    with services.sessions.begin() as session:
        for registry, rows in ((roster, SHEETS["roster"]), (inventory, items), (negative_list, SHEETS["negative-list"]),
                               (sources, [source])):  # fmt: skip
            registry.load(session, write_sheet(folder / "sheet.csv", rows), now=NOON, actor="test")


def offer(folder: Path, offers: tuple[Offer, ...]) -> None:
    """Write the sheet with *offers* alone, and their files beside it."""
    for one in offers:
        (folder / one.name).write_bytes(one.data)
    lines = [
        {
            "信息资源代码": one.code,
            "信息资源名称": TITLES[one.code][0],
            "文件": one.name,
            "资源类型": one.kind,
        }
        for one in offers
    ]
    write_sheet(folder / "offer.csv", lines)
