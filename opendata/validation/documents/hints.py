"""How each fault of a document, image, archive or geographic file is mended."""

from collections.abc import Iterable, Mapping

from catalog.records import Finding, Text
from opendata.validation.hints import hint

#: By the code of the fault.
HINTS: Mapping[str, Text] = {
    "empty-file": Text(
        "重新导出或扫描，确认文件能打开且有内容。",
        "Export or scan it again; see that it opens and holds something.",
    ),
    "unsupported-format": Text(
        "改用列出的格式提交；文字材料建议用 PDF 或 DOCX，压缩包用 ZIP。",
        "Hand it in as one of the formats that are listed; for texts PDF or DOCX, for archives ZIP.",
    ),
    "kind-mismatch": Text(
        "按文件的实际内容改正资源类型，或换成正确的文件。",
        "Register it as what it is, or hand in the right file.",
    ),
    "extension-mismatch": Text(
        "用产生它的软件另存为应有的格式；若内容无误，只需改正扩展名。",
        "Save it in the format its name promises; if the content is right, correct the extension.",
    ),
    "table-as-document": Text(
        "把资源类型改为“数据表”，按表格提交和校验；不要转成文档或打包来绕过。",
        "Register it as a table, to be validated as one; do not print or pack it instead.",
    ),
    "malformed-file": Text(
        "文件不完整或已损坏：用产生它的软件重新保存或导出后再提交。",
        "The file is incomplete or damaged: save or export it again with the program that made it.",
    ),
    "too-large": Text(
        "拆成几份，去掉不必要的内容，或降低图像分辨率。",
        "Split it, leave out what is not needed, or lower the resolution of images.",
    ),
    "encoding-error": Text(
        "文字另存为 UTF-8；Shapefile 用 .cpg 文件写明属性表的编码。",
        "Save texts as UTF-8; for a shapefile name the encoding of its attributes in a .cpg file.",
    ),
    "encrypted": Text(
        "在产生它的软件中去除打开密码和权限密码，另存后提交。",
        "Remove the passwords for opening and for permissions in the program that made it, save, hand it in.",
    ),
    "active-content": Text(
        "去除宏、脚本和自动动作：文档另存为不含宏的 DOCX 或 PDF/A，图像另存为不含脚本的 SVG 或 PNG。",
        "Take macros, scripts and automatic actions out: save documents as DOCX without macros or as PDF/A, drawings as plain SVG or PNG.",
    ),
    "foreign-reference": Text(
        "把引用的图片、样式、模板嵌入文件，删除对外部网址的引用。",
        "Embed the pictures, styles and templates that it refers to; remove the addresses of other hosts.",
    ),
    "external-entity": Text(
        "删除 XML 开头的 DOCTYPE 和实体声明，另存后提交。",
        "Remove the DOCTYPE and the entities at the head of the XML and save it.",
    ),
    "unsafe-member": Text(
        "重新打包：成员用相对路径、互不重名的普通文件，不带链接和“..”。",
        "Pack it again: plain files with relative names, each once, no links and no '..'.",
    ),
    "executable-member": Text("从压缩包中删除程序和脚本。", "Take programs and scripts out of the archive."),
    "nested-archive": Text(
        "解开内层压缩包，把文件直接放进一个压缩包。",
        "Unpack the inner archives and put their files into one archive.",
    ),
    "unknown-member": Text(
        "换成可识别的格式，或删除；审查人须逐个打开核对。",
        "Use formats that are known, or leave these members out; a reviewer has to open each.",
    ),
    "tables-inside": Text(
        "把表格另外登记为数据表；附在压缩包中的仅作参考。",
        "Register the tables as tables of their own; in the archive they are for reference only.",
    ),
    "attached-file": Text(
        "删除不需要公开的内嵌文件；需要公开的另行登记。",
        "Remove attached files that are not to be public; register the others by themselves.",
    ),
    "partly-scanned": Text(
        "拆成几份后重新提交，或由审查人通读余下部分。",
        "Split it and hand it in again, or have the rest read by a reviewer.",
    ),
    "personal-information": Text(
        "删去或遮盖个人信息后重新导出（PDF 中仅涂黑不能去除文字）；表格按数据表登记并声明脱敏规则。",
        "Remove personal information and export again (a black bar in a PDF leaves the text there); register tables as tables, with rules for masking.",
    ),
    "missing-part": Text(
        "把 .shp、.shx、.dbf（及 .prj、.cpg）同名文件放进同一个压缩包。",
        "Put the .shp, .shx and .dbf (and .prj, .cpg) of one name into the same archive.",
    ),
    "counts-differ": Text(
        "在 GIS 软件中重新导出整套文件，不要单独修改其中一个。",
        "Export the whole set again from the GIS; never edit one file of it alone.",
    ),
    "unknown-crs": Text(
        "导出时带上坐标系（.prj），建议用 CGCS2000 或 WGS84。",
        "Export it with its coordinate system (.prj), best CGCS2000 or WGS84.",
    ),
    "outside-range": Text(
        "核对坐标系与坐标是否一致（投影坐标不能标为经纬度），经纬度是否填反。",
        "Check that coordinates and coordinate system agree (metres are no degrees), and that longitude and latitude are not swapped.",
    ),
    "photo-location": Text(
        "发布前去除定位信息：用 exiftool -gps:all= -xmp:geotag= 文件名，或在系统的文件属性中“删除属性和个人信息”。",
        "Remove the place before publication: exiftool -gps:all= -xmp:geotag= FILE, or the system's 'remove properties and personal information'.",
    ),
    "camera-identity": Text(
        "发布前去除设备信息：用 exiftool -all= 文件名，或另存为不带元数据的图像。",
        "Remove the camera's identity before publication: exiftool -all= FILE, or save it without metadata.",
    ),
}


def hints_for(findings: Iterable[Finding]) -> dict[str, dict[str, Text]]:
    """By code, how the faults of *findings* are mended."""
    codes = dict.fromkeys(finding.code for finding in findings)
    return {code: {"": HINTS.get(code) or hint(code)} for code in codes}
