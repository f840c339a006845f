"""Programs that are missing, for another machine, or end in each of their ways: the message says the way out."""

import json
import os

import pytest
import signer_conformance
from signer_conformance import ConformanceError, Inconclusive, ProgramMissing, Report, UsageError, certify, plan


@pytest.fixture
def instead(tmp_path, monkeypatch):
    """Puts a text in the program's place."""

    def put(text):
        path = tmp_path / "program"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("SIGNER_CONFORMANCE", str(path))

    return put


def ends_with(code, report=None):
    document = json.dumps(report)
    write = f"cat > \"$8/report.json\" <<'JSON'\n{document}\nJSON\n" if report else ""
    return f"#!/bin/sh\n{write}echo 'error: because of this' >&2\nexit {code}\n"


def test_the_program_is_the_installed_one(monkeypatch):
    monkeypatch.delenv("SIGNER_CONFORMANCE", raising=False)
    monkeypatch.setenv("PATH", os.devnull)
    assert os.access(signer_conformance.program(), os.X_OK)


def test_a_program_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SIGNER_CONFORMANCE", str(tmp_path / "none"))
    with pytest.raises(ProgramMissing, match="SIGNER_CONFORMANCE names .*none"):
        plan()


def test_a_program_that_was_not_installed_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.delenv("SIGNER_CONFORMANCE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sysconfig.get_path", lambda *_: str(tmp_path))
    with pytest.raises(ProgramMissing, match="pip install --force-reinstall signer-conformance"):
        plan()


def test_a_program_for_another_machine_is_told(instead):
    instead("\x7fno program of this machine")
    with pytest.raises(ProgramMissing, match="no program for this machine"):
        plan()


def test_wrong_usage_shows_what_the_program_says(instead):
    instead(ends_with(2))
    with pytest.raises(UsageError, match="because of this"):
        certify("http://127.0.0.1:9")


def test_a_run_that_could_not_begin_is_inconclusive(instead):
    instead(ends_with(3))
    with pytest.raises(Inconclusive, match="was not certified:\nerror: because of this"):
        certify("http://127.0.0.1:9")


def test_a_program_that_breaks_down_is_inconclusive(instead):
    instead("#!/bin/sh\nkill -9 $$\n")
    with pytest.raises(Inconclusive, match="exit code -9"):
        certify("http://127.0.0.1:9")


def test_an_inconclusive_run_with_a_report_is_a_report(instead, tmp_path):
    document = {"report_version": 1, "verdict": "inconclusive", "because": ["cut"], "cases": [], "findings": []}
    instead(ends_with(3, {**document, "target": {"endpoint": "http://127.0.0.1:9"}}))
    assert certify("http://127.0.0.1:9", out=tmp_path).because == ("cut",)


def test_a_report_of_another_version_is_refused(tmp_path):
    (tmp_path / "report.json").write_text('{"report_version": 99}', encoding="utf-8")
    with pytest.raises(ConformanceError, match="version 99"):
        Report.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"report_version": 1}'])
def test_a_file_that_is_no_report_is_refused(tmp_path, text):
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConformanceError, match="report.json"):
        Report.read(tmp_path)


def test_an_empty_folder_holds_no_report(tmp_path):
    with pytest.raises(ConformanceError, match="there is no report at"):
        Report.read(tmp_path)


def test_a_ledger_that_is_not_there_is_named():
    with pytest.raises(UsageError, match="no-such.toml"):
        certify("http://127.0.0.1:9", ledger="no-such.toml")


def test_a_text_in_the_place_of_a_list_is_refused():
    with pytest.raises(UsageError, match="suites? is a list"):
        certify("http://127.0.0.1:9", suites="smoke")
