"""Everything that can break, as one tree.

::

    OpenDataError
    ├── TerminalError               trying again changes nothing
    │   ├── SettingError            a setting is unknown, missing or malformed
    │   ├── InvalidInput            what somebody handed in cannot be used; carries findings
    │   │   └── UnreadableFile      bytes that are not what they claim to be
    │   ├── NotFound                no such unit, item, dataset, release, file
    │   ├── Conflict                somebody else was first, or it exists already
    │   ├── InvalidTransition       the state machine does not allow the move
    │   ├── UnsafeAddress           a URL or path that must not be followed
    │   └── Tampered                a checksum or a hash chain does not hold
    └── TransientError              the same call may succeed later
        ├── Unreachable             a server, source or backend did not answer
        ├── Busy                    somebody holds the lock
        └── StorageFull             no space is left

Bad *data* is never an exception: it is a :class:`catalog.records.Finding`.
"""

from collections.abc import Sequence

from catalog.records import Finding, Text


class OpenDataError(Exception):
    """A broken run, said in Chinese and in English.

    :param zh: one sentence in Chinese: what was wrong, where, what was expected.
    :param en: the same sentence in English.
    """

    #: Stable name for machines; also the last part of the problem type's URL.
    code = "error"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} | {en}")
        self.text = Text(zh, en)


class TerminalError(OpenDataError):
    """Trying again changes nothing."""

    code = "terminal"


class SettingError(TerminalError):
    """A setting is unknown, missing or malformed."""

    code = "setting"


class InvalidInput(TerminalError):
    """What somebody handed in cannot be used.

    :param findings: every fault that was found, so that all can be mended at once.
    """

    code = "invalid-input"

    def __init__(self, zh: str, en: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(zh, en)
        self.findings = tuple(findings)


class UnreadableFile(InvalidInput):
    """Bytes that are not what they claim to be."""

    code = "unreadable-file"


class NotFound(TerminalError):
    """No such unit, item, dataset, release or file."""

    code = "not-found"


class Conflict(TerminalError):
    """Somebody else was first, or the thing exists already."""

    code = "conflict"


class InvalidTransition(TerminalError):
    """The state machine does not allow the move."""

    code = "invalid-transition"


class UnsafeAddress(TerminalError):
    """A URL or path that must not be followed."""

    code = "unsafe-address"


class Tampered(TerminalError):
    """A checksum or a hash chain does not hold."""

    code = "tampered"


class TransientError(OpenDataError):
    """The same call may succeed later."""

    code = "transient"


class Unreachable(TransientError):
    """A server, source or backend did not answer."""

    code = "unreachable"


class Busy(TransientError):
    """Somebody else holds the lock."""

    code = "busy"


class StorageFull(TransientError):
    """No space is left where something had to be written."""

    code = "storage-full"
