"""What moto's tests need around them: each begins with a server that holds nothing."""

import os
import urllib.request

import pytest


@pytest.fixture(autouse=True)
def begun_anew():
    urllib.request.urlopen(urllib.request.Request(f"{os.environ['AWS_ENDPOINT_URL']}/_signer/reset", method="POST")).close()
