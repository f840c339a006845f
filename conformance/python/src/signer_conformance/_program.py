"""The program as a process: where it is, how it is asked, and what its exit codes mean."""

import errno
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from ._report import ConformanceError, Report

NAME = "signer-conformance"

# What a message shows of a long output.
TAIL = 20


class ProgramMissing(ConformanceError):
    """The program is not there, or is one for another machine."""


class UsageError(ConformanceError):
    """The program refused its options (exit code 2)."""


class Inconclusive(ConformanceError):
    """The run told nothing about the endpoint (exit code 3), or the program broke down."""


def program() -> str:
    """The path of the program: what SIGNER_CONFORMANCE names, else the one that was installed with this package."""
    named = os.environ.get("SIGNER_CONFORMANCE")
    if named:
        if not Path(named).is_file():
            raise ProgramMissing(f"SIGNER_CONFORMANCE names {named!r}, which is no file")
        return named
    users = {f"{os.name}_user", "osx_framework_user"}.intersection(sysconfig.get_scheme_names())
    folders = [sysconfig.get_path("scripts"), *(sysconfig.get_path("scripts", scheme) for scheme in sorted(users))]
    # Where `pip install --target` puts programs.
    folders.append(str(Path(__file__).parents[1] / "bin"))
    for folder in folders:
        path = Path(folder) / (NAME + (sysconfig.get_config_var("EXE") or ""))
        if path.is_file():
            return str(path)
    found = shutil.which(NAME)
    if found:
        return found
    raise ProgramMissing(
        f"the program {NAME} is in none of {', '.join(folders)}, nor on the path: `pip install --force-reinstall {NAME}` brings "
        f"it back; where there is no wheel for this platform ({sysconfig.get_platform()}), build it with Cargo and let "
        f"SIGNER_CONFORMANCE name it"
    )


def plan(**options) -> list[str]:
    """The names of the cases that ``certify`` runs with the same options. Nothing is asked."""
    return _run(["plan", *_arguments(**options)]).stdout.split()


def certify(endpoint: str, *, out=None, timeout=None, **options) -> Report:
    """Certifies the endpoint at that URL and gives the report, which lies in the folder ``out``.

    Options are ``ledger``, ``edition``, ``basis``, ``depth``, ``suites``, ``cases``, ``skip``, and ``options`` for any
    others of the program. The identity comes from the environment, as the program says. An endpoint that does not conform
    is no error: the report says so.
    """
    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="signer-conformance-"))
    arguments = ["certify", "--endpoint", endpoint, "--quiet", "--format", "markdown", "--out", str(folder)]
    ended = _run([*arguments, *_arguments(**options)], timeout=timeout, admitted=(0, 1, 3))
    # An inconclusive run has a report unless it could not begin; that of an earlier run is removed when one begins.
    if ended.returncode == 3 and not (folder / "report.json").is_file():
        raise Inconclusive(_told(f"{endpoint} was not certified", ended))
    return Report.read(folder, endpoint)


def _arguments(*, ledger=None, edition=None, basis=None, depth=None, suites=(), cases=(), skip=(), options=()) -> list[str]:
    arguments = []
    for option, value in [("--edition", edition), ("--basis", basis), ("--depth", depth)]:
        if value is not None:
            arguments += [option, str(value)]
    if ledger is not None:
        path = Path(ledger)
        if not path.is_file():
            raise UsageError(f"there is no ledger {str(path)!r} (seen from {os.getcwd()})")
        arguments += ["--ledger", str(path)]
    for option, values in [("--suite", suites), ("--case", cases), ("--skip", skip)]:
        if isinstance(values, str):
            raise UsageError(f"{option[2:]} is a list of texts, not the text {values!r}")
        if values:
            arguments += [option, *values]
    return [*arguments, *map(str, options)]


def _run(arguments, timeout=None, admitted=(0,)) -> subprocess.CompletedProcess:
    path = program()
    try:
        ended = subprocess.run(
            [path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", timeout=timeout
        )
    except subprocess.TimeoutExpired as error:
        raise Inconclusive(f"{NAME} {arguments[0]} was ended after {timeout} seconds") from error
    except OSError as error:
        if error.errno in (errno.ENOEXEC, errno.ENOENT, getattr(errno, "EBADARCH", None)) or getattr(error, "winerror", None) == 193:
            raise ProgramMissing(
                f"{path} is no program for this machine ({sys.platform}, {platform.machine()}): install the wheel of this "
                f"platform, or let SIGNER_CONFORMANCE name a program that was built for it"
            ) from error
        raise ProgramMissing(f"{path} cannot be run: {error.strerror}") from error
    if ended.returncode in admitted:
        return ended
    if ended.returncode == 2:
        raise UsageError(_told(f"{NAME} {arguments[0]} was used wrongly", ended))
    raise Inconclusive(_told(f"{NAME} {arguments[0]} ended with exit code {ended.returncode}", ended))


def _told(what: str, ended: subprocess.CompletedProcess) -> str:
    told = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-TAIL:]
    return "\n".join([f"{what}:", *told]) if told else f"{what}, and the program said nothing"
