"""Counts the instructions of each hot path, and compares them with those that the baseline lists.

compare.py PROGRAM BASELINE compare|write

PROGRAM is the bench `cost` of signer-conformance-cli, which lists its paths and does the work of one as often as it is
told. A path that takes more than TOLERANCE more or less than listed is an error: more is to be explained or mended,
and less is to be written down, so that it is not lost again unseen.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOLERANCE = 0.05

# How often each path's work is done: often enough for what differs from run to run to be lost in it.
TIMES = {"judge": 10, "observe": 50, "permits": 50}
OTHERS = 200

# Callgrind counts within this function alone.
MEASURED = "*::paths::measured"


def count(program: str, path: str, profile: Path) -> int:
    """The instructions of one round of the path."""
    times = TIMES.get(path, OTHERS)
    command = ["valgrind", "--tool=callgrind", f"--toggle-collect={MEASURED}", f"--callgrind-out-file={profile}"]
    done = subprocess.run([*command, program, "path", path, str(times)], capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"instructions: {path} cannot be counted: {done.stdout}{done.stderr}")
    if int(found[1]) == 0:
        sys.exit(f"instructions: callgrind does not find {MEASURED} in {program}: are its symbols stripped?")
    return int(found[1]) // times


def read(baseline: Path) -> dict[str, int]:
    """The listed paths with their instructions."""
    rows = [line.split() for line in baseline.read_text().splitlines() if line and not line.startswith("#")]
    return {path: int(number) for path, number in rows}


def compiler() -> str:
    """The compiler, on which the figures depend, too."""
    return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def largest(profile: Path) -> str:
    """The functions of this workspace in which most of the path's instructions are, with what they call."""
    command = ["callgrind_annotate", "--inclusive=yes", str(profile)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = re.findall(r"^ *([\d,]+ \(.*?\)).*?(signer_\w+::\S.*?)(?: \[.*)?$", done.stdout, re.MULTILINE)
    return "\n".join(f"    {share} {function[:100]}" for share, function in rows[:8])


def main() -> None:
    program, baseline, mode = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    paths = subprocess.run([program, "path"], capture_output=True, text=True, check=True).stdout.split()
    listed = read(baseline) if baseline.exists() else {}
    counted, wrong = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            profile = Path(folder) / path
            counted[path] = now = count(program, path, profile)
            before = listed.get(path)
            change = now / before - 1 if before else None
            shown = "not listed" if change is None else f"{change:+.1%} against {before:,}"
            print(f"instructions: {path:<12} {now:>12,}  {shown}", flush=True)
            if mode == "compare" and (change is None or abs(change) > TOLERANCE):
                wrong.append(path)
                print(largest(profile), flush=True)
    wrong += sorted(listed.keys() - counted.keys())
    if mode == "write":
        lines = [
            "# Instructions of one round of each hot path: .ci/third-party instructions compares, and with",
            "# BASELINE=write it counts anew.",
            f"# {compiler()}",
            *(f"{path} {number}" for path, number in counted.items()),
        ]
        baseline.write_text("\n".join(lines) + "\n")
    elif wrong:
        sys.exit(
            f"instructions: {', '.join(wrong)}: more than {TOLERANCE:.0%} away from {baseline}, or listed on one side"
            " only. If it is meant, or made by another compiler than the one named there, write it anew:"
            " BASELINE=write .ci/third-party instructions"
        )


main()
