# picket_add_provider(<name> SOURCES ... [LIBRARIES ...] [DIRECTORY <folder>]): the provider <name>.so in ${PICKET_PLUGIN_DIR} (or the
# folder given), linked with picket_provider and the libraries. It exports picket_entry and nothing else: hidden visibility alone
# leaks what the archives bring (templates, typeinfo), hence --exclude-libs and the version script. It needs libc, libm and the loader only:
# the C++ library is linked into it, so that a provider built elsewhere runs on any host.
function(picket_add_provider name)
  cmake_parse_arguments(ARG "" "DIRECTORY" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "picket_add_provider(${name}): SOURCES are missing")
  endif()
  if(NOT ARG_DIRECTORY)
    set(ARG_DIRECTORY ${PICKET_PLUGIN_DIR})
  endif()
  set(map ${CMAKE_SOURCE_DIR}/sdk/provider/picket_entry.map)
  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${ARG_DIRECTORY} LINK_DEPENDS ${map})
  target_link_libraries(${name} PRIVATE picket_provider ${ARG_LIBRARIES})
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL -Wl,--version-script=${map})
  set_property(GLOBAL APPEND PROPERTY PICKET_PROVIDERS ${name}) # for the check of their exports
  if(NOT PICKET_SANITIZE) # the sanitizers' symbols come from the host process, and with them the C++ library's
    target_link_options(${name} PRIVATE -Wl,-z,defs -static-libstdc++ -static-libgcc)
  endif()
endfunction()
