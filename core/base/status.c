/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/status.h>

const char *otelmq_status_text(otelmq_status status)
{
    switch (status) {
    case OTELMQ_OK:
        return "success";
    case OTELMQ_ERROR_INVALID_ARGUMENT:
        return "invalid argument";
    case OTELMQ_ERROR_MALFORMED:
        return "malformed";
    case OTELMQ_ERROR_NO_MEMORY:
        return "out of memory";
    case OTELMQ_ERROR_LIMIT:
        return "limit exceeded";
    case OTELMQ_ERROR_TIMEOUT:
        return "timed out";
    case OTELMQ_ERROR_NOT_FOUND:
        return "not found";
    case OTELMQ_ERROR_IO:
        return "input or output failed";
    case OTELMQ_ERROR_REJECTED:
        return "rejected by the other side";
    case OTELMQ_ERROR_SHUT_DOWN:
        return "already shut down";
    }
    return "unknown status";
}
