"""The closed lists of the field, each term with its code, its labels and the spellings seen in real sheets.

Sources: the 2017 guide to compiling the catalogue of government information resources (share type,
update cycle, formats, types of 信息项), the 2016 opinion art. 14 (the eight domains), and the drift
between real systems (aliases).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


def fold(text: str) -> str:
    """*text* as it is compared: NFKC (full-width to half-width), no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class Vocabulary:
    """A closed list; iterating gives its terms in the order in which people expect them."""

    name: str
    terms: tuple[Term, ...]
    _index: dict[str, Term] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, Term] = {}
        for term in self.terms:
            for spelling in (term.code, term.zh, term.en, *term.aliases):
                index.setdefault(fold(spelling), term)
        object.__setattr__(self, "_index", index)

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def find(self, text: str) -> Term | None:
        """The term that *text* names by code, label or alias; None if it names none."""
        return self._index.get(fold(text))

    def term(self, code: str) -> Term:
        """The term with this exact *code*; :class:`KeyError` if there is none."""
        for term in self.terms:
            if term.code == code:
                return term
        raise KeyError(code)

    def labels(self) -> str:
        """All Chinese labels, for a message that says what was expected."""
        return "、".join(term.zh for term in self.terms)


OPENNESS = Vocabulary(
    "openness",
    (
        Term("unconditional", "无条件开放", "Open without conditions", ("1", "普遍开放", "无条件", "是")),
        Term(
            "conditional",
            "有条件开放",
            "Open on conditions",
            ("2", "受限开放", "依申请开放", "有条件", "受限"),
        ),
        Term("closed", "不予开放", "Not open", ("3", "0", "禁止开放", "不开放", "disallowed", "否")),
    ),
)
SHARING = Vocabulary(
    "sharing",
    (
        Term("unconditional", "无条件共享", "Shared without conditions", ("1", "无条件")),
        Term("conditional", "有条件共享", "Shared on conditions", ("2", "有条件")),
        Term("none", "不予共享", "Not shared", ("3", "不共享")),
    ),
)
UPDATE_CYCLE = Vocabulary(
    "update_cycle",
    (
        Term("realtime", "实时", "Real time", ("1", "01", "real-time")),
        Term("daily", "每日", "Daily", ("2", "02", "每天", "日", "day")),
        Term("weekly", "每周", "Weekly", ("3", "03", "周", "week")),
        Term("monthly", "每月", "Monthly", ("4", "04", "月", "month")),
        Term("quarterly", "每季度", "Quarterly", ("5", "05", "每季", "季度", "quarter")),
        Term("semiannual", "每半年", "Every six months", ("半年", "half-year")),
        Term("annual", "每年", "Annually", ("6", "06", "年", "year", "yearly")),
        Term("irregular", "不定期", "Irregular", ("其他", "08")),
        Term("on-demand", "按需", "On demand", ("ondemand", "按需更新")),
        Term("never", "不更新", "Never updated", ("静态", "一次性")),
    ),
)
#: Days after which the data of a cycle are past due, before any grace; None: no date can be told.
CYCLE_DAYS: dict[str, int | None] = {
    "realtime": 1,
    "daily": 1,
    "weekly": 7,
    "monthly": 31,
    "quarterly": 92,
    "semiannual": 184,
    "annual": 366,
    "irregular": None,
    "on-demand": None,
    "never": None,
}


def due_on(update_cycle: str, since: date, grace_days: int) -> date | None:
    """The last day on which data of *since* are current: the cycle's end plus grace; None: no date can be told."""
    days = CYCLE_DAYS.get(update_cycle)
    return None if days is None else since + timedelta(days=days + grace_days)


