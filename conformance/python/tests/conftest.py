"""The reference implementation as a target, with a mistake or without."""

import contextlib
import subprocess

import pytest
from signer_conformance import program

pytest_plugins = ["pytester"]


@contextlib.contextmanager
def served(*options):
    command = [program(), "serve", "--listen", "127.0.0.1:0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        yield line.split()[2]
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="session")
def faulty():
    with served("--fault", "cancel-absent-500") as url:
        yield url
