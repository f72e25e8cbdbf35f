"""The tables, one subject per file."""

from catalog.models.dataset import Dataset, Distribution, PublicCheck, Release
from catalog.models.download import DownloadCount, DownloadMark, DownloadSalt
from catalog.models.event import Event
from catalog.models.harvest import HarvestRecord, HarvestRun, Source
from catalog.models.inventory import InventoryField, InventoryItem, InventoryRevision
from catalog.models.negative_list import NegativeListEntry, NegativeListRevision
from catalog.models.plan import PlanItem, PlanRevision
from catalog.models.question import Question
from catalog.models.review import Decision, Report
from catalog.models.signing_key import SigningKey
from catalog.models.unit import Unit, UnitRevision

__all__ = [
    "Dataset",
    "Decision",
    "Distribution",
    "DownloadCount",
    "DownloadMark",
    "DownloadSalt",
    "Event",
    "HarvestRecord",
    "HarvestRun",
    "InventoryField",
    "InventoryItem",
    "InventoryRevision",
    "NegativeListEntry",
    "NegativeListRevision",
    "PlanItem",
    "PlanRevision",
    "PublicCheck",
    "Question",
    "Release",
    "Report",
    "SigningKey",
    "Source",
    "Unit",
    "UnitRevision",
]
