#!/bin/sh
# Joins the reports of the SHARDS parts below OUT into OUT/whole; the exit code is that of the whole. Options follow. What more
# lies there is of an earlier run.
set -eu
out=${OUT:-target/certification}
shard=${SHARDS:?how many parts}
while [ "$shard" -ge 1 ]; do
    set -- "$out/shard-$shard" "$@"
    shard=$((shard - 1))
done
exec "${PROGRAM:-signer-conformance}" merge --out "$out/whole" "$@"
