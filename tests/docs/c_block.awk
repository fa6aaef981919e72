# SPDX-License-Identifier: Apache-2.0
# Prints the wanted-th C block of a Markdown file.
/^```c$/ { block++; inside = block == wanted; next }
/^```$/ { inside = 0 }
inside
END { if (block < wanted) { print "#error " FILENAME " has no such block"; exit 1 } }
