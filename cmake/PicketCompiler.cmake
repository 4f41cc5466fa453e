# How everything here is compiled: warnings are errors, lld and ccache where they are installed, sanitizers on demand.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Wold-style-cast>" -Werror)

# Line numbers are enough for backtraces; whole debug information would double what is written and linked.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

find_program(PICKET_CCACHE ccache)
if(PICKET_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PICKET_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${PICKET_CCACHE})
endif()

find_program(PICKET_LLD ld.lld)
if(PICKET_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(PICKET_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=address,undefined)
endif()
