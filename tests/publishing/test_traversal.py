"""Threads that hand things on: all of it in order, never much in between, and the first error ends everything."""

import gzip
import io
import random
import zlib
from functools import partial
from itertools import pairwise
from threading import Event, active_count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata.publishing.formats.gzip import BLOCK, Gzip, packed_quickly, packed_tightly
from opendata.publishing.traversal import WAITING, Channel, Crew


def numbers(channel: Channel[int], count: int, given: list[int]) -> None:
    for number in range(count):
        channel.put(number)
        given.append(number)
    channel.end()


def test_everything_arrives_in_order_and_the_fast_wait_for_the_slow():
    given: list[int] = []
    ahead, taken = [], []

    def take() -> None:
        for number in channel:
            ahead.append(len(given) - number)
            taken.append(number)

    with Crew() as crew:
        channel: Channel[int] = crew.channel()
        crew.start(partial(numbers, channel, 1_000, given))
        crew.start(take)
    assert taken == given == [*range(1_000)]
    assert max(ahead) <= WAITING + 1


class Full(Exception):
    pass


@pytest.mark.parametrize("after", [0, 1, 7])
def test_the_error_of_one_stops_those_who_give_and_those_who_take(after):
    before = active_count()

    def fail() -> None:
        for number, _ in enumerate(channel):
            if number == after:
                raise Full

    with pytest.raises(Full), Crew() as crew:  # noqa: PT012 - raised when the context is left
        channel: Channel[int] = crew.channel()
        silent: Channel[int] = crew.channel()
        crew.start(lambda: [*silent])
        crew.start(fail)
        numbers(channel, 1_000, [])
    assert active_count() == before


def test_a_stop_from_outside_ends_the_threads_too():
    before, ended = active_count(), Event()

    def work() -> None:
        try:
            while True:
                crew.check()
        finally:
            ended.set()

    with pytest.raises(KeyboardInterrupt), Crew() as crew:  # noqa: PT012 - raised on, when the context is left
        crew.start(work)
        raise KeyboardInterrupt
    assert ended.is_set()
    assert active_count() == before


DICE = random.Random(3)
WORDS = [DICE.randbytes(DICE.randrange(2, 9)) for _ in range(400)]
TEXT = b"".join(DICE.choices(WORDS, k=700_000))


def packed(pieces: list[bytes]) -> bytes:
    out = io.BytesIO()
    packer = Gzip(out)
    for piece in pieces:
        packer.write(piece)
    packer.close()
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, len(TEXT)])
def test_gzip_gives_back_every_byte_in_one_member(size):
    whole = packed([TEXT[:size]])
    assert gzip.decompress(whole) == TEXT[:size]
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert (reader.decompress(whole), reader.eof, reader.unused_data) == (TEXT[:size], True, b"")


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, len(TEXT)), max_size=6))
def test_gzip_does_not_show_in_which_pieces_the_bytes_came(cuts):
    ends = [0, *sorted(cuts), len(TEXT)]
    assert packed([TEXT[a:b] for a, b in pairwise(ends)]) == packed([TEXT])


@pytest.mark.parametrize("pack", [packed_tightly, packed_quickly])
def test_gzip_finds_again_what_the_block_before_has(pack):
    once = memoryview(DICE.randbytes(3_000))
    assert len(pack(once, bytes(once))) * 10 < len(once) < len(pack(once, b""))
