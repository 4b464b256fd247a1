#!/bin/sh
# The only script a newcomer needs. It installs what is missing, says what it does, and is quick when nothing is missing.
set -eu
cd "$(dirname "$0")"

VENV=.venv
PYTHON=
say() { printf '%s\n' "do: $*" >&2; }
die() { say "$*"; exit 69; }

usage() {
    cat <<'TEXT'
usage: ./do COMMAND [arguments]

  demo               a real Asterisk, a farm of callers and agents, the gateway and a trickle of calls; Ctrl-C stops all
  run                the gateway on your own PBX (config/gateway.toml, or --config FILE)
  test [--long]      lint, types, import laws and tests (--long: also those that take minutes); further arguments go to pytest (then lint is left out)
  lint               ruff, mypy --strict, import-linter
  bench              speed, as ratios measured in one run
  pbx up|down|calls  the real Asterisk and its farm alone

Needed: Debian or another apt system, or Python 3.11+ with venv. The PBX of demo, test and pbx also needs root.
TEXT
}

# --- what the machine must have -------------------------------------------------------------------------------------

is_root() { [ "$(id -u)" -eq 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

python_is_fit() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for PYTHON in python3 python3.14 python3.13 python3.12 python3.11; do
        if python_is_fit "$PYTHON"; then return 0; fi
    done
    PYTHON=
    return 1
}

# install PURPOSE PACKAGE...: by apt as root; otherwise says exactly what is missing and what works without it.
install() {
    purpose=$1
    shift
    if ! has apt-get; then
        say "missing: $* ($purpose), and this is no apt system: install them by hand"
        return 1
    fi
    if ! is_root; then
        say "missing: $* ($purpose); as root: apt-get install -y $*"
        return 1
    fi
    say "installing by apt: $* ($purpose)"
    if ! apt_install "$@"; then
        say "apt could not install: $*"
        return 1
    fi
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q -y install --no-install-recommends "$@" >"$LOG" 2>&1 && return 0
    apt-get -q update >"$LOG" 2>&1 && apt-get -q -y install --no-install-recommends "$@" >"$LOG" 2>&1 && return 0
    tail -n 20 "$LOG" >&2
    return 1
}

# --- the virtual environment ----------------------------------------------------------------------------------------

# is_done STEP FILE: whether STEP was done with this very FILE, in this very folder.
is_done() { [ "$(cat "$VENV/done-$1" 2>/dev/null)" = "$(stamp "$2")" ]; }
stamp() { { cat "$1"; pwd; } | sha256sum; }

prepare() {
    if ! is_done packages requirements-dev.lock || ! $VENV/bin/python -c '' 2>/dev/null; then make_venv; fi
    is_done gateway pyproject.toml && return 0
    pip_install --no-deps --no-build-isolation --editable .
    stamp pyproject.toml >$VENV/done-gateway
}

make_venv() {
    find_python || { install "to run the gateway" python3 python3-venv ca-certificates tzdata && find_python; } ||
        die "nothing here works without Python 3.11 or newer with its venv module"
    say "making $VENV with $("$PYTHON" --version) (a minute, once)"
    rm -rf $VENV
    "$PYTHON" -m venv $VENV
    pip_install --require-hashes --only-binary :all: -r requirements-dev.lock
    stamp requirements-dev.lock >$VENV/done-packages
}

pip_install() {
    if $VENV/bin/python -m pip install --quiet --disable-pip-version-check "$@" >"$LOG" 2>&1; then return 0; fi
    tail -n 20 "$LOG" >&2
    die "pip could not install: $*"
}

# --- commands -------------------------------------------------------------------------------------------------------

lint() {
    failed=0
    step "ruff" $VENV/bin/ruff check . || failed=1
    step "format" $VENV/bin/ruff format --check --quiet . || failed=1
    step "mypy" $VENV/bin/mypy || failed=1
    step "imports" $VENV/bin/lint-imports --cache-dir $VENV/import-linter || failed=1
    return $failed
}

step() {
    name=$1
    shift
    if "$@" >"$LOG" 2>&1; then
        say "$name: ok"
    else
        cat "$LOG" >&2
        say "$name: FAILED"
        return 1
    fi
}

has_postgres() {
    [ -n "${HOTLINE_TEST_DATABASE_URL:-}" ] || has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

# The tests run servers of their own: Debian's package shall not set one up for the machine.
install_postgres() {
    mine=/etc/postgresql-common/createcluster.d/hotline-gateway.conf
    if is_root && has apt-get; then
        mkdir -p "${mine%/*}"
        printf 'create_main_cluster = false\n' >$mine
    fi
    installed=0
    install "for the tests on PostgreSQL" postgresql || installed=1
    rm -f $mine
    return $installed
}

run_tests() {
    if [ $# -eq 0 ] || [ "$*" = --long ]; then lint || exit 1; fi
    is_root || say "not root: the tests that need a real Asterisk are skipped (they build and enter a root file system)"
    has_postgres || install_postgres || say "the tests on PostgreSQL are skipped; those on SQLite run"
    case $* in
        "" | --long) run_both_halves "$@" ;;
        *) rm -f "$LOG"; exec $VENV/bin/python -m pytest "$@" ;;
    esac
}

# The tests on a real PBX mostly wait for its callers: the others run meanwhile, on the other core.
run_both_halves() {
    failed=0
    PBX_LOG=$(mktemp)
    say "the tests on a real PBX run beside the others; what they say comes at the end"
    $VENV/bin/python -m pytest "$@" tests/e2e tests/lab >"$PBX_LOG" 2>&1 &
    pbx=$!
    trap '[ -z "$pbx" ] || { kill "$pbx"; wait "$pbx"; }; rm -f "$LOG" "$PBX_LOG"' EXIT
    trap 'exit 130' INT TERM
    $VENV/bin/python -m pytest "$@" --ignore tests/e2e --ignore tests/lab || failed=1
    wait "$pbx" || failed=1
    pbx=
    cat "$PBX_LOG"
    [ $failed -eq 0 ] && say "tests: ok" || { say "tests: FAILED"; return 1; }
}

LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
    demo) prepare; rm -f "$LOG"; exec $VENV/bin/python -m lab.demo "$@" ;;
    run) prepare; rm -f "$LOG"; exec $VENV/bin/hotline run "$@" ;;
    test) prepare; run_tests "$@" ;;
    lint) prepare; lint ;;
    bench) prepare; rm -f "$LOG"; exec $VENV/bin/python -m tests.bench "$@" ;;
    pbx) prepare; rm -f "$LOG"; exec $VENV/bin/python -m lab "$@" ;;
    help | -h | --help) usage ;;
    *) usage >&2; say "unknown command: $command"; exit 2 ;;
esac
