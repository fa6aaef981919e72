# SPDX-License-Identifier: Apache-2.0
# How every target here is compiled, and how a library is declared.

set(OTELMQ_WARNINGS
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual -Wmissing-prototypes
    -Wstrict-prototypes -Wvla -Wformat=2)

# The language, the warnings and the sanitizers of one target.
function(otelmq_compile_options target)
  target_compile_features(${target} PRIVATE c_std_11)
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  target_compile_options(${target} PRIVATE ${OTELMQ_WARNINGS})
  if(OTELMQ_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(OTELMQ_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${OTELMQ_SANITIZE}
                           -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${OTELMQ_SANITIZE})
  endif()
  set_target_properties(${target} PROPERTIES
    C_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON)
endfunction()

# A library that is shipped as otelmq-NAME and used as otelmq::NAME.
function(otelmq_library name)
  add_library(otelmq-${name} ${ARGN})
  add_library(otelmq::${name} ALIAS otelmq-${name})
  otelmq_compile_options(otelmq-${name})
  set_target_properties(otelmq-${name} PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  # The export thread calls into several of the libraries, and may outlive a dlclose of any.
  if(BUILD_SHARED_LIBS)
    target_link_options(otelmq-${name} PRIVATE "LINKER:-z,nodelete")
  endif()
endfunction()

# For a target that uses librdkafka's RD_KAFKA_V_... macros, which are GNU statement expressions.
function(otelmq_allow_rdkafka_macros target)
  target_compile_options(${target} PRIVATE $<$<C_COMPILER_ID:Clang>:-Wno-gnu-statement-expression>)
endfunction()
