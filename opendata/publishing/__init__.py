"""From a validated table to public files: every format, the package that describes them, the storage."""
