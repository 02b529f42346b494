#!/bin/sh
# The parser, --help and the man pages know the same options.
. "$(dirname "$0")/lib.sh"

# names_in_help COMMAND, names_in_man PAGE: long options, one a line.
names_in_help() { "$IMGCONV" "$1" --help | sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p' | sort; }
# The items of a page's options, each as "Fl -name"; one item may be of several.
items_in_man() { grep '^\.It Fl' "$source_root/man/$1" | sed 's/ , -/ , Fl -/g'; }
names_in_man() { items_in_man "$1" | grep -o 'Fl -[a-z-]*' | sed 's/^Fl -//' | sort -u; }
letters_in_help() { "$IMGCONV" "$1" --help | sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' | sort; }
letters_in_man() { items_in_man "$1" | sed -n 's/^\.It Fl \([^-]\) .*Fl -\([a-z-]*\).*/\1 \2/p' | sort; }

for command in filter kernels compare bench train eval predict; do
    last="$command --help"
    page=imgconv-$command.1
    expect_equal "$(names_in_help $command)" "$(names_in_man $page)" "--help against $page"
    expect_equal "$(letters_in_help $command)" "$(letters_in_man $page | sed 's/^0 /0 /')" "short options of --help against $page"
    assert "$command has options" test "$(names_in_help $command | wc -l)" -gt 3
done
for command in filter kernels bench; do
    # What is in the help is known to the parser: the complaint is about something else (bench, for one, takes no operands).
    for name in $(names_in_help $command); do
        run "$command" "--$name" nosuch
        refute "--$name is parsed" grep -q "no option" "$err"
    done
done
expect_equal "$(names_in_help info)" "help
json"
finish
