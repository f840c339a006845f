#!/bin/sh
# Runs one part of the plan: SHARD of SHARDS, counted from 1, and leaves its report in OUT/shard-SHARD.
# The endpoint and the identities come from the environment (SIGNER_ENDPOINT, AWS_ACCESS_KEY_ID…); options follow.
#
# What a part finds is no failure of the part: the merged report tells the verdict. Only wrong usage (2), or a part that
# left no report, fails here.
set -eu
: "${SHARD:?which part, from 1}" "${SHARDS:?how many parts}"
out=${OUT:-target/certification}/shard-$SHARD
mkdir -p "$out"
rm -f "$out/report.json"
code=0
"${PROGRAM:-signer-conformance}" certify --quiet --shard "$SHARD/$SHARDS" --out "$out" "$@" || code=$?
echo "shard $SHARD/$SHARDS ended with $code"
[ "$code" -ne 2 ] || exit 2
[ -s "$out/report.json" ] || exit "$code"
