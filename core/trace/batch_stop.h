/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a batch processor. */
#ifndef OTELMQ_TRACE_BATCH_STOP_H
#define OTELMQ_TRACE_BATCH_STOP_H

#include "trace/batch_worker.h"

/*
 * With the mutex taken, the queue closed, and batch->stops set: exports what is left until
 * batch->stop_deadline, shuts the exporter down and drops the rest. Afterwards is_running says
 * whether a thread was left behind in the exporter.
 */
void otelmq_batch_stop(otelmq_batch *batch);

#endif
