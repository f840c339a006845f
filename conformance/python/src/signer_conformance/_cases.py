"""The cases of a run as pytest tests."""

import pytest

from ._program import ConformanceError, certify, plan

# The test that fails for what no single case shows: an operation that is missing, a ledger line without a deviation.
VERDICT = "certification/verdict"

# Beyond so many names, the whole plan is run: a command line has its limits.
MOST_NAMES = 100


def conformance_cases(endpoint: str, *, out=None, timeout=None, **options):
    """A test function with one test for each case of the plan, to be bound to a name that pytest collects.

    ``endpoint`` names the fixture that gives the URL, or is the URL. The other options are those of ``certify``. The whole
    run is made when the first test is reached; what is not selected is not asked, where few cases are. A known deviation is
    an expected failure; a ledger line that nothing deviates from any more makes ``certification/verdict`` fail.
    """
    run = _Run(endpoint, out, timeout, options)

    @pytest.mark.parametrize("case", [*plan(**options), VERDICT])
    def test_conformance(case, request):
        run.judge(case, request, test_conformance)

    return test_conformance


class _Run:
    """One run, made once, and what each test learns from it."""

    def __init__(self, endpoint, out, timeout, options):
        self.endpoint, self.out, self.timeout, self.options = endpoint, out, timeout, options
        self.report = None
        self.broken = None

    def judge(self, name, request, function):
        __tracebackhide__ = True
        if self.broken is not None:
            pytest.skip(f"no run, as the first test says: {self.broken.splitlines()[0]}")
        if self.report is None:
            try:
                self.report = self._run(request, function)
            except ConformanceError as error:
                self.broken = str(error)
                pytest.fail(self.broken, pytrace=False)
        if name == VERDICT:
            if self.report.because:
                pytest.fail("\n".join([self.report.verdict, *self.report.because]), pytrace=False)
            return
        case = self.report.cases.get(name)
        if case is None:
            pytest.fail(f"the run has no case {name}; its report is in {self.report.folder}", pytrace=False)
        _judge(case)

    def _run(self, request, function):
        url = self.endpoint if "://" in self.endpoint else request.getfixturevalue(self.endpoint)
        items = [item for item in request.session.items if getattr(item, "function", None) is function]
        names = [item.callspec.params["case"] for item in items]
        options = dict(self.options)
        if VERDICT not in names and len(names) <= MOST_NAMES:
            options["cases"] = names
        out = self.out
        if out is None:
            out = request.getfixturevalue("tmp_path_factory").mktemp("signer-conformance")
        return certify(url, out=out, timeout=self.timeout, **options)


def _judge(case):
    __tracebackhide__ = True
    if case.verdict == "pass":
        return
    if case.verdict == "deviates":
        known = [f"{finding.requirement}: {finding.known}" for finding in case.findings if finding.known]
        pytest.xfail("; ".join(known) or case.reason)
    if case.verdict in ("skipped", "unimplemented"):
        pytest.skip(f"{case.verdict}: {case.reason}" if case.reason else case.verdict)
    if case.verdict == "fail":
        new = [str(finding) for finding in case.findings if finding.counts and not finding.known]
        pytest.fail("\n\n".join(new) or case.reason, pytrace=False)
    pytest.fail(f"{case.verdict}: {case.reason}", pytrace=False)
