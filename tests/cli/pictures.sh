#!/bin/sh
# Pictures through the command: the faults that other tools have.
. "$(dirname "$0")/lib.sh"

# An impulse gives the kernel turned, as correlation does; --flip gives it as written.
pgm 3 3 0 0 0 0 1 0 0 0 0 >dot.pgm
ok --quiet -k '1,2,3;4,5,6;7,8,9' -b zero dot.pgm out.pgm
expect_equal "$(samples out.pgm 9)" "9 8 7 6 5 4 3 2 1"
ok --quiet -k '1,2,3;4,5,6;7,8,9' -b zero --flip dot.pgm out.pgm
expect_equal "$(samples out.pgm 9)" "1 2 3 4 5 6 7 8 9"

# A step up and a step down give equal magnitudes, nothing wraps round, and the clipping is told once.
pgm 8 5 0 0 0 0 255 255 255 255 >up.pgm
pgm 8 5 255 255 255 255 0 0 0 0 >down.pgm
run -k sobel up.pgm up-out.pgm
expect_code 0
expect_one_line
expect_err '^imgconv: note: .*--map fit'
run -k sobel down.pgm down-out.pgm
expect_same_file up-out.pgm down-out.pgm
expect_equal "$(samples up-out.pgm 8)" "0 0 0 255 255 0 0 0"
run -k sobel --quiet up.pgm up-out.pgm
expect_quiet
ok -k sobel-x --scale 0.25 up.pgm up-out.pgm
expect_equal "$(samples up-out.pgm 8)" "0 0 0 255 255 0 0 0"
ok -k sobel-x up.pgm up-out.npy

# A flat picture has no edges, at its borders neither.
pgm 12 9 200 >flat.pgm
for kernel in sobel prewitt laplacian4 laplacian8 log log-5 scharr; do
    for border in replicate symmetric reflect101 wrap; do
        run --quiet -k $kernel -b $border flat.pgm out.pgm
        expect_equal "$(samples out.pgm 108 | tr ' ' '\n' | sort -u)" 0 "$kernel $border"
    done
done

# White square on transparent red: no red after a blur.
{
    printf 'P7\nWIDTH 9\nHEIGHT 9\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n'
    for y in 0 1 2 3 4 5 6 7 8; do
        for x in 0 1 2 3 4 5 6 7 8; do
            case $y$x in
            [345][345]) bytes 255 255 255 255 ;;
            *) bytes 255 0 0 0 ;;
            esac
        done
    done
} >square.pam
ok -k gaussian:sigma=1 square.pam out.pam
samples out.pam 324 | tr ' ' '\n' | paste -d ' ' - - - - >../seen/pixels
expect_equal "$(awk '$4 > 0 && ($2 < 250 || $3 < 250) { red++ } END { print red + 0 }' ../seen/pixels)" 0 "reddish pixels"
assert "and it did blur" test "$(awk '$4 > 0 && $4 < 255' ../seen/pixels | wc -l)" -gt 8

# A small sigma still does something.
pgm 9 9 0 0 0 0 0 0 0 0 0 0 0 255 >spots.pgm
ok -k gaussian:sigma=0.5 spots.pgm out.pgm
refute "gaussian:sigma=0.5 changes the picture" cmp -s spots.pgm out.pgm

# Identity changes no sample: 8 bits, 16 bits, odd maxval, through every format that holds them.
{
    printf 'P5\n256 4\n65535\n'
    printf "$(awk 'BEGIN { for (i = 0; i < 1024; i++) printf "\\%03o\\%03o", int(i / 4), (i * 61) % 256 }')"
} >ramp.pgm
ok -k identity ramp.pgm same.pgm
expect_same_file ramp.pgm same.pgm
ok -k identity ramp.pgm ramp.png
ok info ramp.png
expect_out '16 bits'
ok -k identity ramp.png back.pgm
expect_same_file ramp.pgm back.pgm
pgm 16 16 0 1 127 128 254 255 33 >eight.pgm
for format in png pam; do
    ok -k identity eight.pgm eight.$format
    ok -k identity eight.$format back.pgm
    expect_same_file eight.pgm back.pgm
done
printf 'P5\n4 1\n100\n\000\062\143\144' >hundred.pgm
ok -k identity hundred.pgm same.pgm
expect_same_file hundred.pgm same.pgm

# A JPEG with EXIF orientation 6 comes out upright: its left half becomes the top.
awk 'BEGIN { for (y = 0; y < 16; y++) for (x = 0; x < 32; x++) printf x < 16 ? "\\000" : "\\377" }' >../seen/octal
{ printf 'P5\n32 16\n255\n'; printf "$(cat ../seen/octal)"; } >lying.pgm
ok -k identity --quality 95 lying.pgm lying.jpg
{
    printf '\377\330\377\341\000\042Exif\000\000MM\000*\000\000\000\010' # SOI, APP1 of 34 bytes, TIFF header
    printf '\000\001\001\022\000\003\000\000\000\001\000\006\000\000\000\000\000\000' # one entry: 0x112, SHORT, 6
    tail -c +3 lying.jpg
} >exif.jpg
ok info exif.jpg
expect_out '16 wide, 32 high'
expect_out 'orientation  6'
ok -k identity exif.jpg upright.png
ok -k identity upright.png upright.pgm
assert "16 wide, 32 high" grep -a -q '^16 32' upright.pgm
samples upright.pgm 512 | tr ' ' '\n' >../seen/pixels
expect_equal "$(awk '(NR <= 256) != ($1 < 50) { wrong++ } END { print wrong + 0 }' ../seen/pixels)" 0 "pixels in the wrong half"
ok -k identity upright.png again.jpg
ok info again.jpg
refute "the orientation is used up" grep -q orientation "$out"

# Half a PNG is a failure, and the old result stays.
ok -k identity sample:photo photo.png
head -c $(($(wc -c <photo.png) / 2)) photo.png >half.png
echo old >keep.png
broken half.png -k gaussian half.png keep.png
expect_equal "$(cat keep.png)" old

# laplacian8 has 1s round -8 and log has a negative centre: at a bright dot.
pgm 3 3 0 0 0 0 10 0 0 0 0 >dot.pgm
ok --quiet -k laplacian8 -b zero --map clip --offset 100 dot.pgm out.pgm
expect_equal "$(samples out.pgm 9)" "110 110 110 110 20 110 110 110 110"

# Pixels that are few, kernels that are large.
pgm 1 1 77 >one.pgm
for border in replicate symmetric reflect101 wrap; do
    ok -k mean:size=9 -b $border one.pgm out.pgm
    expect_equal "$(samples out.pgm 1)" 77 "$border"
done
usage "." -k mean:size=9 -p valid one.pgm out.pgm

# Every mode gives the same picture.
ok -k gaussian:sigma=2 --mode direct sample:gray direct.png
ok -k gaussian:sigma=2 --mode separable sample:gray separable.png
ok -k identity direct.png direct.pgm
ok -k identity separable.png separable.pgm
size=$(wc -c <direct.pgm)
samples direct.pgm "$size" | tr ' ' '\n' >../seen/direct
samples separable.pgm "$size" | tr ' ' '\n' >../seen/separable
paste ../seen/direct ../seen/separable >../seen/both
expect_equal "$(awk '{ d = $1 - $2 } d * d > 1 { far++ } END { print far + 0 }' ../seen/both)" 0 "samples further apart than 1"
finish
