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
