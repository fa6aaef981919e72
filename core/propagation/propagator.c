/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/propagator.h>

void otelmq_propagator_inject(otelmq_propagator propagator, const otelmq_context *context,
                              otelmq_carrier carrier)
{
    if (propagator.ops != NULL && propagator.ops->inject != NULL) {
        context = context != NULL ? context : otelmq_context_current();
        propagator.ops->inject(propagator.self, context, carrier);
    }
}

const otelmq_context *otelmq_propagator_extract(otelmq_propagator propagator,
                                                const otelmq_context *context,
                                                otelmq_carrier carrier)
{
    context = context != NULL ? context : otelmq_context_current();
    const otelmq_context *extracted = NULL;
    if (propagator.ops != NULL && propagator.ops->extract != NULL) {
        extracted = propagator.ops->extract(propagator.self, context, carrier);
    }
    return extracted != NULL ? extracted : otelmq_context_retain(context);
}

const char *otelmq_propagator_field_at(otelmq_propagator propagator, size_t index)
{
    if (propagator.ops == NULL || propagator.ops->field_at == NULL) {
        return NULL;
    }
    return propagator.ops->field_at(propagator.self, index);
}

void otelmq_propagator_destroy(otelmq_propagator propagator)
{
    if (propagator.ops != NULL && propagator.ops->destroy != NULL) {
        propagator.ops->destroy(propagator.self);
    }
}

otelmq_propagator otelmq_propagator_none(void)
{
    static const otelmq_propagator_ops ops;
    return (otelmq_propagator){&ops, NULL};
}
