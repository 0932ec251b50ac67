# roost_layer(DIR [LINK libs…]): the library of one folder of src/ and, from the *_test.cc files in it, one test program.
# Sources are globbed: a new file needs no line here. A folder nested inside (imap/protocol in imap) is a layer of its own.
function(roost_layer dir)
  cmake_parse_arguments(LAYER "" "" "LINK" ${ARGN})
  string(REPLACE "/" "_" name ${dir})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${dir}/*.cc)
  if(dir STREQUAL "imap")
    list(FILTER sources EXCLUDE REGEX "/src/imap/protocol/")
  endif()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")

  if(sources)
    add_library(roost_${name} STATIC ${sources})
    target_include_directories(roost_${name} PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src>
                                                    $<INSTALL_INTERFACE:include/roost>)
    target_link_libraries(roost_${name} PUBLIC third_party ${LAYER_LINK})
  else()
    add_library(roost_${name} INTERFACE)
    target_include_directories(roost_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(roost_${name} INTERFACE third_party ${LAYER_LINK})
  endif()

  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE roost_${name} GTest::gmock GTest::gtest_main)
    # Optimising tests takes longer than running them.
    target_compile_options(${name}_test PRIVATE $<$<CONFIG:Debug>:-O0>)
    target_compile_definitions(${name}_test PRIVATE ROOST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}/ DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT 120)
  endif()
endfunction()
