# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` lays down: libraries, headers, the command, a CMake package with one
# component a library (find_package(otelmq COMPONENTS core amqp)), and a .pc file for each
# (pkg-config otelmq-amqp). Each component has an export set of its own, so that a program that uses
# one does not need the libraries that another one links.
include(CMakePackageConfigHelpers)

set(OTELMQ_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/otelmq)
set(OTELMQ_COMPONENTS "")

# Where the prefix is, seen from a .pc file, so that the installation can be moved.
file(RELATIVE_PATH OTELMQ_PC_PREFIX
     ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" OTELMQ_PC_PREFIX ${OTELMQ_PC_PREFIX})

# otelmq_install(NAME DESCRIPTION text HEADERS dir... [REQUIRES pc...] [REQUIRES_PRIVATE pc...]
# [LINK flag...] [LIBS_PRIVATE flag...]); the last four are for the .pc file. LINK is how the library
# is linked, if not by -lotelmq-NAME alone.
function(otelmq_install name)
  cmake_parse_arguments(PC "" "DESCRIPTION"
                        "HEADERS;REQUIRES;REQUIRES_PRIVATE;LINK;LIBS_PRIVATE" ${ARGN})
  install(TARGETS otelmq-${name} EXPORT otelmq-${name}-targets)
  install(EXPORT otelmq-${name}-targets NAMESPACE otelmq:: DESTINATION ${OTELMQ_PACKAGE_DIR})
  foreach(folder ${PC_HEADERS})
    install(DIRECTORY ${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  endforeach()
  if(NOT PC_LINK)
    set(PC_LINK -lotelmq-${name})
  endif()
  # A program links what a static library needs itself, and shared, so pkg-config --static would
  # ask for too much.
  if(NOT BUILD_SHARED_LIBS)
    list(APPEND PC_REQUIRES ${PC_REQUIRES_PRIVATE})
    set(PC_LIBS ${PC_LIBS_PRIVATE})
    set(PC_REQUIRES_PRIVATE "")
    set(PC_LIBS_PRIVATE "")
  endif()
  foreach(list REQUIRES REQUIRES_PRIVATE LINK LIBS LIBS_PRIVATE)
    list(JOIN PC_${list} " " PC_${list})
  endforeach()
  configure_file(cmake/otelmq.pc.in otelmq-${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/otelmq-${name}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  set(OTELMQ_COMPONENTS ${OTELMQ_COMPONENTS} ${name} PARENT_SCOPE)
endfunction()

otelmq_install(core DESCRIPTION "OpenTelemetry tracing and context propagation in C"
  HEADERS core/include carriers/environment/include carriers/map/include
  LIBS_PRIVATE -pthread -lm)

# How a library is linked that registers itself when it is loaded, and of which a program need not
# call anything. In one word, because pkg-config prints equal ones of several libraries once.
function(otelmq_link_registering name result)
  if(BUILD_SHARED_LIBS)
    set(flags -Wl,--push-state,--no-as-needed,-lotelmq-${name},--pop-state)
  else()
    set(flags -Wl,-u,otelmq_${name}_register -lotelmq-${name})
  endif()
  set(${result} ${flags} PARENT_SCOPE)
endfunction()

if(OTELMQ_OTLP)
  otelmq_link_registering(otlp link_otlp)
  otelmq_install(otlp DESCRIPTION "OTLP exporters of otelmq"
    HEADERS core/export/otlp/include core/export/zipkin/include
    REQUIRES otelmq-core
    REQUIRES_PRIVATE libcurl libprotobuf-c zlib
    LINK ${link_otlp}
    LIBS_PRIVATE -lm)
endif()
if(OTELMQ_CONFIG)
  otelmq_link_registering(config link_config)
  otelmq_install(config DESCRIPTION "Declarative configuration of otelmq"
    HEADERS core/config/include
    REQUIRES otelmq-otlp
    REQUIRES_PRIVATE yaml-0.1
    LINK ${link_config})
endif()
if(OTELMQ_AMQP)
  otelmq_install(amqp DESCRIPTION "OpenTelemetry tracing of RabbitMQ in C"
    HEADERS amqp/include carriers/amqp/include
    REQUIRES otelmq-core librabbitmq)
endif()
if(OTELMQ_KAFKA)
  otelmq_install(kafka DESCRIPTION "OpenTelemetry tracing of Kafka in C"
    HEADERS kafka/include carriers/kafka/include
    REQUIRES otelmq-core rdkafka)
endif()
if(OTELMQ_TOOLS)
  install(TARGETS otelmq-command)
endif()

configure_package_config_file(cmake/otelmq-config.cmake.in otelmq-config.cmake
  INSTALL_DESTINATION ${OTELMQ_PACKAGE_DIR} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/otelmq-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/otelmq-config.cmake
              ${PROJECT_BINARY_DIR}/otelmq-config-version.cmake
        DESTINATION ${OTELMQ_PACKAGE_DIR})
