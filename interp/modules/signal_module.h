/* signal_module.h -- what other modules ask of signals. */
#ifndef MODULES_SIGNAL_MODULE_H
#define MODULES_SIGNAL_MODULE_H
#include <stdbool.h>
#include <stdint.h>

/* signal_simulate -- act as if signal `number` had arrived: its Python handler runs at the main thread's next safe point; nothing happens when its action
 * is the default one or to ignore it. False, without an error: no such signal. Any thread may call it. */
bool signal_simulate(int64_t number);
#endif
