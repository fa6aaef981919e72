/* SPDX-License-Identifier: Apache-2.0 */
/* What this process has of the system: memory, and open files. */
#ifndef OTELMQ_TESTS_PROCESS_USE_H
#define OTELMQ_TESTS_PROCESS_USE_H

#include <stddef.h>
#include <stdint.h>

/* The bytes in memory; 0 when the system does not tell. */
uint64_t process_resident_bytes(void);

size_t process_open_files(void);

#endif
