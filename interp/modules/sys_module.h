/* sys_module.h -- what others need of sys. */
#ifndef MODULES_SYS_MODULE_H
#define MODULES_SYS_MODULE_H
#include "gc/object.h"
/* Hand the pending error to sys.unraisablehook; nothing is pending after. `message`: NULL is "Exception ignored in". */
void sys_report_unraisable(const char *message, Value culprit_or_unbound);
void sys_set_finalizing(void);
#endif
