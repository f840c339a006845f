"""Compares what TLC counts in the definition in TLA+ with what `signer-conformance check` counts in the model.

For every scope: states, steps, depth, and the steps of each call. TLC also checks the properties of states and steps,
and progress. Each wrong definition has to differ in some count from the right one, to agree with the model's wrong
definition of the same name, and to break the property that its configuration names, if it names one. The requirements
that the definition follows have to be in the ledger.

Usage: compare.py TLA2TOOLS.JAR PROGRAM FOLDER [NAME…]
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# The largest scope first: the others are counted beside it.
FIRST = "joint"
JOBS = 2

# Deadlock is no fault here, and fair runs are looked at once, when all states are known, rather than again and again.
PROGRESS = ("-deadlock", "-lncheck", "final")


class Failure(Exception):
    """Something that must not be, in words."""


def main():
    jar, program, folder = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    if strangers := cited(folder) - ledger(program):
        sys.exit(f"tlc: no requirement is called {', '.join(sorted(strangers))}; model/tla follows them")
    tlc = Tlc(jar, folder)
    scopes = {scope["scope"]: scope for scope in checked(program, [])}
    known = [*sorted(scopes, key=lambda name: name != FIRST), *wrong_definitions(folder)]
    chosen = [name for name in known if not sys.argv[4:] or name in sys.argv[4:]]
    if unknown := set(sys.argv[4:]) - set(known):
        sys.exit(f"tlc: nothing is called {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    mutants = {mutant["scope"]: mutant for mutant in checked(program, wrong_definitions(folder))}

    # Runs of their own, so that what holds of fair runs of the largest scope can be looked after beside its count.
    tasks = []
    for name in chosen:
        if name in scopes:
            tasks.append((name, compare_scope, (tlc, scopes[name])))
            tasks.append((name, check_progress, (tlc, name)))
        else:
            tasks.append((name, compare_wrong, (tlc, scopes, mutants[name])))

    failed = set()
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        running = {pool.submit(task, *arguments): name for name, task, arguments in tasks}
        for future in concurrent.futures.as_completed(running):
            name = running[future]
            try:
                told, seconds = future.result()
                print(f"{name}: {told} ({seconds:.0f} s of processor time)", flush=True)
            except Failure as failure:
                failed.add(name)
                print(f"tlc: {failure}", file=sys.stderr, flush=True)
    if failed:
        sys.exit(f"tlc: {len(failed)} of {len(chosen)} differ; model/tla/README.md says how to look into it")
    print(f"tlc: {len(chosen)} definitions counted, all as check counts them")


def checked(program, names):
    """What `check` tells of the scopes of those names, or of all scopes."""
    command = [program, "check", "--json", *(["--scope", *names] if names else [])]
    # Wrong definitions end it with 1.
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode not in ((0, 1) if names else (0,)):
        sys.exit(f"tlc: {' '.join(map(str, command))} ended with {run.returncode}: {run.stderr}")
    return json.loads(run.stdout)["scopes"]


def ledger(program):
    """The ids of all requirements."""
    command = [program, "requirements", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(re.findall(r'"id": "([^"]+)"', run.stdout))


def cited(folder):
    """The ids that the comments of the definition name in full."""
    text = "".join(path.read_text() for path in folder.glob("*.tla"))
    return set(re.findall(r"\b([A-Z][A-Za-z]+/[a-z][a-z0-9-]*[a-z0-9])(?![\w*-])", text))


def wrong_definitions(folder):
    """The names of the wrong definitions, as the model calls them."""
    names = (path.stem.removeprefix("Wrong_") for path in (folder / "wrong").glob("*.tla"))
    return sorted(name.replace("_", "-") for name in names)


def scope_module(scope):
    return f"MC_{scope.replace('-', '_')}"


def compare_scope(tlc, scope):
    name = scope["scope"]
    run = tlc.run(f"scopes/{scope_module(name)}.tla", ["check.cfg"])
    if run.broken:
        raise Failure(f"{name}: {run.broken} does not hold\n{run.tail()}")
    if lines := differences(run.counts(), scope):
        raise Failure("\n  ".join([f"{name}: TLC and check count differently", *lines]))
    return f"{size(scope)}, what has to hold of states and steps does", run.seconds


def check_progress(tlc, name):
    run = tlc.run(f"scopes/{scope_module(name)}.tla", ["progress.cfg"], *PROGRESS)
    if run.broken:
        raise Failure(f"{name}: {run.broken} does not hold\n{run.tail()}")
    return "every job ends in every fair run", run.seconds


def compare_wrong(tlc, scopes, mutant):
    name = mutant["scope"]
    stem = f"wrong/Wrong_{name.replace('-', '_')}"
    comment = (tlc.folder / f"{stem}.cfg").read_text()
    of = re.search(r"^\\\* Scope: (\S+)$", comment, re.M)[1]
    breaks = re.search(r"^\\\* Breaks: (\S+)$", comment, re.M)[1]
    run = tlc.run(f"{stem}.tla", ["count.cfg", f"{stem}.cfg"])
    counts = run.counts()
    if not differences(counts, scopes[of]):
        raise Failure(f"{name}: it is wrong, and yet no count differs from those of {of}")
    if lines := differences(counts, mutant):
        raise Failure("\n  ".join([f"{name}: TLC and check count differently", *lines]))
    configuration = "progress.cfg" if breaks == "JobsEnd" else "check.cfg"
    again = tlc.run(f"{stem}.tla", [configuration, f"{stem}.cfg"], *PROGRESS)
    if (again.broken or "nothing") != breaks:
        raise Failure(f"{name}: {again.broken or 'nothing'} is broken instead of {breaks}")
    told = "differs, and breaks no property" if breaks == "nothing" else f"breaks {breaks}, and has to"
    return f"{size(mutant)}, {told}", run.seconds + again.seconds


def size(scope):
    return f"{scope['unique']} states, {scope['generated']} steps, depth {scope['depth']}"


def differences(counts, scope):
    """Where TLC's counts are not the model's, a line each."""
    names = {"states": "unique", "steps": "generated", "depth": "depth"}
    pairs = [(ours, counts[ours], scope[theirs]) for ours, theirs in names.items()]
    pairs.append(("steps without a call", counts["calls"][0], scope["ends"]))
    calls = scope["calls"]
    if len(calls) != len(counts["calls"]) - 1:
        return [f"{len(counts['calls']) - 1} calls instead of {len(calls)}"]
    for nth, call in enumerate(calls, start=1):
        pairs.append((f"call {nth}, {call['call']}", counts["calls"][nth], call["steps"]))
    return [f"{what}: {ours} by TLC, {theirs} by check" for what, ours, theirs in pairs if ours != theirs]


class Tlc:
    """The model checker."""

    def __init__(self, jar, folder):
        self.jar, self.folder = jar, folder

    def run(self, module, configurations, *options):
        """Runs it on a module, with one configuration after the other taken together."""
        with tempfile.TemporaryDirectory(prefix="tlc-") as scratch:
            configuration = pathlib.Path(scratch, "configuration.cfg")
            configuration.write_text("".join((self.folder / name).read_text() for name in configurations))
            library = f"{self.folder}:{self.folder / 'scopes'}"
            # TLC unpacks its standard modules into the folder for temporary files, where two of it would meet.
            java = ["java", "-XX:+UseParallelGC", "-Xmx2g", f"-Djava.io.tmpdir={scratch}"]
            java.append(f"-DTLA-Library={library}")
            # One worker, since with more of them the depth is not exact.
            command = [*java, "-cp", self.jar, "tlc2.TLC", "-workers", "1", "-metadir", scratch, *options]
            command += ["-config", configuration, (self.folder / module).name]
            process = subprocess.Popen(
                command,
                cwd=(self.folder / module).parent,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            with process.stdout:
                text = process.stdout.read()
            # In place of wait(), since this tells what the process has used, too.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return Run(module, process.returncode, text, usage.ru_utime + usage.ru_stime)


class Run:
    """What one run of it has told."""

    def __init__(self, module, code, text, seconds):
        self.module, self.text, self.seconds = module, text, seconds
        self.broken = None
        if "No error has been found" not in text:
            names = (
                re.search(r"Invariant (\w+) is violated", text),
                re.search(r'This property of steps is broken:", "(\w+)"', text),
                re.search(r"Temporal properties were (violated)", text),
            )
            found = next(filter(None, names), None)
            if found is None:
                raise Failure(f"{module}: TLC ended with {code}\n{self.tail()}")
            self.broken = "JobsEnd" if found[1] == "violated" else found[1]

    def counts(self):
        """States, steps, depth, and the steps of each call, of which the first are those that no call makes."""
        size = re.search(r"^(\d+) states generated, (\d+) distinct states found, 0 states left", self.text, re.M)
        depth = re.search(r"depth of the complete state graph search is (\d+)", self.text)
        told = re.findall(r'^"steps([ \d]+)"$', self.text, re.M)
        if not (size and depth and told):
            raise Failure(f"{self.module}: TLC told no counts\n{self.tail()}")
        calls = [int(number) for number in told[-1].split()]
        # TLC counts the first state among those that it generates, and as the first level.
        steps = int(size[1]) - 1
        if steps != sum(calls):
            raise Failure(f"{self.module}: TLC counts {steps} steps, which its calls do not add up to: {sum(calls)}")
        return {"states": int(size[2]), "steps": steps, "depth": int(depth[1]) - 1, "calls": calls}

    def tail(self):
        noise = ("Parsing", "Semantic", '"steps')
        return "\n".join(line for line in self.text.splitlines() if not line.startswith(noise))[-3000:]


if __name__ == "__main__":
    main()
