"""A plugin for pytest: a case that `--expected` lists has to fail as the list says, and every other one has to pass.

The list is TOML, with a table for each case: `case`, its name, with which a function names all of its cases; `said`, a text
that its failure holds; `source`, who or what says that this is right; `reason`. A listed case that passes, that fails in
another way, or that is not there fails the run.
"""

import pathlib
import tomllib

import pytest

KEYS = {"case", "said", "source", "reason"}


def pytest_addoption(parser):
    parser.addoption("--expected", type=pathlib.Path, help="the list of cases that must fail")


def read(path):
    if path is None:
        return {}
    with path.open("rb") as file:
        rows = tomllib.load(file).get("must-fail", [])
    for row in rows:
        if set(row) != KEYS or not all(isinstance(value, str) and value for value in row.values()):
            raise pytest.UsageError(f"{path}: each [[must-fail]] has just the texts {', '.join(sorted(KEYS))}, not {row}")
    names = [row["case"] for row in rows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise pytest.UsageError(f"{path}: listed twice: {', '.join(twice)}")
    return {row["case"]: row for row in rows}


def pytest_configure(config):
    config.must_fail = read(config.getoption("expected"))


def pytest_collection_modifyitems(config, items):
    if absent := sorted(set(config.must_fail) - {name for item in items for name in names(item)}):
        raise pytest.UsageError(f"{config.getoption('expected')}: no such case: {', '.join(absent)}")


def names(item):
    """How a list may name a case: by itself, or with all others of its function."""
    return item.name, item.originalname


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    row = next((item.config.must_fail[name] for name in names(item) if name in item.config.must_fail), None)
    if row is None or report.when == "teardown":
        return report
    if report.failed:
        if row["said"] in report.longreprtext:
            report.outcome, report.wasxfail = "skipped", row["reason"]
        else:
            report.longrepr = f"{item.name} fails otherwise than the list says ({row['said']!r}):\n{report.longreprtext}"
    elif report.when == "call":
        report.outcome = "failed"
        report.longrepr = f"{item.name} passes, and the list says that it must fail: {row['reason']}. Take it off the list."
    return report
