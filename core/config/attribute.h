/* SPDX-License-Identifier: Apache-2.0 */
/* A resource attribute of a file: name, value, and the type that the value must have. */
#ifndef OTELMQ_CONFIG_ATTRIBUTE_H
#define OTELMQ_CONFIG_ATTRIBUTE_H

#include "config/make.h"

/*
 * Borrows from the memory of the configuration. A null value makes an attribute that counts
 * nowhere. False after reporting a value that is not of its type.
 */
bool otelmq_config_make_attribute(otelmq_config_maker *maker, const otelmq_config_node *map,
                                  otelmq_attribute *attribute);

#endif
