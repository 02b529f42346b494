#!/bin/sh
# run.sh: runs the test programs and scripts given as arguments, several at a time, and counts.
#
#     tests/run.sh PROGRAM|SCRIPT.sh ...
#
# A program on the Check framework counts by its test cases ("100%: Checks: 12, Failures: 0, Errors: 0"), anything else as one test:
# exit code 0 is ok, 77 skipped. A line with "skipped:" names what a test left out, and is shown again at the end. The output of a
# failure is shown; that of the others is not, unless VERBOSE is set. The last line is "N passed, N failed, N skipped".
#
# JOBS: how many at a time (the CPUs).  TEST_TIMEOUT: seconds until a test counts as hung (900).

set -u

# One test: its output goes to NUMBER.out, its counts to NUMBER.counts as "passed failed skipped".
run_one() {
    folder=$1 number=$2 test=$3
    out=$folder/$number.out name=$(echo "$test" | sed 's|.*tests/||')
    set -- "$test"
    [ -x "$test" ] || set -- sh "$test"
    command -v timeout >/dev/null 2>&1 && set -- timeout "${TEST_TIMEOUT:-900}" "$@"
    start=$(now)
    "$@" >"$out" 2>&1 </dev/null
    code=$?
    seconds=$(awk -v a="$start" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }')
    awk -v code="$code" '
        /^[0-9]+%: Checks: / { gsub(",", ""); checks += $3; bad += $5 + $7; counted = 1 }
        /skipped:/ { sub(/.*skipped: */, ""); skips += !seen[$0]++ }
        END {
            if (!counted && code == 77) { checks = 1; skips = 1 }
            else if (!counted) { checks = 1; bad = code != 0; skips = 0 }
            else if (code != 0 && bad == 0) { checks++; bad = 1 }
            skips = skips > checks - bad ? checks - bad : skips + 0
            print checks - bad - skips, bad + 0, skips
        }' "$out" >"$folder/$number.counts"
    read -r passed failed _ <"$folder/$number.counts"
    verdict=ok
    if [ "$failed" -gt 0 ]; then
        verdict=FAIL
    elif [ "$passed" -eq 0 ]; then
        verdict=skipped
    fi
    # One write for each test, so that the lines of tests that end together do not mix.
    report=$(
        printf '%-8s %-44s %6s s\n' "$verdict" "$name" "$seconds"
        [ $code -eq 124 ] && echo "    hung: stopped after ${TEST_TIMEOUT:-900} s"
        if [ $verdict = FAIL ] || [ -n "${VERBOSE:-}" ]; then
            sed 's/^/    /' "$out"
        fi
    )
    printf '%s\n' "$report"
    grep 'skipped:' "$out" | sed "s|^.*skipped: *|skipped: $name: |" | awk '!seen[$0]++' >"$folder/$number.skips"
    [ $code -eq 77 ] && [ ! -s "$folder/$number.skips" ] && echo "skipped: $name" >"$folder/$number.skips"
    return 0
}

now() {
    moment=$(date +%s.%N)
    echo "${moment%.N}" # a date without %N prints the letter
}

if [ "${1:-}" = --one ]; then
    shift
    run_one "$@"
    exit 0
fi

if [ $# -eq 0 ]; then
    echo "usage: tests/run.sh PROGRAM|SCRIPT.sh ..." >&2
    exit 2
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}

number=0
for test in "$@"; do
    number=$((number + 1))
    printf '%s\n%s\n%s\n' "$folder" "$number" "$test"
done | xargs -n 3 -P "$jobs" "$0" --one

cat "$folder"/*.skips 2>/dev/null
ended=$(find "$folder" -name '*.counts' | wc -l)
cat "$folder"/*.counts /dev/null | awk -v tests=$# -v ended="$ended" '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        failed += tests - ended
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed > 0
    }'
