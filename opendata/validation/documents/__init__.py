"""Files that are no tables: told apart by their content, and judged before they are published as they came."""

from opendata.validation.documents.identity import Identity
from opendata.validation.documents.judge import inspect
from opendata.validation.documents.limits import Limits
from opendata.validation.documents.signatures import identify

__all__ = ["Identity", "Limits", "identify", "inspect"]
