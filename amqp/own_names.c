/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/own_names.h"

#include <stdlib.h>
#include <string.h>

static otelmq_status copy(const char *text, char **copied)
{
    *copied = text != NULL ? strdup(text) : NULL;
    return text == NULL || *copied != NULL ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

otelmq_status otelmq_amqp_own_names_init(otelmq_amqp_own_names *names,
                                         const otelmq_amqp_options *options)
{
    otelmq_status status = copy(options->client_id, &names->client_id);
    return status == OTELMQ_OK ? copy(options->virtual_host, &names->virtual_host) : status;
}

void otelmq_amqp_own_names_clean(otelmq_amqp_own_names *names)
{
    free(names->client_id);
    free(names->virtual_host);
    *names = (otelmq_amqp_own_names){0};
}
