"""Certifies implementations of the AWS Signer API.

The package carries the program ``signer-conformance``, which does all the work; the functions here start it and read its
``report.json``. ``conformance_cases`` makes one pytest test of each case:

    import pytest
    from signer_conformance import conformance_cases

    @pytest.fixture(scope="session")
    def signer_url():
        with my_server() as server:
            yield server.url

    test_signer = conformance_cases("signer_url", ledger="signer.toml")
"""

from ._program import ConformanceError, Inconclusive, ProgramMissing, UsageError, certify, plan, program
from ._report import Case, Finding, Report

__all__ = [
    "Case",
    "ConformanceError",
    "Finding",
    "Inconclusive",
    "ProgramMissing",
    "Report",
    "UsageError",
    "certify",
    "conformance_cases",
    "plan",
    "program",
]


def __getattr__(name):
    # Only who asks for the tests needs pytest.
    if name == "conformance_cases":
        from ._cases import conformance_cases

        return conformance_cases
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
