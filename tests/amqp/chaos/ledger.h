/* SPDX-License-Identifier: Apache-2.0 */
/* What must be even at the end: spans that were started and ended, and open files. */
#ifndef OTELMQ_TESTS_CHAOS_LEDGER_H
#define OTELMQ_TESTS_CHAOS_LEDGER_H

#include "amqp/traced.h"

typedef struct {
    otelmq_stats before;
    size_t open_files;
} ledger;

void ledger_open(ledger *self);

/*
 * Fails the test unless each span that was started since has ended once, and is among spans once.
 * Before the exporter is destroyed, and after all that could still end a span.
 */
void ledger_check_spans(const ledger *self, otelmq_memory_exporter *spans);

/* Fails the test unless as many files are open as before. */
void ledger_check_files(const ledger *self);

#endif
