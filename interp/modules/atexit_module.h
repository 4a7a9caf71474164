/* atexit_module.h -- what interp.c needs of atexit. */
#ifndef MODULES_ATEXIT_MODULE_H
#define MODULES_ATEXIT_MODULE_H
void atexit_run(void);       /* run and forget every registered function; their errors are reported as unraisable */
#endif
