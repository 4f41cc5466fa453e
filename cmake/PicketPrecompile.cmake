# Precompiled headers: one for the product and one for the tests, each compiled once and used by every target below a folder. Boost.JSON
# alone costs two seconds in each of some 250 units.

# picket_precompiled_header(<name> <header>): an archive whose only purpose is to own the compiled header.
function(picket_precompiled_header name header)
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${unit} CONTENT "namespace { [[maybe_unused]] const int owner_of_a_precompiled_header = 0; }\n")
  add_library(${name} STATIC ${unit})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE Boost::headers)
  target_precompile_headers(${name} PRIVATE ${header})
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
endfunction()

# picket_use_precompiled_header(<folder> <name>): every archive, module and executable of the folder and below.
function(picket_use_precompiled_header folder name)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    if(type MATCHES "^(STATIC_LIBRARY|MODULE_LIBRARY|EXECUTABLE)$")
      target_precompile_headers(${target} REUSE_FROM ${name})
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below ${folders})
    picket_use_precompiled_header(${below} ${name})
  endforeach()
endfunction()
