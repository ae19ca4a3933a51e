"""Keys and bodies as players make them: each expected value is what pywb 2.10 and ReplayWeb.page 2.5.3 make of the same request."""

from __future__ import annotations

import pytest

from archiver.record.wacz import lookup

KEYS = {
    "https://www.one.test/News/?b=2&a=1": "test,one)/news?a=1&b=2",
    "https://one.test/": "test,one)/",
    "https://one.test/%D9%85%2C%7e?q=%26x": "test,one)/%d9%85,~?q=&x",
    "https://one.test/a?": "test,one)/a",
}


@pytest.mark.parametrize("url", KEYS)
def test_key_is_the_one_that_pywb_asks_for(url: str) -> None:
    assert lookup.key(url) == KEYS[url]


def posted(kind: str, body: bytes, method: str = "POST") -> lookup.Asked | None:
    return lookup.asked(f"{method} /a HTTP/1.1\r\nHost: one.test\r\ncontent-Type: {kind}\r\n\r\n".encode() + body)


@pytest.mark.parametrize(
    ("kind", "body", "keyed", "told"),
    [
        ("application/json", '{"a":"é","b":[1,{"a":2.0}],"c":"","d":null,"e":true}', "a=%C3%A9&b=1&a.2_=2&c=&d=null&e=true", None),
        ("application/json", "{broken", "", ""),
        ("text/plain;charset=UTF-8", "words", "__wb_post_data=d29yZHM=", ""),
        ("application/x-www-form-urlencoded", "b=two+words&a=%C3%A9", "b=two words&a=é", "b=two+words&a=%C3%A9"),
        ("application/octet-stream", "\0", "__wb_post_data=AA==", "__wb_post_data=AA=="),
        ("", "", "", "__wb_post_data="),
    ],
)
def test_body_is_flattened_as_each_player_does(kind: str, body: str, keyed: str, told: str | None) -> None:
    told = "a=%C3%A9&b=1&a.2_=2&d=null&e=true" if told is None else told
    assert posted(kind, body.encode()) == lookup.Asked("POST", keyed, told)


def test_form_in_parts_names_its_fields_and_its_files() -> None:
    body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\ntwo\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n'
    made = posted("multipart/form-data; boundary=x", (body + "Content-Type: text/plain\r\n\r\nfile\r\n--x--\r\n").encode())
    assert made == lookup.Asked("POST", "a=one%0D%0Atwo&f=file", "a=one")


def test_other_methods_are_named_and_a_get_is_left_alone() -> None:
    assert posted("text/plain", b"", "OPTIONS") == lookup.Asked("OPTIONS", "", "")
    assert posted("text/plain", b"", "GET") is None
    written = b'k 20260101000000 {"url":"https://one.test/a?b=1"}\n'
    assert lookup.line(written, lookup.Asked("PUT", "", "")) == (
        b'test,one)/a?__wb_method=put&b=1 20260101000000 {"url":"https://one.test/a?b=1","method":"PUT","requestBody":""}\n'
    )
