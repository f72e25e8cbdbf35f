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
#: Excel's own limit of rows.
MAX_SHEET_ROWS = 1_048_576
#: Merged areas of one sheet; each is looked at by itself.
MAX_MERGES = 500_000
#: Bytes of a table that comes packed (zip, gzip), unpacked: twenty million rows of twelve columns have less.
MAX_PLAIN = 4 * 1024 * 1024 * 1024
#: Unpacked bytes per packed byte of such a file; text packs 3 to 20 times, very dull text 100 times.
MAX_PACKED_RATIO = 200
#: Bytes of all cells that a file's own repetitions (shared strings, merged and repeated cells) may amount to.
MAX_REPEATED = 1024 * 1024 * 1024
#: The same for cells that are looked at together, some ten thousand.
MAX_SPAN = 256 * 1024 * 1024
