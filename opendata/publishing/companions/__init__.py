"""What lies beside the data in every release: a README, the data dictionary, how to cite it, what changed."""

from opendata.publishing.companions.all import Companion, companions
from opendata.publishing.companions.changelog import Change

__all__ = ["Change", "Companion", "companions"]
