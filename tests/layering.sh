#!/bin/sh
# layering.sh [SOURCE FOLDER]: holds every include line to the arrows between the folders, which doc/architecture.md draws and explains.
# Tests may include anything.
set -eu
cd "${1:-$(dirname "$0")/..}"

# A row for each folder: what it may include besides itself, and the rule that says so.
arrows='
sdk/include/picket/abi |                                        | the contract stands alone
sdk/include/picket     | abi                                    | the C++ faces know the C headers and nothing else
sdk/common             | contract                               | what both sides share knows the contract only
sdk/provider           | common contract                        | a provider needs nothing of a host
sdk/lifecycle          | provider common contract               | the life cycle is a provider'"'"'s: it needs nothing of a host
sdk/example            | lifecycle provider common contract     | a provider needs nothing of a host
plugin                 | lifecycle provider common contract     | a provider needs nothing of a host, and nothing of another provider
sdk/host               | common contract                        | a host needs nothing of a provider
sdk/conformance        | host common contract                   | the checks are a host
host-sim/sim           | common contract                        | simulated sides know nothing of the program they test
host-sim/store         | sdk                                    | the lowest floor of the host: nothing of host-sim
host-sim/vault         | sdk                                    | the lowest floor of the host: nothing of host-sim
host-sim/registry      | sdk                                    | the lowest floor of the host: nothing of host-sim
host-sim/tickets       | sdk store                              | arrows point down: tickets -> store
host-sim/psa           | sdk tickets store                      | arrows point down: psa -> tickets -> store
host-sim/psa/halopsa   | sdk psa                                | a PSA implements the interface in host-sim/psa and knows no tables
host-sim/config        | sdk psa psa/halopsa store vault registry | arrows point down: config -> psa; its list names the kinds of PSAs
host-sim/migration     | sdk psa tickets store                  | arrows point down: migration -> psa
host-sim/operations    | sdk config psa tickets store vault registry | arrows point down: operations -> config
host-sim/serve         | sdk operations config migration psa tickets store vault registry | arrows point down: serve -> operations
host-sim/cli           | sdk serve operations config migration psa tickets store vault registry | arrows point down: cli -> serve -> operations
'

find sdk plugin host-sim -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.c' -o -name '*.cpp' \) \
  -exec grep -HnE '^[[:space:]]*#[[:space:]]*include' {} + |
  ARROWS=$arrows awk -F: '
    function trimmed(s) { gsub(/^ +| +$/, "", s); return s }
    # The row that a path belongs to: the longest folder that leads to it.
    function row_of(path,   row, best) {
      if (path == "sdk/include/picket/abi.h") return "sdk/include/picket/abi"
      for (row in allowed) if (index(path, row "/") == 1 && length(row) > length(best)) best = row
      return best
    }
    # Words of the table -> rows.
    function is_allowed(from, to,   word, n, words, i) {
      if (from == to) return 1
      n = split(allowed[from], words, " ")
      for (i = 1; i <= n; i++) {
        word = words[i]
        if (word == "abi" && to == "sdk/include/picket/abi") return 1
        if (word == "contract" && index(to, "sdk/include/") == 1) return 1
        if (word == "sdk" && (to == "sdk/host" || to == "sdk/common" || to == "sdk/conformance" || index(to, "sdk/include/") == 1)) return 1
        if (to == "sdk/" word || to == "host-sim/" word) return 1
      }
      return 0
    }
    BEGIN {
      rows = split(ENVIRON["ARROWS"], lines, "\n")
      for (i = 1; i <= rows; i++) if (split(lines[i], cell, "|") == 3) { name = trimmed(cell[1]); allowed[name] = trimmed(cell[2]); rule[name] = trimmed(cell[3]) }
    }
    {
      file = $1; line = $2
      text = substr($0, length(file) + length(line) + 3)
      place = file ":" line ": "
      from = row_of(file)
      if (from == "") { print place "this folder has no row in tests/layering.sh"; bad = 1; next }
      if (text ~ /\.\.\// || text ~ /<(sdk|plugin|host-sim|tests)\//) { print place "name our own headers from the root, in quotes: " text; bad = 1; next }
      if (text ~ /</) {
        if (from != "sdk/include/picket/abi" || text ~ /<(stdbool|stddef|stdint)\.h>/) next
        print place "the contract includes only itself, <stdbool.h>, <stddef.h> and <stdint.h>: " text; bad = 1; next
      }
      target = text; sub(/^[^"]*"/, "", target); sub(/".*$/, "", target)
      if (target ~ /^picket\//) path = "sdk/include/" target
      else if (target ~ /^(sdk|plugin|host-sim|tests)\//) path = target
      else { path = file; sub(/[^\/]*$/, "", path); path = path target }  # beside the file
      to = row_of(path)
      if (to == "") to = path
      if (from == "plugin" && to == "plugin") {
        split(file, a, "/"); split(path, b, "/")
        if (a[2] != b[2]) { from = "plugin/" a[2]; to = "plugin/" b[2]; rule[from] = rule["plugin"]; allowed[from] = "" }
      }
      if (!is_allowed(from, to)) { print place from " -> " to " is no arrow of this house (" rule[from] "): " target; bad = 1 }
      seen++
    }
    END {
      if (seen < 3) { print "only " seen + 0 " include lines found: is this the source folder?"; bad = 1 }
      exit bad
    }'
