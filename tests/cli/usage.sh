#!/bin/sh
# Wrong use: exit code 2, one line that says what to write instead, and nothing happens.
. "$(dirname "$0")/lib.sh"
pgm 4 4 1 2 3 4 5 >in.pgm

# No command line at all: the short help on standard error.
run
expect_code 2
expect_silent
expect_err '^Examples:'

# Commands.
usage "no command 'fitler'; did you mean 'filter'? for a file of that name write ./fitler" fitler -k sobel in.pgm out.pgm
usage "no command 'kernel'; did you mean 'kernels'" kernel
usage "no command 'teach'" teach
usage "no command 'zzzz'" zzzz
usage "imgconv -k sobel" sobel in.pgm out.pgm
usage "no command 'inof'; did you mean 'info'?$" help inof
usage "no command 'kernel'; did you mean 'kernels'?$" help kernel
usage "no command 'sobel'; for the kernel of that name write: imgconv kernels sobel$" help sobel
usage "no command 'zzzz'; 'imgconv help' lists them$" help zzzz
usage "one COMMAND" help filter info

# A kernel, an input, an output.
usage "no kernel: .*-k sobel" in.pgm out.pgm
usage "no kernel: .*-k sobel" filter
usage "no INPUT" -k sobel
usage "no OUTPUT: .*-o" -k sobel in.pgm
usage "3 pictures without -o" -k sobel in.pgm in.pgm out.pgm
usage "no FILE" info
usage "sobel" -k sobl in.pgm out.pgm
usage "." -k '1,2;3' in.pgm out.pgm
usage "'a' stands where a number should be" -k '1,a;3' in.pgm out.pgm
usage "." -k '' in.pgm out.pgm
usage "." -k 'mag(sobel-x' in.pgm out.pgm
usage "." -k sobel --sigma 2 in.pgm out.pgm
usage "." kernels sobl

# Option names: exact, with the nearest named.
usage "no option '--boarder'; did you mean '--border'" --boarder zero -k sobel in.pgm out.pgm
usage "no option '--bor'; did you mean '--border'" --bor zero -k sobel in.pgm out.pgm
usage "no option '--kern'; did you mean '--kernel'" --kern=sobel in.pgm out.pgm
usage "no option '--grey'; did you mean '--gray'" -k sobel --grey in.pgm out.pgm
usage "no option '--versio'; did you mean '--version'" --versio
usage "no option '--verison'; did you mean '--version'" --verison
usage "no option '--zzzzzz'" -k sobel --zzzzzz in.pgm out.pgm
usage "no option '-Z'" -k sobel -Z in.pgm out.pgm
usage "no option '--exprot'; did you mean '--export'" kernels --exprot x sobel
usage "no option '--explain'" kernels --explain
usage "no option '--threads'" kernels --threads 2
usage "one KERNEL, and none is named" kernels --plot x.png
usage "gray takes no value" -k sobel --gray=1 in.pgm out.pgm
usage "kernel wants a value" in.pgm out.pgm --kernel
usage "k wants a value" in.pgm out.pgm -k
usage "no option '--jsno'; did you mean '--json'" info --jsno in.pgm

# Words: ours, and what others call them.
usage "symmetric.*reflect101" -k sobel -b reflect in.pgm out.pgm
usage "reflect101.*symmetric" -k sobel -b mirror in.pgm out.pgm
for foreign in nearest edge clamp copy; do
    usage "write replicate" -k sobel -b $foreign in.pgm out.pgm
done
for foreign in circular periodic tile; do
    usage "write wrap" -k sobel -b $foreign in.pgm out.pgm
