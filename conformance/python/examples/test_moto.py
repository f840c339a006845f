"""moto's Signer, one test for each case of the certification, with its known deviations as expected failures.

    pip install signer-conformance[pytest] moto[server]
    pytest examples/test_moto.py
"""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from signer_conformance import conformance_cases

LEDGER = Path(__file__).parents[2] / "targets/moto/ledger.toml"


@pytest.fixture(scope="session")
def moto_url():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Path(sys.executable).with_name("moto_server")
    process = subprocess.Popen([server, "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port, process):
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < until, "moto_server does not listen"
            time.sleep(0.1)


test_signer = conformance_cases("moto_url", basis="observed", ledger=LEDGER)
