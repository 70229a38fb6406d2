# What `cmake --install` installs, as the Debian package has it (packaging/debian/).
include(GNUInstallDirs)

install(TARGETS fortnightd fortnight fortnight-segment fortnight-generate fortnight-format
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

install(FILES packaging/fortnight.yaml DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/fortnight)
foreach(program fortnight fortnight-format)
  install(FILES packaging/completion/${program}.bash RENAME ${program}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES packaging/completion/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES packaging/completion/${program}.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()

install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES packaging/fortnight.example.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY packaging/prometheus packaging/grafana packaging/systemd
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
