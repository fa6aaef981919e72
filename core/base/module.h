/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module (shared object or program) that this code was linked into. Threads, the destructors of
 * their variables and the handlers of forks keep pointing into it, whatever its user does: a shared
 * object that carries otelmq therefore stays in memory when it is closed. Any thread.
 */
#ifndef OTELMQ_BASE_MODULE_H
#define OTELMQ_BASE_MODULE_H

/* Keeps the module in memory until the process ends; for before something points into it. */
void otelmq_module_pin(void);

#endif
