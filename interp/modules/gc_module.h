/* gc_module.h -- the gc module's part in the end of a program. */
#ifndef MODULES_GC_MODULE_H
#define MODULES_GC_MODULE_H

/* gc_report_garbage -- warn of what is in gc.garbage, as CPython does when it ends (ResourceWarning; the objects themselves under
 * DEBUG_UNCOLLECTABLE). Runs Python code (__repr__). Never fails. */
void gc_report_garbage(void);
#endif
