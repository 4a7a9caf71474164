/* class_hooks.h -- what classes must know of the running code: zero-argument super, __module__, how many attributes instances will have. */
#ifndef BUILTINS_CLASS_HOOKS_H
#define BUILTINS_CLASS_HOOKS_H
void class_hooks_init(void);
#endif
