#!/bin/sh
# Ctrl-C in the middle: exit 130, nothing left behind, the old file untouched.
. "$(dirname "$0")/lib.sh"
{ printf 'P5\n500 40000\n255\n'; head -c 20000000 /dev/zero; } >in.pgm
echo old >out.pgm
before=$(listing)

# The run would take much longer than the second it is given. SIGINT needs `timeout`: a shell's own background jobs ignore it; in
# the foreground, as it else sends the signal twice, and the second one ends a run at once.
last='-k gaussian:size=199 --mode direct --threads 1 in.pgm out.pgm'
interrupt() {
    # shellcheck disable=SC2086
    "$IMGCONV" $last 2>"$err" &
    running=$!
    sleep 1
    kill -s "$1" $running
    wait $running
    code=$?
}
interrupt TERM
expect_code 130
expect_one_line
expect_equal "$(listing)" "$before" "files before and after"
if timeout --foreground --preserve-status -s INT 5 true 2>/dev/null; then
    # shellcheck disable=SC2086
    timeout --foreground --preserve-status -s INT 1 "$IMGCONV" $last 2>"$err"
    code=$?
    expect_code 130
    expect_one_line
    expect_equal "$(listing)" "$before" "files before and after"
else
    echo "timeout of GNU is not installed: SIGINT was not tested, SIGTERM was"
fi

# While it waits for standard input, which sends nothing, or stops in the middle; the one who waits may be any of its threads.
mkfifo ../seen/silent
for sent in 0 5000000; do
    for threads in 1 3; do
        last="-k mean --threads $threads - out.pgm"
        { head -c $sent in.pgm; exec sleep 30; } >../seen/silent &
        sender=$!
        # shellcheck disable=SC2086
        "$IMGCONV" $last <../seen/silent 2>"$err" &
        running=$!
        sleep 0.5
        start=$(date +%s)
        kill -s TERM $running
        wait $running
        code=$?
        expect_code 130
        expect_one_line
        assert "it ends at once" test $(($(date +%s) - start)) -lt 10
        kill $sender
        expect_equal "$(listing)" "$before" "files before and after"
    done
done

# Several inputs: those that were done stay, the rest is not begun, folders made for nothing go.
pgm 4 4 1 2 3 >small.pgm
last='-k gaussian:size=199 --mode direct --threads 1 -o made/{stem}/x.pgm small.pgm in.pgm'
interrupt TERM
expect_code 130
assert "the first result stays" test -s made/small/x.pgm
assert "the folder of the second went" test ! -e made/in
finish
