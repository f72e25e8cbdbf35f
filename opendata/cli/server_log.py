"""What of the web server's own messages is worth a line."""

import logging


class Expected(logging.Filter):
    """Keeps back the server's word about many threads: they send files, the gate bounds what they compute."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* is worth a line."""
        return "Python threads" not in str(record.msg)
