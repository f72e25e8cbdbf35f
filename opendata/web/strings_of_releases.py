"""What the pages of datasets and their releases say, in both languages."""

from catalog.records import Text

RELEASE_STRINGS: dict[str, Text] = {
    "files.on_request": Text("首次下载时生成", "Made when first fetched"),
    "files.make": Text("生成并下载", "Make and fetch"),
    "file.datapackage": Text("数据包描述", "Data package"),
    "file.profile": Text("列概况", "Profile of the columns"),
    "file.readme": Text("说明", "Read me"),
    "file.changelog": Text("变更记录", "Changelog"),
    "file.changes": Text("变更记录（JSON）", "Changes (JSON)"),
    "file.citation": Text("引用文件", "Citation file"),
    "file.bibtex": Text("引用（BibTeX）", "Citation (BibTeX)"),
    "file.dictionary": Text("数据字典（CSV）", "Data dictionary (CSV)"),
    "file.dictionary-xlsx": Text("数据字典（XLSX）", "Data dictionary (XLSX)"),
    "file.signature": Text("签名", "Signature"),
    "file.proof": Text("证明", "Proof"),
    "dataset.profile_json": Text("下载概况（JSON）", "The profile as JSON"),
    "field.spread": Text("分布", "Spread"),
    "chart.histogram": Text("{name}的分布：", "Spread of {name}:"),
    "chart.top": Text("{name}最常见的值：", "Most frequent values of {name}:"),
    "map.title": Text("点位分布", "Where the points lie"),
    "map.told": Text(
        "共 {n} 个点，东经 {west}°–{east}°，北纬 {south}°–{north}°（WGS 84）；圆越大，附近的点越多。",
        "{n} points between {west} and {east} degrees east, {south} and {north} degrees north (WGS 84);"
        " a larger dot stands for more.",
    ),
    "actor.negative-list": Text("负面清单", "the negative list"),
    "actor.standing": Text("既定规则", "a standing rule"),
    "actor.system": Text("平台", "the platform"),
    "snippets.title": Text("在程序中使用", "Use it in a program"),
    "changes.since": Text("与第 {n} 版相比：", "Since release {n}:"),
    "changes.file_new": Text(
        "文件已更换（{before} → {after}）", "the file was replaced ({before}, now {after})"
    ),
    "changes.file_same": Text("文件未变", "the file is the same"),
    "changes.see": Text("查看差异", "see what changed"),
    "changes.series": Text(
        "结构有不兼容的变更，自本版起为新的系列。",
        "A breaking change of the schema: a new series begins here.",
    ),
    "release.series_reason": Text(
        "第 {n} 版起为新的系列，因为：", "A new series begins with release {n}, because:"
    ),
    "diff.title": Text("第 {old} 版与第 {new} 版的差异", "What changed from release {old} to {new}"),
    "diff.added": Text("新增", "added"),
    "diff.removed": Text("删除", "removed"),
    "diff.changed": Text("修改", "changed"),
    "diff.unchanged": Text("未变", "unchanged"),
    "diff.by_key": Text("按主键逐行比较：", "Rows are told apart by their key:"),
    "diff.by_rows": Text(
        "没有可用的主键，按整行比较。", "There is no key to go by: rows are compared as wholes."
    ),
    "diff.schema": Text("结构", "Schema"),
    "diff.breaking": Text(
        "有不兼容的变更：按旧版编写的程序可能出错。",
        "Something breaks: programs written for the older release may fail.",
    ),
    "diff.breaks": Text("不兼容", "breaking"),
    "diff.same_schema": Text("结构未变。", "The schema is the same."),
    "diff.fields": Text("有修改的字段（行数）", "Changed columns (rows)"),
    "diff.rows": Text("有差异的行", "Rows that differ"),
    "diff.change": Text("变更", "Change"),
    "line.added": Text("新增", "added"),
    "line.removed": Text("删除", "removed"),
    "line.before": Text("改前", "before"),
    "line.after": Text("改后", "after"),
    "diff.more": Text(
        "此处显示前 {shown} 行，共 {total} 行；全部见 CSV 或 JSON。",
        "{shown} of {total} lines; CSV and JSON have all.",
    ),
    "diff.same_rows": Text("数据未变。", "The rows are the same."),
    "diff.file": Text("文件", "File"),
    "diff.new_file": Text("文件已更换。", "The file was replaced."),
    "diff.same_file": Text("文件未变。", "The file is the same."),
    "diff.members": Text("压缩包内有差异的文件", "Members that differ"),
    "document.title": Text("文件信息", "About the file"),
    "document.kind": Text("数据类型", "Kind"),
    "document.media_type": Text("媒体类型", "Media type"),
    "document.member": Text("包内文件", "Member"),
    "document.members": Text("包内文件", "Members"),
    "document.more_members": Text("另有 {n} 个，未列出", "{n} more are not listed"),
    "document.pages": Text("页数", "Pages"),
    "document.pixels": Text("像素", "Pixels"),
    "document.layer": Text("图层", "Layer"),
    "document.features": Text("{n} 个要素", "{n} features"),
    "document.no_crs": Text("坐标系未声明", "coordinate system not stated"),
    "document.alt": Text("图像：{title}", "Image: {title}"),
    "document.as_it_came": Text(
        "本数据集按原样发布：文件与单位报送的逐字节相同，未作转换。",
        "Published as it came: byte for byte what the agency handed over, in no other format.",
    ),
    "tombstone.title": Text(
        "本版已撤回，不再提供下载", "This release was withdrawn; its files can no longer be fetched"
    ),
    "tombstone.when": Text("撤回时间", "Withdrawn"),
    "tombstone.who": Text("撤回人", "By"),
    "tombstone.ground": Text("撤回依据", "Ground"),
    "tombstone.reason": Text("原因", "Reason"),
    "tombstone.files": Text("文件去向", "Its files"),
    "tombstone.erased": Text("已删除（{at}），日志中有记录", "erased ({at}); the ledger has it"),
    "tombstone.erasing": Text("正在删除", "are being erased"),
    "tombstone.kept": Text("封存备查，不对外提供", "kept, closed, as evidence"),
    "tombstone.checksums": Text(
        "手头已有的副本可凭下列校验值核对；日志记有撤回的全过程。",
        "A copy that you hold can be told by these checksums; the ledger has the whole story.",
    ),
}
