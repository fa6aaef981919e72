/* SPDX-License-Identifier: Apache-2.0 */
/* The resource of an SDK. Not while another thread changes the environment. */
#ifndef OTELMQ_SDK_RESOURCE_H
#define OTELMQ_SDK_RESOURCE_H

#include <otelmq/sdk.h>

/*
 * What was found out, what the detectors of the options find, what the environment says, and over
 * all what the options say. Yours.
 */
otelmq_status otelmq_sdk_resource_of_environment(const otelmq_sdk_options *options,
                                                 const otelmq_resource **resource);

/* The same with configured (NULL: the default resource) in place of detection and environment. */
otelmq_status otelmq_sdk_resource_of_configuration(const otelmq_sdk_options *options,
                                                   const otelmq_resource *configured,
                                                   const otelmq_resource **resource);

#endif
