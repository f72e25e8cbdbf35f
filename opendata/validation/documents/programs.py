"""Members of an archive that are programs: by their first bytes, else by the extension under which they run."""

from opendata.validation.documents.identity import suffix_of

_MAGIC = (
    (b"MZ", "Windows 程序", "a Windows program"),
    (b"\x7fELF", "Linux 程序", "a Linux program"),
    (b"\xfe\xed\xfa\xce", "macOS 程序", "a macOS program"),
    (b"\xfe\xed\xfa\xcf", "macOS 程序", "a macOS program"),
    (b"\xce\xfa\xed\xfe", "macOS 程序", "a macOS program"),
    (b"\xcf\xfa\xed\xfe", "macOS 程序", "a macOS program"),
    (b"\xca\xfe\xba\xbe", "Java 或 macOS 程序", "a Java or macOS program"),
    (b"dex\n", "Android 程序", "an Android program"),
    (b"#!", "脚本", "a script"),
    (b"L\0\0\0\x01\x14\x02\0", "Windows 快捷方式", "a Windows shortcut"),
)
_SUFFIXES = frozenset(
    [
        "exe",
        "dll",
        "com",
        "scr",
        "pif",
        "cpl",
        "msi",
        "msp",
        "sys",
        "drv",
        "ocx",
        "lnk",
        "reg",
        "bat",
        "cmd",
        "ps1",
        "psm1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "mjs",
        "wsf",
        "wsh",
        "hta",
        "sct",
        "chm",
        "sh",
        "bash",
        "csh",
        "ksh",
        "run",
        "so",
        "dylib",
        "app",
        "command",
        "deb",
        "rpm",
        "apk",
        "jar",
        "class",
        "war",
        "dex",
        "swf",
        "php",
        "jsp",
        "jspx",
        "asp",
        "aspx",
        "cgi",
        "dmg",
        "iso",
    ]
)


def program_kind(head: bytes, name: str) -> tuple[str, str] | None:
    """What kind of program a member is that begins with *head*, in both languages; None if it is none."""
    for magic, zh, en in _MAGIC:
        if head.startswith(magic) and (magic != b"MZ" or b"\0" in head):  # a text may begin so
            return zh, en
    suffix = suffix_of(name)
    return (f"可执行文件（.{suffix}）", f"executable (.{suffix})") if suffix in _SUFFIXES else None
