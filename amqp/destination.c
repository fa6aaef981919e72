/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/destination.h"

#include "amqp/text.h"
#include "base/utf8.h"

enum { MAX_PART_LEN = 255 };

static void add(otelmq_amqp_destination *destination, otelmq_str text)
{
    memcpy(destination->text + destination->len, text.data, text.len);
    destination->len += text.len;
}

static void add_part(otelmq_amqp_destination *destination, amqp_bytes_t bytes)
{
    otelmq_str part = otelmq_amqp_str(bytes);
    if (part.len == 0 || part.len > MAX_PART_LEN || !otelmq_utf8_is_valid(part)) {
        return;
    }
    if (destination->len > 0) {
        add(destination, OTELMQ_STR(":"));
    }
    add(destination, part);
}

void otelmq_amqp_destination_published(otelmq_amqp_destination *destination, amqp_bytes_t exchange,
                                       amqp_bytes_t routing_key)
{
    destination->len = 0;
    if (exchange.len == 0 && routing_key.len == 0) {
        add(destination, OTELMQ_STR("amq.default"));
        return;
    }
    add_part(destination, exchange);
    add_part(destination, routing_key);
}

void otelmq_amqp_destination_received(otelmq_amqp_destination *destination, amqp_bytes_t exchange,
                                      amqp_bytes_t routing_key, amqp_bytes_t queue)
{
    destination->len = 0;
    add_part(destination, exchange);
    add_part(destination, routing_key);
    if (!otelmq_amqp_bytes_equal(queue, routing_key)) {
        add_part(destination, queue);
    }
}
