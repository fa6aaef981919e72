/* SPDX-License-Identifier: Apache-2.0 */
/* What the options say that a connection is called, which nobody else could tell. */
#ifndef OTELMQ_AMQP_OWN_NAMES_H
#define OTELMQ_AMQP_OWN_NAMES_H

#include <otelmq/amqp_connection.h>

/* NULL: not told. {0} has no names. */
typedef struct {
    char *client_id;
    char *virtual_host;
} otelmq_amqp_own_names;

/* OTELMQ_ERROR_NO_MEMORY leaves what is to be cleaned all the same. */
otelmq_status otelmq_amqp_own_names_init(otelmq_amqp_own_names *names,
                                         const otelmq_amqp_options *options);

void otelmq_amqp_own_names_clean(otelmq_amqp_own_names *names);

#endif
