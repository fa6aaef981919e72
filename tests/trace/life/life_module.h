/* SPDX-License-Identifier: Apache-2.0 */
/* What life_module has for those who open it, by the types of its functions. */
#ifndef OTELMQ_TESTS_TRACE_LIFE_LIFE_MODULE_H
#define OTELMQ_TESTS_TRACE_LIFE_LIFE_MODULE_H

#include <otelmq/api.h>

#include <stdatomic.h>
#include <stdbool.h>

/* Starts an SDK that adds the number of spans it exports to *exported. */
OTELMQ_API bool life_module_start(atomic_uint *exported);
OTELMQ_API void life_module_record(unsigned count);
OTELMQ_API void life_module_attach(void);
OTELMQ_API bool life_module_stop(void);

#endif
