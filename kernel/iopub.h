/* iopub.h -- publishing: what every client sees. All functions are thread-safe and do nothing in a forked child. */
#ifndef KERNEL_IOPUB_H
#define KERNEL_IOPUB_H

#include "kernel/message.h"

/* iopub_publish -- any message for `parent` (NULL: none). Content and metadata are JSON objects as text. */
void iopub_publish(const char *type, const Parent *parent, Text content, Text metadata, const Text *buffers, size_t n_buffers);
/* iopub_status -- "busy", "idle" or "starting". */
void iopub_status(const Parent *parent, const char *state);
/* iopub_execute_input -- what is about to run. */
void iopub_execute_input(const Parent *parent, Text code, long long number);
/* iopub_welcome -- to a client that has just subscribed to `topic`; NULL: the topic is not UTF-8 (such ones get none) or no memory. */
Outgoing *iopub_welcome(const char *topic, size_t len);

#endif
