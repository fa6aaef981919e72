/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration file: read, checked, and as far as that starts no thread, made into parts. */
#include "config/make.h"
#include "config/reader.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>

static void set_variables(void)
{
    setenv("NAME", "orders", 1);
    setenv("EMPTY", "", 1);
    setenv("NUMBER", "12", 1);
    setenv("REFERENCE", "${NAME} $$ \n- a: [", 1);
}

static void check_problems(const otelmq_config_problems *problems)
{
    for (size_t i = 0; i < problems->count && i < OTELMQ_CONFIG_PROBLEMS_MAX; i++) {
        fuzz_require(strncmp(problems->items[i].text, "fuzz", 4) == 0, "a problem names the file");
    }
}

static void make_parts(otelmq_config *config, otelmq_config_problems *problems)
{
    static const otelmq_sdk_options options = {0};
    otelmq_config_maker maker = {.config = config, .problems = problems, .options = &options};
    const otelmq_config_node *root = config->root;
    const otelmq_config_node *resource = otelmq_config_get(root, "resource");
    const otelmq_config_node *provider = otelmq_config_get(root, "tracer_provider");
    (void)otelmq_config_make_limits(otelmq_config_get(root, "attribute_limits"),
                                    otelmq_config_get(provider, "limits"));
    (void)otelmq_config_log_level(config);
    otelmq_propagator_destroy(
        otelmq_config_make_propagator(&maker, otelmq_config_get(root, "propagator")));
    if (otelmq_config_get(resource, "detection/development") == NULL) {
        otelmq_resource_release(otelmq_config_make_resource(&maker, resource));
    }
}

/* The bounds that the reader promises. */
static void check_tree(const otelmq_config_node *root)
{
    fuzz_require(root->weight <= OTELMQ_CONFIG_NODES_MAX, "the tree is not large");
    fuzz_require(root->height <= OTELMQ_CONFIG_DEPTH_MAX, "the tree is not deep");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_ready;
    otelmq_config_problems problems;
    if (!is_ready) {
        set_variables();
        is_ready = true;
    }
    otelmq_str text = fuzz_copy(otelmq_str_from_bytes(data, size));
    otelmq_config_problems_init(&problems, "fuzz");
    otelmq_config *config = otelmq_config_parse("fuzz", text, &problems);
    fuzz_require((config != NULL) == (problems.status == OTELMQ_OK), "a status says it all");
    if (config != NULL) {
        check_tree(config->root);
        make_parts(config, &problems);
    }
    check_problems(&problems);
    otelmq_config_destroy(config);
    fuzz_free(text);
    return 0;
}
