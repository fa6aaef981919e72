/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/stability.h"

#include "base/text.h"

#include <stdlib.h>

bool otelmq_messaging_stability_is_dup(void)
{
    otelmq_str rest = otelmq_str_from(getenv("OTEL_SEMCONV_STABILITY_OPT_IN"));
    while (!otelmq_str_is_empty(rest)) {
        otelmq_str one = otelmq_trim(otelmq_take_until(&rest, ','));
        if (otelmq_str_equal(one, OTELMQ_STR("messaging/dup"))) {
            return true;
        }
    }
    return false;
}
