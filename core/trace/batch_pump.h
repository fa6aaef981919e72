/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch processor without a worker: whoever wants something of it takes the worker's seat for as
 * long, one thread at a time, and does what the worker would do. Each is called with the mutex
 * taken, and only for batches whose options say pumped.
 */
#ifndef OTELMQ_TRACE_BATCH_PUMP_H
#define OTELMQ_TRACE_BATCH_PUMP_H

#include "trace/batch_worker.h"

/* Does all that is due until the deadline; false when the seat did not get free before. */
bool otelmq_batch_pump_until(otelmq_batch *batch, otelmq_deadline deadline);

/* Pushes as soon as it has made room by exports; OTELMQ_QUEUE_FULL when it could not. */
otelmq_push_result otelmq_batch_push_pumping(otelmq_batch *batch, otelmq_span *span, uint64_t *len);

/* Drops what is left after a stop; false when the seat did not get free before the deadline. */
bool otelmq_batch_drop_rest(otelmq_batch *batch, otelmq_deadline deadline);

#endif