done
usage "write zero" -k sobel -b black in.pgm out.pgm
usage "write constant=7" -k sobel -b 7 in.pgm out.pgm
usage "constant=128" -k sobel -b constant in.pgm out.pgm
usage "wants a number" -k sobel -b constant=x in.pgm out.pgm
usage "did you mean 'replicate'" -k sobel -b replciate in.pgm out.pgm
usage "auto, direct, separable or fft" -k sobel --mode quick in.pgm out.pgm
usage "write fit" -k sobel --map stretch in.pgm out.pgm
usage "channels has no 'x': it is auto, each, luma, r, g, b or a" -k sobel --channels x in.pgm out.pgm
usage "write luma" -k sobel --channels gray in.pgm out.pgm
usage "write weighted" -k sobel --alpha premultiply in.pgm out.pgm
usage "write none" -k sobel --metadata strip in.pgm out.pgm
usage "vips" -k sobel --format tiff in.pgm out.pgm

# Numbers.
usage "whole number" -k sobel -s 0 in.pgm out.pgm
usage "whole number" -k sobel -s 1,2,3 in.pgm out.pgm
usage "whole number" -k sobel -s 1.5 in.pgm out.pgm
usage "whole number" -k sobel --dilation x in.pgm out.pgm
usage "whole number" -k mean --size 0 in.pgm out.pgm
usage "from 0 up" -k gaussian --sigma=-1 in.pgm out.pgm
usage "from 0 up" -k gaussian --sigma 1,2,3 in.pgm out.pgm
usage "TOP,BOTTOM" -k sobel -p 1,2,3 in.pgm out.pgm
usage "TOP,BOTTOM" -k sobel -p 1.5 in.pgm out.pgm
usage "TOP,BOTTOM" -k sobel -p 1e30 in.pgm out.pgm
usage "write valid" -k sobel -p none in.pgm out.pgm
usage "number" -k sobel --scale 1,5 in.pgm out.pgm
usage "number" -k sobel --offset inf in.pgm out.pgm
usage "number" -k sobel --bias=nan in.pgm out.pgm
usage "number" -k sobel --bias= in.pgm out.pgm
usage "three" -k sobel --mean 1,2 in.pgm out.pgm
usage "above 0" -k sobel --std 0 in.pgm out.pgm
usage "8 or 16" -k sobel --depth 12 in.pgm out.pgm
usage "1 to 100" -k sobel --quality 0 in.pgm out.pgm
usage "0 to 9" -k sobel --compression 10 in.pgm out.pgm
usage "LO below HI" -k sobel --range 5,5 in.pgm out.pgm
usage "LO,HI" -k sobel --range 5 in.pgm out.pgm
usage "rrggbb" -k sobel --background '#12345' in.pgm out.pgm
usage "rrggbb" -k sobel --background 2 in.pgm out.pgm
usage "0 to 256" -k sobel --threads -1 in.pgm out.pgm
usage "500M" -k sobel --max-pixels 5X in.pgm out.pgm
usage "500M" -k sobel --max-memory 0 in.pgm out.pgm
set -- in.pgm out.pgm
while [ $# -lt 36 ]; do
    set -- -k mean "$@" # seventeen kernels
done
usage "more than 16" "$@"

# Names of results.
usage "out.xyz: .*\.png.*--format" -k sobel in.pgm out.xyz
usage "out.tif: .*vips" -k sobel in.pgm out.tif
usage "out.webp: .*cwebp" -k sobel in.pgm out.webp
usage "out.heic: .*heif-enc" -k sobel in.pgm out.heic
usage "{dir} {stem} {ext} {kernel} {n}, not '{name}'" -k sobel -o 'x/{name}.png' in.pgm
usage "files-from needs -o" -k sobel --files-from list
usage "files-from too" -k sobel -0 in.pgm out.pgm
usage "cannot be OUTPUT" -k sobel in.pgm sample:photo
usage "empty" -k sobel '' out.pgm
usage "empty" -k sobel in.pgm ''
usage "empty" -k sobel -o '' in.pgm
usage "once" -k sobel -o '{n}.pgm' - -
usage "json" -k sobel --json in.pgm -
usage "exclude each other" kernels --text --json sobel
usage "x.kern: a file holds one kernel; several want a folder" kernels --export x.kern sobel prewitt

# A result that integers cannot hold.
usage "." -k sobel --map raw in.pgm out.pgm
finish
