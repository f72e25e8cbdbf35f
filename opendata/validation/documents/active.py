"""What was found in a file that acts when it is opened: gathered by what it is, told once each with its count."""

from collections import Counter

from opendata.validation.documents.inspection import Inspection

#: What each thing is called; the first word of a thing's name is its code.
_THINGS = {
    "script": ("脚本", "a script"),
    "handler": ("事件处理代码", "an event handler"),
    "script-address": ("执行脚本的链接", "a link that runs a script"),
    "frame": ("嵌入的页面或插件", "an embedded page or plug-in"),
    "form": ("提交表单", "a form that is submitted"),
    "redirect": ("自动跳转", "a redirect"),
    "macro": ("宏（VBA 或 Basic）", "macros (VBA or Basic)"),
    "control": ("ActiveX 控件", "an ActiveX control"),
    "dde": ("DDE 指令", "a DDE instruction"),
    "launch": ("启动程序的动作", "an action that starts a program"),
    "javascript": ("JavaScript", "JavaScript"),
    "xfa": ("XFA 动态表单", "a dynamic form (XFA)"),
    "submit": ("提交或导入数据的动作", "an action that submits or imports data"),
    "media": ("富媒体或三维内容", "rich media or 3D content"),
    "network-link": ("网络链接（NetworkLink）", "a network link"),
    "program-object": ("内嵌的程序包对象", "a packaged object"),
}


class Acting:
    """Gathers what acts, and what fetches from elsewhere, in one file or member."""

    def __init__(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self._acts: Counter[str] = Counter()
        self._samples: dict[str, str] = {}
        self._foreign: Counter[str] = Counter()

    def acts(self, thing: str, sample: str = "", count: int = 1) -> None:
        """Note *thing*, one of those known here; *sample* shows it."""
        self._acts[thing] += count
        self._samples.setdefault(thing, sample)

    def fetches(self, address: str) -> None:
        """Note that *address* is fetched from elsewhere when the file is opened."""
        self._foreign[address[:120]] += 1

    def close(self) -> None:
        """Tell what was gathered."""
        for thing, count in self._acts.items():
            zh, en = _THINGS[thing]
            self._inspection.add(
                "active-content",
                f"含有{zh}（{count} 处），打开文件时可能被执行。",
                f"It holds {en} ({count} found), which may run when the file is opened.",
                value=self._samples[thing] or None,
                expected="不含可执行内容 nothing that runs",
            )
        if self._foreign:
            self._inspection.add(
                "foreign-reference",
                f"打开时会从外部取得内容（{self._foreign.total()} 处），如 {next(iter(self._foreign))}。",
                f"It fetches from elsewhere when it is opened ({self._foreign.total()} times), such as {next(iter(self._foreign))}.",
                value=next(iter(self._foreign)),
                expected="所有内容都在文件内 everything in the file itself",
            )
