# How everything here is compiled: warnings are errors, lld and ccache where they are installed, sanitizers on demand.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Wold-style-cast>" -Werror)

# g++ 12 mistakes the short-string buffer of std::string for an array that is overrun once a precompiled header is used (GCC PR 105329 and its kin).
add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-maybe-uninitialized>")

# Line numbers are enough for backtraces; whole debug information would double what is written and linked.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

# Archives and executables alike: the precompiled header is shared by all, and the compilers hold it to one setting.
add_compile_options(-fPIC)

find_program(PICKET_CCACHE ccache)
if(PICKET_CCACHE)
  # What ccache asks for where precompiled headers are used.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${PICKET_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fpch-preprocess>")
endif()

find_program(PICKET_LLD ld.lld)
if(PICKET_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(PICKET_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=address,undefined)
endif()
