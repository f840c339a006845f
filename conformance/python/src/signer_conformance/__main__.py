"""``python -m signer_conformance`` is the program, for where the folder of scripts is not on the path."""

import subprocess
import sys

from ._program import ConformanceError, program


def main() -> int:
    try:
        return subprocess.call([program(), *sys.argv[1:]])
    except (ConformanceError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
