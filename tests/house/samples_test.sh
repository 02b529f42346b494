#!/bin/sh
# samples_test.sh: samples/*.png are what samples/draw_samples.c draws, pixel by pixel (the files' bytes depend on the zlib in use),
# and samples/*.safetensors what samples/README.md says.

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

# The models are those of the table in samples/README.md, made by the command that stands there.
for model in digits digits5; do
    "$imgconv" info "samples/$model.safetensors" >"$folder/info" || failed=1
    hash=$(sed -n 's/^sha256 of the numbers //p' "$folder/info")
    row=$(grep "^| .$model. |" samples/README.md)
    command=$(grep -ao '"command":"[^"]*"' "samples/$model.safetensors" | sed 's/^"command":"//; s/"$//') # info shortens it
    right=$(sed -n 's/^  test  *mnist: \([0-9]*\) of 10000 right.*/\1/p' "$folder/info")
    for figure in "$hash" "$command" "$right"; do
        case $row in
        *"\`$figure\`"* | *"| $figure |"*) ;;
        *) echo "samples/README.md has not '$figure' of samples/$model.safetensors"; failed=1 ;;
        esac
    done
    grep -q "^  sha256  *$hash$" "$folder/info" || { echo "samples/$model.safetensors: its metadata tell another hash"; failed=1; }
done
exit $failed
