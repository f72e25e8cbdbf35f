"""How much one file may hold; beyond it the file is refused as ``too-large``, never half read."""

#: Excel's own limit (XFD); a table of open data never comes near it.
MAX_COLUMNS = 16_384
#: Characters in one cell. A megabyte of text is legitimate (an outline as GeoJSON), this is not.
MAX_CELL = 16 * 1024 * 1024
#: Bytes a workbook may unpack to, all its parts together.
MAX_UNPACKED = 300 * 1024 * 1024
#: Unpacked bytes per packed byte of one part, once the part is not small: XML of tables packs 5 to 40 times.
MAX_RATIO = 200
#: Parts smaller than this unpacked are harmless whatever their ratio.
SMALL_PART = 16 * 1024 * 1024
#: Cells in the rectangle a sheet spans: readers allocate the whole rectangle, however empty it is.
MAX_RECTANGLE = 50_000_000
#: Bytes of a JSON document, which is held in memory whole.
MAX_DOCUMENT = 300 * 1024 * 1024
#: Rows looked at to tell titles from the header.
HEAD_ROWS = 50
