#!/bin/sh
# samples_test.sh: samples/*.png are what samples/draw_samples.c draws, pixel by pixel (the files' bytes depend on the zlib in use).

set -u
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build}
imgconv=${IMGCONV:-$build/imgconv}
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
"$build/draw_samples" "$folder" || exit 1
for sample in photo gray alpha 16bit; do
    for side in samples "$folder"; do
        pixels=$folder/$(basename "$side").pam
        "$imgconv" --quiet -k identity --alpha filter --format pam "$side/$sample.png" - >"$pixels" || failed=1
    done
    if ! cmp -s "$folder/samples.pam" "$folder/$(basename "$folder").pam"; then
        echo "samples/$sample.png is not what the program draws: make samples"
        failed=1
    fi
    size=$(wc -c <"samples/$sample.png")
    if [ "$size" -gt 400000 ]; then
        echo "samples/$sample.png has $size bytes; every copy of the program carries it, so keep it under 400000"
        failed=1
    fi
done
exit $failed
