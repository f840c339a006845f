# shellcheck shell=bash
# Shell functions for the scripts `run` beside this folder, which source it from the root of the repository.

source .ci/third-party.lib

foreign=reference-impl/foreign

# foreign_sources
# Prints the folder with the source distributions that the suites come from.
foreign_sources() {
    python_sources foreign "$(foreign_environment)" "$foreign/sources.txt"
}

foreign_environment() {
    python_environment foreign "$foreign/requirements.txt"
}

# judge_with SUITE FILE-OR-FOLDER…
# Runs these tests, of which those must fail that SUITE/must-fail.toml lists, and no other.
judge_with() {
    local suite=$1 environment
    shift
    environment=$(foreign_environment) || return
    PYTHONPATH=$foreign/common:${PYTHONPATH:-} PYTHONDONTWRITEBYTECODE=1 "$environment/bin/python" -m pytest --quiet --no-header \
        --tb short -p no:cacheprovider -p expected --expected "$foreign/$suite/must-fail.toml" --rootdir "$foreign" "$@"
}