DOMAIN = Vocabulary(
    "domain",
    (
        Term("geography", "地理信息", "Geography", ("地理空间",)),
        Term("transport", "道路交通", "Roads and transport", ("交通运输", "交通")),
        Term("public-services", "公共服务", "Public services"),
        Term("statistics", "经济统计", "Economic statistics", ("统计",)),
        Term("qualifications", "资格资质", "Qualifications"),
        Term("environment", "环境环保", "Environment", ("生态环境", "环境保护")),
        Term("food-drug-safety", "食品药品安全", "Food and drug safety"),
        Term("administration", "行政管理", "Administration"),
    ),
)
#: The twenty themes by which national platforms file government information (after GB/T 21063.4).
THEME = Vocabulary(
    "theme",
    (
        Term("general-affairs", "综合政务", "General government affairs"),
        Term("economy", "经济管理", "Economic administration"),
        Term("land-energy", "国土资源、能源", "Land, resources and energy", ("国土资源", "能源")),
        Term(
            "industry-transport", "工业、交通、邮政", "Industry, transport and post", ("工业", "交通", "邮政")
        ),
        Term("information-industry", "信息产业", "Information industry"),
        Term(
            "construction-environment",
            "城乡建设、环境保护",
            "Construction and environment",
            ("城乡建设", "环境保护"),
        ),
        Term("agriculture-water", "农业、水利", "Agriculture and water", ("农业", "水利")),
        Term("finance", "财政", "Public finance"),
        Term("commerce", "商业、贸易", "Commerce and trade", ("商业", "贸易")),
        Term("tourism-services", "旅游、服务业", "Tourism and services", ("旅游", "服务业")),
        Term(
            "meteorology-surveying",
            "气象、水文、测绘、地震",
            "Meteorology, hydrology, surveying and earthquakes",
            ("气象", "水文", "测绘", "地震"),
        ),
        Term("foreign-affairs", "对外事务", "Foreign affairs"),
        Term("justice", "政法、监察", "Justice and supervision", ("政法", "监察")),
        Term("science-education", "科技、教育", "Science and education", ("科技", "教育")),
        Term("culture-health", "文化、卫生、体育", "Culture, health and sports", ("文化", "卫生", "体育")),
        Term("defence", "军事、国防", "Defence", ("军事", "国防")),
        Term("labour", "劳动、人事", "Labour and personnel", ("劳动", "人事")),
        Term("civil-affairs", "民政、社区", "Civil affairs and communities", ("民政", "社区")),
        Term("secretariat", "文秘、行政", "Secretariat and administration", ("文秘", "行政")),
        Term("organisations", "综合党团", "Party and mass organisations"),
    ),
)
LEVEL = Vocabulary(
    "level",
    (
        Term("province", "省级", "Province", ("省", "省直")),
        Term("city", "市级", "City", ("市", "设区市", "市直")),
        Term("county", "县级", "County", ("县", "县(市、区)", "县直", "区县级")),
    ),
)
UNIT_CLASS = Vocabulary(
    "unit_class",
    (
        Term("government", "机关", "Government body", ("行政机关", "国家机关", "政府部门", "政府")),
        Term("institution", "事业单位", "Public institution"),
        Term("organisation", "群团组织", "Mass organisation", ("人民团体", "群众团体", "organization")),
        Term("enterprise", "企业", "Enterprise", ("公用企业", "国有企业")),
    ),
)
#: Types of 信息项 in the 2017 guide, with the Table Schema type that each becomes.
FIELD_TYPE = Vocabulary(
    "field_type",
    (
        Term("C", "字符型", "String", ("字符型C", "字符串", "string", "varchar")),
        Term("N", "数值型", "Number", ("数值型N", "数值", "number", "decimal")),
        Term("Y", "货币型", "Currency", ("货币型Y",)),
        Term("D", "日期型", "Date", ("日期型D", "日期")),
        Term("T", "日期时间型", "Date and time", ("日期时间型T", "datetime", "时间戳")),
        Term("L", "逻辑型", "Logical", ("逻辑型L", "boolean", "布尔型")),
        Term("M", "备注型", "Memo", ("备注型M", "text", "文本")),
        Term("G", "通用型", "General", ("通用型G",)),
        Term("B", "双精度型", "Double", ("双精度型B", "double")),
        Term("I", "整型", "Integer", ("整型I", "整数", "int")),
        Term("F", "浮点型", "Float", ("浮点型F", "float")),
    ),
)
TABLE_SCHEMA_TYPES: dict[str, str] = {
    "C": "string",
    "N": "number",
    "Y": "number",
    "D": "date",
    "T": "datetime",
    "L": "boolean",
    "M": "string",
    "G": "string",
    "B": "number",
    "I": "integer",
    "F": "number",
}
SCOPE = Vocabulary(
    "scope",
    (
        Term("resource", "资源", "Resource", ("信息资源",)),
        Term("keyword", "关键词", "Keyword", ("关键字",)),
        Term("unit", "单位", "Unit"),
    ),
)
SOURCE_KIND = Vocabulary(
    "source_kind",
    (
        Term("sheet", "表格清单", "Sheet", ("表格",)),
        Term("folder", "文件夹", "Folder", ("目录",)),
        Term("ckan", "CKAN门户", "CKAN portal"),
    ),
)
GROUND = Vocabulary(
    "ground",
    (
        Term("personal-data", "个人信息", "Personal data", ("隐私", "个人隐私", "privacy")),
        Term("secrecy", "国家秘密或商业秘密", "State or trade secret", ("涉密", "秘密", "secret")),
        Term("error", "数据错误", "Wrong data", ("错误",)),
        Term("law", "法律要求", "Required by law", ("依法", "法律法规")),
    ),
)
#: The kind of release that has a schema and rows, and formats of our own.
TABLE = "table"
#: The kind of a release of which the source said nothing, until it is judged by its content.
UNDECIDED = ""
#: What a release is made of: a table in our own formats, or something that is published as it came.
RELEASE_KIND = Vocabulary(
    "release_kind",
    (
        Term(
            TABLE,
            "数据表",
            "Table",
            (
                "表格",
                "电子表格",
                "数据库",
                "结构化",
                "data",
                "csv",
                "tsv",
                "xlsx",
                "xls",
                "et",
                "ods",
                "json",
                "jsonl",
                "geojson",
                "xml",
                "parquet",
            ),
        ),
        Term(
            "document",
            "文档",
            "Document",
            (
                "文本",
                "电子文件",
                "pdf",
                "doc",
                "docx",
                "wps",
                "ofd",
                "odt",
                "pptx",
                "ppt",
                "odp",
                "html",
                "htm",
            ),
        ),
        Term(
            "image",
            "图像",
            "Image",
            (
                "图片",
                "图形图像",
                "照片",
                "png",
                "jpg",
                "jpeg",
                "tif",
                "tiff",
                "gif",
                "webp",
                "svg",
                "bmp",
                "jp2",
            ),
        ),
        Term("archive", "压缩包", "Archive", ("打包文件", "zip", "7z", "rar", "tar", "tar.gz", "tgz")),
        Term(
            "geodata",
            "空间数据",
            "Geographic data",
            ("地图", "矢量数据", "shp", "shapefile", "gpkg", "kml", "kmz", "geotiff"),
        ),
    ),
)


def kinds_of(formats: Iterable[str]) -> frozenset[str]:
    """The kinds of release that the names of *formats* promise; none if one of them promises nothing certain.

    An archive is only a wrapping: what is inside may be anything.
    """
    found = [RELEASE_KIND.find(name) for name in formats]
    kinds = frozenset(term.code for term in found if term)
    return frozenset() if None in found or "archive" in kinds else kinds


YES_NO = Vocabulary(
    "yes_no",
    (
        Term("yes", "是", "Yes", ("1", "true", "y", "√", "有")),
        Term("no", "否", "No", ("0", "false", "n", "×", "无")),
    ),
)
