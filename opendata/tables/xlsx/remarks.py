"""What people do not see in a worksheet and what was never worked out: read as it stands, but not in silence."""

import re
from collections.abc import Iterator, Sequence

from catalog.cell_names import column_letters
from catalog.records import Text

_HIDDEN = b' hidden="'
_HIDDEN_ROW = re.compile(rb'<row [^<>]*\bhidden="(?:1|true)"[^<>]*(?<!/)>')
_FORMULA = b"<f"
#: A formula without a value. That of a text (``t="str"``) may well be nothing.
_UNCOMPUTED = re.compile(
    rb'<c (?![^<>]*\bt="str")(?>[^<>]*?\br="([A-Z]+[0-9]+)")[^<>]*+>\s*<f(?:[^<>]*/>|(?: [^<>]*)?>[^<]*</f>)'
    rb"\s*(?:<v>\s*</v>|<v ?/>)?\s*</c>"
)
_NAMED = 5


def remarks(part: bytes, hidden_columns: Sequence[int]) -> Iterator[Text]:
    """What to say of a worksheet's XML.

    :param hidden_columns: columns, from 1, that hold something and are not shown.
    """
    if hidden_columns:
        count = len(hidden_columns)
        shown = "、".join(map(column_letters, hidden_columns[:_NAMED])) + ("…" if count > _NAMED else "")
        yield Text(
            f"有 {count} 列在表中被隐藏（{shown}），照常读取：不拟公开的请删除",
            f"{count} column(s) are hidden in the sheet ({shown}) and were read: delete what is not to be published",
        )
    rows = len(_HIDDEN_ROW.findall(part)) if _HIDDEN in part else 0
    if rows:
        yield Text(
            f"有 {rows} 行在表中被隐藏或筛选掉，照常读取：不拟公开的请删除",
            f"{rows} row(s) are hidden or filtered out in the sheet and were read: delete what is not to be published",
        )
    open_ended = _UNCOMPUTED.findall(part) if _FORMULA in part else []
    if open_ended:
        first = open_ended[0].decode()
        yield Text(
            f"有 {len(open_ended)} 个公式没有计算结果（首个在 {first}），按空值读取：请在表格软件中打开并保存后重新提交",
            f"{len(open_ended)} formula(s) were never computed (the first in {first}) and were read as empty: "
            "open the file in a spreadsheet program, save it and hand it in again",
        )
