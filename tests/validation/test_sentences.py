"""Whatever frictionless may find is said in both languages."""

from frictionless import Error

from opendata.validation.wording import SENTENCES


def error_types(root: type) -> set[str]:
    return {kind.type for kind in root.__subclasses__()} | {  # type: ignore[attr-defined]
        name for kind in root.__subclasses__() for name in error_types(kind)
    }


def test_every_error_of_frictionless_has_a_sentence_in_both_languages() -> None:
    assert error_types(Error) - SENTENCES.keys() == set()
    assert all(zh and en and zh != en for zh, en in SENTENCES.values())
