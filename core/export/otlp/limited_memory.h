/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for messages that protobuf-c unpacks from foreign bytes: it keeps 32 bytes for each
 * unknown field, even if that took two on the wire.
 */
#ifndef OTELMQ_OTLP_LIMITED_MEMORY_H
#define OTELMQ_OTLP_LIMITED_MEMORY_H

#include <protobuf-c/protobuf-c.h>

typedef struct {
    ProtobufCAllocator allocator; /* for one message, and for freeing it */
    size_t left;
} otelmq_limited_memory;

/* It must not move while it is used. */
void otelmq_limited_memory_init(otelmq_limited_memory *memory);

#endif
