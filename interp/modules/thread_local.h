/* thread_local.h -- _thread._local (threading.local): an object whose attributes each thread has for itself. The object holds them, so that a cycle
   through it is seen by the collector; a thread that ends drops its own. */
#ifndef MODULES_THREAD_LOCAL_H
#define MODULES_THREAD_LOCAL_H
#include "interp/object/type.h"
extern Type thread_local_type;
/* The thread of that number ends: its attributes of every local go. May run Python code. Cost: one lookup for each local that lives. */
void thread_local_forget(uint64_t thread_id);
#endif
