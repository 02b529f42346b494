#!/bin/sh
# The parser, --help and the man pages know the same options.
. "$(dirname "$0")/lib.sh"

# names_in_help COMMAND, names_in_man PAGE: long options, one a line.
names_in_help() { "$IMGCONV" "$1" --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' | sort; }
names_in_man() { sed -n '/^\.It Fl/s/.*Fl -\([a-z-]*\).*/\1/p' "$source_root/man/$1" | sort -u; }
letters_in_help() { "$IMGCONV" "$1" --help | sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' | sort; }
letters_in_man() { sed -n 's/^\.It Fl \([^-]\) .*Fl -\([a-z-]*\).*/\1 \2/p' "$source_root/man/$1" | sort; }

for command in filter kernels bench; do
    last="$command --help"
    page=imgconv-$command.1
    expect_equal "$(names_in_help $command)" "$(names_in_man $page)" "--help against $page"
    expect_equal "$(letters_in_help $command)" "$(letters_in_man $page | sed 's/^0 /0 /')" "short options of --help against $page"
    assert "$command has options" test "$(names_in_help $command | wc -l)" -gt 3
    # What is in the help is known to the parser: the complaint is about something else (bench, for one, takes no operands).
    for name in $(names_in_help $command); do
        run "$command" "--$name" nosuch
        refute "--$name is parsed" grep -q "no option" "$err"
    done
done
expect_equal "$(names_in_help info)" "help
json"
finish
