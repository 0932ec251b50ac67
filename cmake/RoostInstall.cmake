# `cmake --install build/release` installs the program, its man pages, and what bash, zsh and fish complete its command
# line with, where each of them looks for it. The program itself writes that, once it is built.
include(GNUInstallDirs)

install(TARGETS roost RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

foreach(section 1 5)
  file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

set(scripts)
function(roost_completion shell file directory)
  set(script ${CMAKE_BINARY_DIR}/completions/${file})
  add_custom_command(OUTPUT ${script} DEPENDS roost VERBATIM
                     COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/completions
                     COMMAND roost completion ${shell} > ${script})
  install(FILES ${script} DESTINATION ${CMAKE_INSTALL_DATADIR}/${directory})
  set(scripts ${scripts} ${script} PARENT_SCOPE)
endfunction()
roost_completion(bash roost bash-completion/completions)
roost_completion(zsh _roost zsh/site-functions)
roost_completion(fish roost.fish fish/vendor_completions.d)
add_custom_target(completions ALL DEPENDS ${scripts})
