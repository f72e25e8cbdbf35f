"""How data comes in: one file per kind of source. A new kind is a file here and a line in :data:`HARVESTERS`."""

from harvesters.base import Harvester
from harvesters.ckan import Ckan
from harvesters.folder import Folder
from harvesters.sheet import Sheet

HARVESTERS: dict[str, type[Harvester]] = {"sheet": Sheet, "folder": Folder, "ckan": Ckan}
