"""Sends each text of the suite twice: as a whole body, and as the value of a member that the operation does not know.

The name of a text says what a parser does with it: `y_` takes it, `n_` refuses it, and `i_` may do either. A text that is
refused is so with an error that a client understands; none is answered with a fault of the server, or not at all.
"""

import http.client
import json
import os
import pathlib
import secrets
import urllib.parse

import pytest

SERVER = urllib.parse.urlsplit(os.environ["SIGNER_URL"]).netloc
TEXTS = sorted(pathlib.Path(os.environ["JSON_TEXTS"]).glob("*.json"))
# As the archive of the suite holds them: fewer would mean that the suite was not found whole.
assert len(TEXTS) == 318, f"{len(TEXTS)} texts in {os.environ['JSON_TEXTS']}"

PLATFORM = b'"platformId":"Notation-OCI-SHA384-ECDSA"'
PATIENCE_S = 20


def put(body):
    """The status and the error of PutSigningProfile with that body, on a connection of its own."""
    connection = http.client.HTTPConnection(SERVER, timeout=PATIENCE_S)
    try:
        path = f"/signing-profiles/{secrets.token_hex(8)}"
        connection.request("PUT", path, body=body, headers={"Content-Type": "application/json"})
        response = connection.getresponse()
        told = json.loads(response.read())
        return response.status, response.headers.get("x-amzn-ErrorType"), told
    finally:
        connection.close()


def refused_as_no_json(answer):
    status, error, told = answer
    return status == 400 and error == "SerializationException" and isinstance(told.get("message"), str)


def refused_for_what_is_missing(answer):
    status, error, told = answer
    return status == 400 and error == "ValidationException" and "platformId" in told.get("message", "")


def is_object(text):
    return text.lstrip(b" \t\r\n").startswith(b"{")


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_body(path):
    text = path.read_bytes()
    answer = put(text)
    kind = path.name[0]
    if kind == "y" and is_object(text):
        # The text is taken, and lacks a member that the operation requires.
        assert refused_for_what_is_missing(answer), answer
    elif kind == "i":
        assert refused_for_what_is_missing(answer) or refused_as_no_json(answer), answer
    else:
        # A body is an object, whatever else JSON has.
        assert refused_as_no_json(answer), answer


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_member(path):
    answer = put(b'{"ofNoOperation":' + path.read_bytes() + b"," + PLATFORM + b"}")
    is_taken = answer[0] == 200
    kind = path.name[0]
    if kind == "y":
        assert is_taken, answer
    elif kind == "n":
        assert refused_as_no_json(answer), answer
    else:
        assert is_taken or refused_as_no_json(answer), answer
