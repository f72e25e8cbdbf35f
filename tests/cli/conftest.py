"""The terminals at which these tests type."""

from tests.cli.office import office, settled

__all__ = ["office", "settled"]
