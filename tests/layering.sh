#!/bin/sh
# layering.sh [source folder]: holds every #include "..." to the arrows between the layers (doc/architecture.md). Tests may include anything.
set -eu
cd "${1:-$(dirname "$0")/..}"

find sdk plugin host-sim -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.c' -o -name '*.cpp' \) -exec grep -HnE '^[[:space:]]*#[[:space:]]*include' {} + |
  awk -F: '
    # The layer that a path belongs to.
    function layer(path) {
      if (path ~ /^sdk\/include\/picket\/abi(\/|\.h$)/) return "abi"
      if (path ~ /^sdk\/include\//) return "contract"
      if (path ~ /^sdk\/[a-z]+\//) { split(path, p, "/"); return p[2] }
      if (path ~ /^plugin\/[^\/]+\//) { split(path, p, "/"); return "plugin/" p[2] }
      if (path ~ /^host-sim\/vendors\//) return "vendors"
      if (path ~ /^host-sim\//) return "host-sim"
      if (path ~ /^tests\//) return "tests"
      return "?"
    }
    BEGIN {
      allowed["abi"] = "abi"
      allowed["contract"] = "contract abi"
      allowed["common"] = "common contract abi"
      allowed["provider"] = "provider common contract abi"
      allowed["mirror"] = "mirror common contract abi"
      allowed["bridge"] = "bridge provider mirror common contract abi"
      allowed["example"] = "example provider mirror common contract abi"
      allowed["host"] = "host common contract abi"
      allowed["vendors"] = "vendors common contract abi"
      allowed["host-sim"] = "host-sim host common contract abi"
    }
    {
      file = $1; line = $2
      text = substr($0, length(file) + length(line) + 3)
      from = layer(file)
      if (text ~ /\.\.\// || text ~ /<(sdk|plugin|host-sim|tests)\//) { print file ":" line ": name our own headers from the root, in quotes: " text; bad = 1; next }
      if (text ~ /</) {
        if (from != "abi" || text ~ /<(stdbool|stddef|stdint)\.h>/) next
        print file ":" line ": the contract includes only itself, <stdbool.h>, <stddef.h> and <stdint.h>: " text; bad = 1; next
      }
      target = text; sub(/^[^"]*"/, "", target); sub(/".*$/, "", target)
      if (target ~ /^picket\//) path = "sdk/include/" target
      else if (target ~ /^(sdk|plugin|host-sim|tests)\//) path = target
      else { path = file; sub(/[^\/]*$/, "", path); path = path target }  # beside the file
      to = layer(path)
      names = from ~ /^plugin\// ? from " bridge provider mirror common contract abi" : allowed[from]
      if (index(" " names " ", " " to " ") == 0) { print file ":" line ": " from " may not include " to ": " target; bad = 1 }
      seen++
    }
    END {
      if (seen < 50) { print "only " seen + 0 " include lines found: is this the source folder?"; bad = 1 }
      exit bad
    }'
