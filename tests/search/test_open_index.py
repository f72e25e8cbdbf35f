"""The URL chooses the engine; what is wrong with it is said before anything is asked of a server."""

import pytest

from catalog.errors import SettingError
from search import open_index
from search.elastic import ElasticIndex
from search.elastic_address import Address, parse_address
from search.embedded import EmbeddedIndex


def test_the_scheme_chooses_the_engine(tmp_path):
    folder = tmp_path / "not" / "there"
    embedded, elastic = open_index(f"embedded:{folder}"), open_index("http://127.0.0.1:9/catalogue")
    assert (type(embedded), type(elastic)) == (EmbeddedIndex, ElasticIndex)
    assert not folder.exists()
    embedded.close()
    elastic.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "embedded:…, http:…, https:…"),
        ("solr://host/index", "solr"),
        ("embedded:", "unknown search URL"),
        ("/just/a/path", "unknown search URL"),
        ("https://host:9200", "https://host:9200/index"),
        ("https://host:9200/Upper", "small letters"),
        ("https://host:9200/_all", "small letters"),
        ("https://host:9200/a,b", "small letters"),
        ("https://host:99999/index", "port"),
        ("https:///index", "https://host:9200/index"),
        ("https://host/index?pasword=x", "pasword"),
        ("https://host/index?timeout=soon", "soon"),
        ("https://host/index?timeout=-1", "-1"),
        ("https://host/index?ca=/not/there.pem", "/not/there.pem"),
        ("https://[::1/index", "malformed"),
    ],
)
def test_a_malformed_url_is_refused(url: str, said: str):
    with pytest.raises(SettingError) as refused:
        open_index(url)
    assert said in refused.value.text.en
    assert refused.value.text.zh != refused.value.text.en


def test_an_address_is_taken_apart(tmp_path):
    ca = tmp_path / "ca.pem"
    ca.touch()
    url = f"https://search:p%40ss@es.example:9243/portal/data-2?ca={ca}&timeout=2.5"
    assert parse_address(url) == Address(
        server="https://es.example:9243",
        index="data-2",
        options={
            "hosts": ["https://es.example:9243/portal"],
            "headers": {"authorization": "Basic c2VhcmNoOnBAc3M="},
            "request_timeout": 2.5,
            "ca_certs": str(ca),
        },
    )
    assert parse_address("http://[::1]/data?api_key=abc%3D&fingerprint=AA:BB") == Address(
        server="http://[::1]:9200",
        index="data",
        options={
            "hosts": ["http://[::1]:9200"],
            "request_timeout": 10.0,
            "api_key": "abc=",
            "ssl_assert_fingerprint": "AA:BB",
        },
    )
