#!/bin/sh
# The whole plan in SHARDS parts on this machine, one after the other: what the wide runs do, without a cluster. Options are those
# of the parts.
set -eu
here=$(dirname "$0")
shard=1
while [ "$shard" -le "${SHARDS:?how many parts}" ]; do
    SHARD=$shard "$here/shard.sh" "$@"
    shard=$((shard + 1))
done
exec "$here/merge.sh"
