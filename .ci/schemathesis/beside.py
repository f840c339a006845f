"""The judge beside Schemathesis, on the reference with faults drawn by seed: what each finds, with how many requests, in how
many seconds, and what each says of the reference without a fault.

    beside.py PROGRAM SCHEMATHESIS [--faults N] [--seed N] [--examples N] [--keep FOLDER]

Both ask the same server, fresh for every run. The judge signs as every identity that the server has; Schemathesis cannot sign,
so its server takes every caller. It gets the OpenAPI document that the program prints, all of its phases and checks. A fault
counts as found by it if it reports something that it says of the reference without a fault in none of three runs under other
seeds. The judge asks the cases that find most first, and the whole plan only where these find nothing; a fault counts as found
if the run does not conform. The table is Markdown.

No run depends on another, so each one's result is kept in a file as soon as it is there. Where this program is stopped and started
again, it goes on behind the last of them; with fewer faults, it makes the table of those that are kept.
"""

import argparse
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from statistics import median

BASELINES = 3

# The identities that the reference comes with: temporary credentials of the first account, the second account, and a user of
# the first one that no policy permits anything.
IDENTITIES = [
    *("--access-key", "ASIATEMPORARY00000", "--secret-key", "temporary-secret-for-tests-only"),
    *("--session-token", "session-token-for-tests-only"),
    *("--other-access-key", "AKIDOTHER000000000", "--other-secret-key", "other-secret-for-tests-only"),
    *("--denied-access-key", "AKIDDENIED00000000", "--denied-secret-key", "denied-secret-for-tests-only"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("schemathesis")
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=150)
    parser.add_argument("--keep", type=Path, help="the folder of results, which is made; without it none are kept")
    given = parser.parse_args()
    known = json.loads(subprocess.run([given.program, "faults", "--json"], check=True, capture_output=True).stdout)
    known = [fault for fault in known if "current" in fault["editions"]]
    drawn = random.Random(given.seed).sample(known, min(given.faults, len(known)))
    with tempfile.TemporaryDirectory() as folder:
        beside(given, drawn, Path(folder), Results(given))


class Results:
    """What each run came to, kept in a file of its own. A folder per program, so that none is taken for another's."""

    def __init__(self, given):
        self.folder = None
        if given.keep:
            asked = f"{given.schemathesis} {given.examples} {IDENTITIES}".encode()
            program = hashlib.sha256(Path(given.program).read_bytes() + asked).hexdigest()[:12]
            self.folder = given.keep / program
            self.folder.mkdir(parents=True, exist_ok=True)

    def of(self, name, run):
        """The result of the run with this name, which is made unless it is there."""
        path = self.folder / f"{name}.json" if self.folder else None
        if path and path.is_file():
            return json.loads(path.read_text())
        result = run()
        if path:
            whole = path.with_suffix(".part")
            whole.write_text(json.dumps(result))
            whole.rename(path)
        return result


def beside(given, drawn, folder, results):
    document = folder / "openapi.json"
    document.write_bytes(subprocess.run([given.program, "openapi"], check=True, capture_output=True).stdout)

    def judged(fault, plan, depth):
        options = ["--fault", fault] if fault else []
        return results.of(f"certify-{plan}-{fault or 'none'}", lambda: judge(given, folder, options, depth))

    def reported(fault, seed):
        options = ["--fault", fault] if fault else []
        run = lambda: schemathesis(given, folder, document, options, seed)
        told, *cost = results.of(f"schemathesis-{seed}-{fault or 'none'}", run)
        return {tuple(one) for one in told}, *cost

    usual, said, baseline = set(), [], []
    for seed in range(1, BASELINES + 1):
        told, requests, seconds = reported(None, given.seed + seed)
        usual |= told
        said.append(len(told))
        baseline.append((requests, seconds))
    plans = [("quick", ["--depth", "quick"]), ("whole", [])]
    alarms = [(name, *judged(None, name, depth)) for name, depth in plans]
    print(f"# {len(drawn)} faults of the reference, drawn with seed {given.seed}\n")
    print(f"`certify --basis observed --no-shrink`, with `--depth quick` first, and `st run --max-examples {given.examples}`, all phases and checks.\n")
    print("| without a fault | reported | requests | seconds |\n|---|--:|--:|--:|")
    for name, told, requests, seconds in alarms:
        print(f"| certify, {name} plan | {told} | {requests} | {seconds:.0f} |")
    for told, (requests, seconds) in zip(said, baseline):
        print(f"| Schemathesis | {told} | {requests} | {seconds:.0f} |")
    print("\n| fault | requirement | certify, in the plan | requests | seconds | Schemathesis | requests | seconds |", flush=True)
    print("|---|---|:-:|--:|--:|:-:|--:|--:|")
    rows = []
    for fault in drawn:
        for plan, depth in plans:
            ours = judged(fault["id"], plan, depth)
            if ours[0]:
                break
        told, *cost = reported(fault["id"], given.seed)
        theirs = (len(told - usual), *cost)
        rows.append((ours, theirs))
        runs = [(plan, ours), ("found", theirs)]
        cells = [f"{word if found else '-'} | {requests} | {seconds:.0f}" for word, (found, requests, seconds) in runs]
        print(f"| {fault['id']} | {fault['requirement']} | {' | '.join(cells)} |", flush=True)
    for index, name in enumerate(["certify", "Schemathesis"]):
        found = sum(1 for row in rows if row[index][0])
        requests, seconds = (median(row[index][column] for row in rows) for column in (1, 2))
        print(f"\n{name}: {found} of {len(rows)} found; median {requests:.0f} requests, {seconds:.0f} seconds")


class Served:
    """The reference with these options, until the block ends; each request is a line on its standard error."""

    def __init__(self, given, folder, options):
        self.log = (folder / "requests").open("w+")
        command = [given.program, "serve", "--listen", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            sys.exit(f"{' '.join(command)} does not listen: {line}")
        self.url = line.split()[2]
        self.began = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.seconds = time.monotonic() - self.began
        self.process.terminate()
        self.process.communicate()
        self.log.seek(0)
        self.requests = sum("request_id=" in line for line in self.log)
        self.log.close()


def judge(given, folder, options, depth):
    out = folder / "judged"
    with Served(given, folder, options) as served:
        command = [given.program, "certify", "--endpoint", served.url, "--basis", "observed", "--no-shrink", *IDENTITIES, *depth]
        ended = subprocess.run([*command, "--quiet", "--out", out], capture_output=True, text=True)
    if ended.returncode not in (0, 1, 3):
        sys.exit(f"certify {options}: {ended.stderr}")
    if ended.returncode == 3 and not (out / "report.json").is_file():
        return 0, served.requests, served.seconds
    findings = json.loads((out / "report.json").read_text())["findings"]
    return sum(1 for finding in findings if finding["counts"]), served.requests, served.seconds


def schemathesis(given, folder, document, options, seed):
    reports = folder / "reported"
    for old in reports.glob("*"):
        old.unlink()
    with Served(given, folder, ["--no-auth", *options]) as served:
        command = [given.schemathesis, "run", document, "--url", served.url, "--max-examples", str(given.examples)]
        command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--seed", str(seed)]
        command += ["--report", "junit", "--report-dir", reports, "--no-color"]
        # It keeps what it met where it is run.
        ended = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    files = list(reports.glob("*.xml"))
    if not files:
        sys.exit(f"st run: {ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return sorted(failures(files[0])), served.requests, served.seconds


def failures(path):
    """What it says of which operation, without the values that it was said for."""
    told = set()
    for case in ElementTree.parse(path).iter("testcase"):
        for failure in case.iter("failure"):
            for code, _, detail in re.findall(r"^- (ST\d+) (.*)\n\n?((?:    .*\n?)*)", failure.text or "", re.MULTILINE):
                first = detail.strip().splitlines()[0] if detail.strip() else ""
                told.add((case.get("name"), code, re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`|\d+", "_", first)))
    return told


if __name__ == "__main__":
    main()
