/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/processor.h>

void otelmq_exporter_destroy(otelmq_exporter exporter)
{
    if (exporter.ops != NULL && exporter.ops->destroy != NULL) {
        exporter.ops->destroy(exporter.self);
    }
}

void otelmq_processor_destroy(otelmq_processor processor)
{
    if (processor.ops == NULL) {
        return;
    }
    if (processor.ops->shutdown != NULL) {
        (void)processor.ops->shutdown(processor.self, 0);
    }
    if (processor.ops->destroy != NULL) {
        processor.ops->destroy(processor.self);
    }
}
