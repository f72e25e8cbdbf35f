"""What can go wrong with a server, as one small tree; each says in one sentence what to do."""


class ServiceError(Exception):
    """A server could not be had or did not start."""


class MissingProgramError(ServiceError):
    """A program is not installed, and only the reader of the sentence can install it."""


class FetchError(ServiceError):
    """A download or a build failed at every try."""


class StartError(ServiceError):
    """A server ended at its start, did not answer in time, or cannot be ended; carries the end of its log."""
