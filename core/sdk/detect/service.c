/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"
#include "base/random.h"
#include "sdk/environment.h"
#include "trace/resource_builder.h"

#include <otelmq/resource_detector.h>

enum { UUID_SIZE = 37 };

/* A random UUID. (RFC 9562, section 5.4.) */
static void make_instance_id(char uuid[UUID_SIZE])
{
    uint64_t words[2] = {otelmq_random_u64(), otelmq_random_u64()};
    uint8_t bytes[16];
    memcpy(bytes, words, sizeof(bytes));
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    char *at = uuid;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *at++ = '-';
        }
        otelmq_hex_format(&bytes[i], 1, at);
        at += 2;
    }
    *at = '\0';
}

static otelmq_status detect(const void *self, const otelmq_resource **resource)
{
    (void)self;
    char instance_id[UUID_SIZE];
    make_instance_id(instance_id);
    otelmq_resource_builder *builder = otelmq_resource_builder_create(OTELMQ_SCHEMA_URL);
    otelmq_resource_builder_add_string(builder, "service.name", otelmq_environment_service_name());
    otelmq_resource_builder_add_string(builder, "service.instance.id",
                                       otelmq_str_from(instance_id));
    return otelmq_resource_builder_finish(builder, resource);
}

static const otelmq_resource_detector_ops service_ops = {"service", detect};

otelmq_resource_detector otelmq_resource_detector_service(void)
{
    return (otelmq_resource_detector){&service_ops, NULL};
}

static otelmq_status detect_environment(const void *self, const otelmq_resource **resource)
{
    (void)self;
    return otelmq_resource_from_environment(resource);
}

static const otelmq_resource_detector_ops environment_ops = {"env", detect_environment};

otelmq_resource_detector otelmq_resource_detector_environment(void)
{
    return (otelmq_resource_detector){&environment_ops, NULL};
}
