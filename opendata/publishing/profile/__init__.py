"""What a reader wants to know before downloading: the first rows, and every column in numbers.

Filled while the rows pass by on their way into the files; its memory does not grow with them.
"""

from opendata.publishing.profile.table import ROWS, Profile

__all__ = ["ROWS", "Profile"]
