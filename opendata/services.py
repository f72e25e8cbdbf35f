"""The only wiring: everything that the doors and the pipeline use, built from the settings."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from catalog.database import CLOCK, open_database
from catalog.migrate import require_current
from catalog.moments import CHINA
from harvesters.raw import RawStore
from opendata.publishing.signing import Signer, open_signer
from opendata.publishing.storage import open_storage
from opendata.publishing.storage.base import Storage
from opendata.settings import Settings
from search import open_index
from search.base import SearchIndex


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """What an installation consists of.

    ``sessions`` opens sessions that write, ``readers`` sessions that only read and never wait for a
    writer. ``clock`` gives the present moment; tests hand in their own.
    """

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]
    storage: Storage
    index: SearchIndex
    raw: RawStore
    signer: Signer | None = None
    clock: Callable[[], datetime] = field(default=utc_now)

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return self.clock()

    def today(self) -> date:
        """The present day in China."""
        return self.clock().astimezone(CHINA).date()

    def close(self) -> None:
        """Give back connections and locks."""
        self.index.close()
        self.engine.dispose()


def build(settings: Settings, *, clock: Callable[[], datetime] = utc_now, migrated: bool = True) -> Services:
    """Open every backend that *settings* name.

    :param migrated: require that the database's tables are this version's (`opendata init` does without).
    :raises SettingError: a scheme is unknown, or the database has to be initialised first.
    :raises Unreachable: a backend does not answer.
    """
    signer = open_signer(settings.signing_key)
    storage, index = open_storage(settings.storage_url), open_index(settings.search_url)
    engine = open_database(settings.database_url)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        if migrated:
            require_current(engine)
        undo.pop_all()
    return Services(
        settings=settings,
        engine=engine,
        sessions=sessionmaker(engine, expire_on_commit=False, info={CLOCK: clock}),
        readers=sessionmaker(
            engine.execution_options(read_only=True), expire_on_commit=False, info={CLOCK: clock}
        ),
        storage=storage,
        index=index,
        raw=RawStore(settings.raw_dir),
        signer=signer,
        clock=clock,
    )


@contextmanager
def running(settings: Settings) -> Iterator[Services]:
    """The services of *settings*, closed at the end."""
    services = build(settings)
    try:
        yield services
    finally:
        services.close()
