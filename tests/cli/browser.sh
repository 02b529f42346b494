#!/bin/sh
# A report in a browser: tests/support/browser.py has what it must do.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null 2>&1 || skip "python3 drives the browser"
try() {
    timeout 150 python3 "$source_root/tests/support/browser.py" "$@" >said 2>&1
    result=$?
    [ $result -eq 77 ] && skip "$(cat said)"
    [ $result -eq 0 ] || cat said
    verdict $result "the browser finds $1 whole"
}
cp "$source_root/samples/digits5.safetensors" '<img src=x onerror=alert(1)>.safetensors'
ok compare -m './<img src=x onerror=alert(1)>.safetensors' sample:photo --random 100 -o report.html
try report.html
ok compare --random 100 -o kernels.html
try kernels.html
finish
