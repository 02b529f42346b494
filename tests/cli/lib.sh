# lib.sh: what the scripts in this folder share. Each is run from the root of the repository with IMGCONV naming the program, works
# in a fresh empty folder, and ends with `finish`: exit 0 passed, 1 failed, 77 skipped.

IMGCONV=${IMGCONV:-build/imgconv}
case $IMGCONV in
/*) ;;
*) IMGCONV=$PWD/$IMGCONV ;;
esac
[ -x "$IMGCONV" ] || { echo "no program at $IMGCONV: build it first, or set IMGCONV" >&2; exit 1; }
source_root=$PWD
export IMGCONV

box=$(mktemp -d "${TMPDIR:-/tmp}/imgconv-cli.XXXXXX") || exit 1
trap 'chmod -R u+w "$box"; rm -rf "$box"' EXIT
trap 'exit 1' HUP INT PIPE TERM
mkdir "$box/work" "$box/seen"
cd "$box/work" || exit 1
out=$box/seen/out # standard output of the last run
err=$box/seen/err # its standard error
code=             # its exit code
failures=0
asserts=0
last=             # its command line

skip() { echo "skipped: $*"; exit 77; }

finish() {
    [ "$asserts" -gt 0 ] || { echo "nothing was asserted"; exit 1; }
    [ "$failures" -eq 0 ] || { echo "$failures of $asserts assertions failed"; exit 1; }
    exit 0
}

# verdict OK SENTENCE: counts, and tells a failure with what was run and said.
verdict() {
    asserts=$((asserts + 1))
    [ "$1" -eq 0 ] && return
    failures=$((failures + 1))
    echo "FAILED: $2"
    echo "    ran: imgconv $last"
    [ -s "$err" ] && sed 's/^/    stderr: /' "$err" | head -5
    return 0
}

# run ARGUMENT...: runs the program.
run() {
    last=$*
    "$IMGCONV" "$@" >"$out" 2>"$err" </dev/null
    code=$?
}

# assert SENTENCE COMMAND...: the command succeeds.
assert() {
    sentence=$1
    shift
    "$@" >/dev/null 2>&1
    verdict $? "$sentence"
}
refute() {
    sentence=$1
    shift
    ! "$@" >/dev/null 2>&1
    verdict $? "$sentence"
}

expect_code() { [ "$code" -eq "$1" ]; verdict $? "exit code is $code, not $1"; }
expect_out() { grep -q -e "$1" "$out"; verdict $? "standard output has no '$1'"; }
expect_err() { grep -q -e "$1" "$err"; verdict $? "standard error has no '$1'"; }
expect_quiet() { [ ! -s "$err" ]; verdict $? "standard error is not empty"; }
expect_silent() { [ ! -s "$out" ]; verdict $? "standard output is not empty"; }
expect_equal() { [ "$1" = "$2" ]; verdict $? "'$1' is not '$2'${3:+ ($3)}"; }
expect_same_file() { cmp -s "$1" "$2"; verdict $? "$1 and $2 differ"; }

# expect_one_line: standard error is one line that begins with the program's name.
expect_one_line() {
    expect_equal "$(wc -l <"$err" | tr -d ' ')" 1 "lines on standard error"
    expect_err '^imgconv: '
}

# expect_calm: nothing but notes on standard error.
expect_calm() { [ -z "$(grep -v '^imgconv: note: ' "$err")" ]; verdict $? "standard error has more than notes"; }

# ok ARGUMENT...: the run succeeds, with no word but notes.
ok() { run "$@"; expect_code 0; expect_calm; }

# usage PATTERN ARGUMENT...: wrong use: exit 2, one line that matches, no output, no file made or changed.
usage() { fails 2 "$@"; }
# broken PATTERN ARGUMENT...: failed work: exit 1, likewise.
broken() { fails 1 "$@"; }
fails() {
    want=$1 pattern=$2
    shift 2
    before=$(listing)
    run "$@"
    expect_code "$want"
    expect_one_line
    expect_err "$pattern"
    expect_silent
    expect_equal "$(listing)" "$before" "files before and after"
}

# The files here with their sums, hidden ones too.
listing() { find . -type f -exec cksum {} + 2>/dev/null | sort; find . ! -type f | sort; }

# bytes NUMBER...: the numbers as bytes.
bytes() { for byte; do printf "\\$(printf %03o "$byte")"; done; }

# pgm WIDTH HEIGHT SAMPLE...: a binary PGM on standard output; samples are repeated until it is full.
pgm() { netpbm P5 1 "$@"; }
ppm() { netpbm P6 3 "$@"; }
netpbm() {
    magic=$1 channels=$2 width=$3 height=$4
    shift 4
    printf '%s\n%d %d\n255\n' "$magic" "$width" "$height"
    left=$((width * height * channels))
    while [ "$left" -gt 0 ]; do
        for sample; do
            [ "$left" -gt 0 ] && bytes "$sample"
            left=$((left - 1))
        done
    done
}

# samples FILE COUNT: the last COUNT bytes of a file as numbers on one line: the raster of a binary PNM.
samples() { tail -c "$2" "$1" | od -An -v -tu1 | tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }

# Can script(1) run a command on a terminal?
have_terminals() { script -qec true /dev/null >/dev/null 2>&1 </dev/null; }

# shown VARIABLES ARGUMENTS: what a terminal of $columns columns and 24 lines shows, in $out: its escape character as E, half
# blocks as U, without carriage returns. Nothing but VARIABLES says what it can do, except that its locale is UTF-8.
columns=80
escape=$(printf '\033')
block=$(printf '\342\226\200')
shown() {
    last="$2 ($1)"
    bare='-u LC_ALL -u LC_CTYPE -u NO_COLOR -u COLORTERM -u COLUMNS -u LINES LANG=C.UTF-8'
    script -qec "stty cols $columns rows 24; env $bare $1 '$IMGCONV' $2" /dev/null </dev/null 2>"$err" |
        tr -d '\r' | sed "s/$escape/E/g; s/$block/U/g" >"$out"
}

# json FILE: is it strict JSON? Where nothing can tell, it is taken for granted.
if command -v python3 >/dev/null 2>&1; then
    json() { python3 -c 'import json, sys
def no(word): raise ValueError(word)
json.load(open(sys.argv[1], encoding="utf-8"), parse_constant=no)' "$1"; }
elif command -v jq >/dev/null 2>&1; then
    json() { jq . "$1"; }
else
    json() { :; }
fi
