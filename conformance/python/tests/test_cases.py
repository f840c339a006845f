"""The cases as tests: what passes, what fails and how, and what a ledger makes of it."""

import json
import re

FOUND = "CancelSigningProfile/absent"

LEDGER = """
name = "faulty"
edition = "current"

[[deviation]]
requirement = "{requirement}"
operation = "{operation}"
reason = "seeded for this test"
date = "2026-11-29"
"""


def run(pytester, url, ledger=None, more=""):
    options = "suites=['smoke'], options=['--no-shrink']"
    if ledger is not None:
        pytester.path.joinpath("signer.toml").write_text(ledger, encoding="utf-8")
        options += ", ledger='signer.toml'"
    pytester.makepyfile(
        f"""
        import pytest
        from signer_conformance import conformance_cases

        @pytest.fixture(scope="session")
        def url():
            return {url!r}

        test_signer = conformance_cases("url", {options}{more})
        """
    )
    return pytester.runpytest_subprocess("-rfxs", "-p", "no:cacheprovider")


def test_a_case_that_departs_fails_with_the_line_that_replays_it(pytester, faulty):
    result = run(pytester, faulty)
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 2 and outcomes["passed"] > 10, outcomes
    text = result.stdout.str()
    assert f"F001 {FOUND} at CancelSigningProfile" in text
    replay = re.search(r"replay +signer-conformance (replay \S+F001\.json --endpoint \S+)", text)
    assert replay, text
    from signer_conformance import _program

    ended = _program._run(replay[1].split(), admitted=(0, 1, 2, 3))
    assert ended.returncode == 1, "the replay line finds it again: " + ended.stdout


def test_a_known_deviation_is_an_expected_failure(pytester, faulty):
    ledger = LEDGER.format(requirement=FOUND, operation="CancelSigningProfile")
    result = run(pytester, faulty, ledger)
    outcomes = result.parseoutcomes()
    assert outcomes["xfailed"] == 1 and "failed" not in outcomes, result.stdout.str()
    assert "seeded for this test" in result.stdout.str()


def test_what_no_case_shows_fails_the_verdict(pytester, monkeypatch):
    report = {"report_version": 1, "verdict": "nonconforming", "because": ["ledger line 5 is not seen any more"], "findings": []}
    report["target"] = {"endpoint": "http://127.0.0.1:9"}
    report["cases"] = [{"id": "smoke/A", "verdict": "pass"}, {"id": "smoke/B", "verdict": "unimplemented", "reason": "no B"}]
    program = pytester.path / "program"
    write = f"cat > \"$8/report.json\" <<'JSON'\n{json.dumps(report)}\nJSON\nexit 1\n"
    program.write_text(f"#!/bin/sh\n[ $1 = plan ] && echo smoke/A && echo smoke/B && exit\n{write}", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("SIGNER_CONFORMANCE", str(program))
    result = run(pytester, "http://127.0.0.1:9")
    assert result.parseoutcomes() == {"passed": 1, "skipped": 1, "failed": 1}, result.stdout.str()
    assert "ledger line 5 is not seen any more" in result.stdout.str()


def test_only_what_is_selected_is_asked(pytester, faulty):
    run(pytester, faulty)
    result = pytester.runpytest_subprocess("-k", "smoke/GetSigningProfile", "--basetemp=kept")
    assert result.parseoutcomes()["passed"] == 1
    report = pytester.path / "kept/signer-conformance0/report.json"
    assert report.read_text(encoding="utf-8").count('"suite": "smoke"') <= 2


def test_a_target_that_is_not_there_fails_one_test_and_says_so(pytester):
    result = run(pytester, "http://127.0.0.1:9")
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 1 and "passed" not in outcomes, outcomes
    assert "http://127.0.0.1:9 was not certified" in result.stdout.str()


def test_a_suite_that_is_not_there_is_an_error_of_the_collection(pytester, faulty):
    result = run(pytester, faulty, more=", skip=['no-such-case']")
    assert result.parseoutcomes() == {"errors": 1} or "error" in result.stdout.str()
    assert "no case's name contains" in result.stdout.str()
