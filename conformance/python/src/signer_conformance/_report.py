"""What a run left: ``report.json``, read."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

# The version of report.json that is read here.
VERSION = 1


class ConformanceError(Exception):
    """What stands between the caller and a verdict; the message says the way out."""


@dataclass(frozen=True)
class Finding:
    """One deviation, reduced to its shortest program."""

    id: str
    requirement: str
    operation: str
    basis: str
    counts: bool
    # The reason that the ledger gives.
    known: Optional[str]
    summary: str
    statement: str
    source: str
    permitted: tuple
    observed: str
    called: tuple
    replay: Optional[str]

    def __str__(self) -> str:
        lines = [f"{self.id} {self.requirement} at {self.operation}: {self.summary}"]
        lines += [f"  called    {number}. {call}" for number, call in enumerate(self.called, 1)]
        lines.append(f"  permitted {' or '.join(self.permitted)}")
        lines.append(f"  observed  {self.observed}")
        lines.append(f"  rule      {self.statement} ({self.basis})")
        lines.append(f"  source    {self.source}")
        if self.replay:
            lines.append(f"  replay    {self.replay}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Case:
    """One case of the plan and what came of it: pass, fail, deviates, unimplemented, skipped, inconclusive or error."""

    id: str
    verdict: str
    reason: str
    findings: tuple


@dataclass(frozen=True)
class Report:
    """The report of one run."""

    folder: Path
    verdict: str
    because: tuple
    cases: dict
    findings: dict

    @classmethod
    def read(cls, folder, endpoint: Optional[str] = None) -> "Report":
        """The report in that folder. The endpoint is the one that replay lines name; by default the run's."""
        path = Path(folder) / "report.json"
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConformanceError(f"there is no report at {path}: {error.strerror}") from error
        except ValueError as error:
            raise ConformanceError(f"{path} is no report: {error}") from error
        version = document.get("report_version") if isinstance(document, dict) else None
        if version != VERSION:
            what = f"{path} is a report of version {version}, and this package reads version {VERSION}"
            raise ConformanceError(f"{what}: the program and the package are of one release where pip installed them together")
        try:
            where = endpoint or document["target"]["endpoint"]
            findings = {row["id"]: _finding(Path(folder), where, row) for row in document["findings"]}
            cases = {row["id"]: _case(row, findings) for row in document["cases"]}
            return cls(Path(folder), document["verdict"], tuple(document["because"]), cases, findings)
        except (KeyError, TypeError) as error:
            raise ConformanceError(f"{path} is not a whole report: {error!r} is missing") from error


def _finding(folder: Path, endpoint: str, row: dict) -> Finding:
    program = row.get("counterexample")
    return Finding(
        id=row["id"],
        requirement=row["requirement"],
        operation=row["operation"],
        basis=row["basis"],
        counts=row["counts"],
        known=(row.get("known") or {}).get("reason"),
        summary=row["summary"],
        statement=row.get("statement", ""),
        source=row.get("source", ""),
        permitted=tuple(row["permitted"]),
        observed=row["observed"],
        called=tuple(row.get("called", ())),
        replay=f"signer-conformance replay {folder / program} --endpoint {endpoint}" if program else None,
    )


def _case(row: dict, findings: dict) -> Case:
    found = tuple(findings[name] for name in row.get("findings", ()) if name in findings)
    return Case(row["id"], row["verdict"], row.get("reason") or "", found)
