/* types.h -- all built-in types become usable. */
#ifndef BUILTINS_TYPES_H
#define BUILTINS_TYPES_H
/* types_init -- join each static type with its tables and make it ready, bases first. After heap_init; before any Python code.
 * Aborts on a programmer's mistake or when there is no memory. The VM's own types (function, frame, generator, code) follow in vm_init. */
void types_init(void);
#endif
