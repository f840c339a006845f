#!/bin/sh
# Joins the reports of all parts below OUT into OUT/whole; the exit code is that of the whole.
set -eu
out=${OUT:-target/certification}
exec "${PROGRAM:-signer-conformance}" merge "$out"/shard-* --out "$out/whole"
