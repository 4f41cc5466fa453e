#!/bin/sh
# exports.sh <provider.so>: it exports picket_entry and nothing else.
set -eu
symbols=$(nm -D --defined-only "$1" | awk '{print $NF}')
[ "$symbols" = picket_entry ] && exit 0
echo "$1 must export picket_entry only, but exports:" >&2
echo "$symbols" >&2
exit 1
