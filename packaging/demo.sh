#!/bin/sh
# demo.sh BUILD: the main job on the sample pictures. Results go to BUILD/demo/.

set -eu
build=$(cd "$1" && pwd)
program=$build/imgconv
out=$build/demo
mkdir -p "$out"

# filter RESULT SAMPLE KERNEL [OPTION...]
filter() {
    result=$1 sample=$2 kernel=$3
    shift 3
    "$program" --kernel "$kernel" "$@" --quiet "sample:$sample" "$out/$result.png"
    printf '  %-22s %s\n' "$result.png" "$(echo "--kernel $kernel" "$@" "sample:$sample")"
}

echo "Results in $out:"
filter photo-sobel photo sobel
filter photo-gaussian photo gaussian:sigma=3
filter photo-sharpen photo sharpen
filter photo-emboss photo emboss
filter photo-laplacian8 photo laplacian8
filter photo-log photo log:sigma=2 --map fit
filter gray-sobel gray sobel
filter gray-prewitt-45 gray prewitt-45
filter gray-gaussian gray gaussian:sigma=3
filter alpha-gaussian alpha gaussian:sigma=6
filter alpha-sobel alpha sobel
filter 16bit-sobel 16bit sobel --map fit

# show RESULT OPTION...: a comparison.
show() {
    result=$1
    shift
    "$program" compare "$@" -o "$out/$result" sample:photo
    printf '  %-22s %s\n' "$result" "compare $* sample:photo"
}

echo "What a network learned from digits, beside Sobel; beside the nearest hand-made kernel; and a page on all its filters:"
"$program" kernels model:digits:13 sobel-x --export "$out"
cat "$out/conv1.13.kern" "$out/sobel-x.kern" >"$out/learned-and-sobel.kern" # one bank of both, so one sheet
(cd "$out" && "$program" --kernel learned-and-sobel.kern --map fit --quiet sample:photo learned-and-sobel.png)
printf '  %-22s %s\n' learned-and-sobel.png '--kernel learned-and-sobel.kern --map fit sample:photo'
show learned.png -m model:digits:13
show report.html -m model:digits

# A path that a shell can be given as it stands.
case $program in
*[!A-Za-z0-9/._+-]*) program="'$program'" ;;
esac
echo
echo "Try (with any PNG, JPEG, PNM or NPY of yours in place of sample:photo):"
echo "$program --kernel sobel sample:photo edges.png"
echo "$program --kernel gaussian:sigma=4 sample:photo soft.jpg"
echo "$program kernels"
