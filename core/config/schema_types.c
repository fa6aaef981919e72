/* SPDX-License-Identifier: Apache-2.0 */
#include "config/schema.h"

const otelmq_schema otelmq_schema_string = {.kind = OTELMQ_SCHEMA_STRING};

const otelmq_schema otelmq_schema_optional_string = {
    .kind = OTELMQ_SCHEMA_STRING,
    .is_nullable = true,
};

const otelmq_schema otelmq_schema_optional_bool = {
    .kind = OTELMQ_SCHEMA_BOOL,
    .is_nullable = true,
};

const otelmq_schema otelmq_schema_optional_milliseconds = {
    .kind = OTELMQ_SCHEMA_INT,
    .is_nullable = true,
    .minimum = 0,
    .maximum = UINT32_MAX - 1,
};

const otelmq_schema otelmq_schema_optional_count = {
    .kind = OTELMQ_SCHEMA_INT,
    .is_nullable = true,
    .minimum = 0,
    .maximum = UINT32_MAX - 1,
};

const otelmq_schema otelmq_schema_optional_size = {
    .kind = OTELMQ_SCHEMA_INT,
    .is_nullable = true,
    .minimum = 1,
    .maximum = UINT32_MAX - 1,
};

const otelmq_schema otelmq_schema_optional_ratio = {
    .kind = OTELMQ_SCHEMA_NUMBER,
    .is_nullable = true,
    .minimum = 0,
    .maximum = 1,
};

const otelmq_schema otelmq_schema_strings = {
    .kind = OTELMQ_SCHEMA_LIST,
    .items = &otelmq_schema_string,
};

static const otelmq_property no_properties[] = {{NULL, NULL, false}};

const otelmq_schema otelmq_schema_nothing = {
    .kind = OTELMQ_SCHEMA_MAP,
    .is_nullable = true,
    .properties = no_properties,
};
