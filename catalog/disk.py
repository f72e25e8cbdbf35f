"""When the operating system says that no space is left."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.errors import StorageFull

#: No space on the device, over quota, over the largest file allowed.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: OSError) -> bool:
    """Whether *error* says that no space is left."""
    return error.errno in NO_ROOM


@contextmanager
def room_in(folder: Path) -> Iterator[None]:
    """Say a full disk under *folder* as :class:`catalog.errors.StorageFull`."""
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise StorageFull(
            f"磁盘空间不足：{folder}；腾出空间后再次运行即可",
            f"no space is left on the disk: {folder}; make room and run again",
        ) from error
