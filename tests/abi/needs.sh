#!/bin/sh
# needs.sh PROVIDER.so: a provider needs libc, libm and the loader, and nothing else that a host's machine may lack.
set -eu
others=$(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc\.so\.6|libm\.so\.6|ld-linux-x86-64\.so\.2)$' || true)
[ -z "$others" ] || { echo "$1 needs more than libc, libm and the loader: $others" >&2; exit 1; }
