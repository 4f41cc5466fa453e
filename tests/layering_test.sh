#!/bin/sh
# layering_test.sh LAYERING.SH: the check itself fails where it must, and names the arrow and the rule.
set -eu
check=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# put FILE INCLUDE...: a file of the tree with these include lines.
put() {
  file=$tree/$1
  shift
  mkdir -p "$(dirname "$file")"
  printf '#include %s\n' "$@" >"$file"
}
fresh() {
  rm -rf "$tree"
  put sdk/common/text.cpp '"sdk/common/text.hpp"' '<string>'
  put plugin/acme/provider.cpp '"sdk/provider/provider.hpp"' '"picket/model.hpp"'
  put host-sim/tickets/batch.cpp '"host-sim/store/database.hpp"'
}
refuses() {
  if said=$("$check" "$tree"); then echo "not refused: $1" >&2; exit 1; fi
  case $said in
    *"$1"*) ;;
    *) echo "refused without the words '$1': $said" >&2; exit 1 ;;
  esac
  fresh
}

fresh
"$check" "$tree"
put host-sim/store/outbox.cpp '"host-sim/tickets/batch.hpp"'
refuses 'host-sim/store -> host-sim/tickets is no arrow of this house (the lowest floor'
put plugin/acme/api.cpp '"host-sim/store/database.hpp"'
refuses 'plugin -> host-sim/store'
put plugin/acme/api.cpp '"plugin/huntress/api.hpp"'
refuses 'plugin/acme -> plugin/huntress'
put sdk/include/picket/abi/types.h '<string.h>'
refuses 'the contract includes only itself'
put host-sim/psa/halopsa/wire.cpp '"host-sim/store/outbox.hpp"'
refuses 'host-sim/psa/halopsa -> host-sim/store'
put sdk/host/call.cpp '"sdk/provider/entry.hpp"'
refuses 'a host needs nothing of a provider'
put host-sim/attic/old.cpp '"sdk/common/text.hpp"'
refuses 'has no row'
put sdk/common/json.cpp '"../host/clock.hpp"'
refuses 'name our own headers from the root'
