#!/bin/sh
# examples.sh: every line under "Examples" in README.md runs as it stands and says nothing but notes.

set -u
cd "$(dirname "$0")/../.." || exit 1
imgconv=${IMGCONV:-${BUILD:-build}/imgconv}
imgconv=$(cd "$(dirname "$imgconv")" && pwd)/imgconv
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

mkdir "$work/bin"
ln -s "$imgconv" "$work/bin/imgconv"
PATH=$work/bin:$PATH
awk '/^## Examples/ { on = 1 } /^## Kernels/ { on = 0 } on && /^imgconv / { print }' README.md >"$work/lines"
cp samples/photo.png "$work/photo.png"
cp samples/alpha.png "$work/in.png"
cd "$work" || exit 1
for class in train/0 train/1 test/0 test/1; do # a small mnist of two classes
    mkdir -p mnist/$class
    imgconv -k mean:size=28x28 -p valid -s 28 photo.png "mnist/$class/a.pgm" --channels luma || exit 1
done
imgconv -k identity photo.png photo.jpg || exit 1

while read -r line; do
    if ! (eval "$line") >said 2>errors </dev/null || grep -v '^imgconv: note: ' errors; then
        echo "failed: $line"
        cat errors
        failed=1
    fi
done <lines
[ "$(wc -l <lines)" -ge 8 ] || { echo "README.md shows fewer examples than it should"; failed=1; }
for made in edges.png soft.jpg out.png quarter.png edges/photo-scharr.png gradient.npy; do
    [ -s "$made" ] || { echo "no example made $made"; failed=1; }
done
exit $failed
