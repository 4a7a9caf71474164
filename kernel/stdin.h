/* stdin.h -- asking the user: input() and getpass() over the stdin channel.
 *
 * One question at a time; a second thread waits its turn. The answer must come from the client that sent the request, and, when it
 * names a parent, name this question; anything else is an answer to an earlier question and is dropped. */
#ifndef KERNEL_STDIN_H
#define KERNEL_STDIN_H

#include "kernel/message.h"

/* stdin_ask -- one line, malloc'd, the caller's. NULL: *why is INPUT_EOF, INPUT_INTERRUPTED or INPUT_UNSUPPORTED (the
 * request does not allow it). Call without the runtime lock. */
char *stdin_ask(const Parent *parent, Text prompt, bool password, size_t *len, int *why);
/* stdin_answer -- an input_reply arrived (borrowed). False: nobody waits for it. */
bool stdin_answer(const Message *message);
/* stdin_interrupt -- whoever waits gets INPUT_INTERRUPTED. */
void stdin_interrupt(void);
/* stdin_close -- the kernel ends: every question now and later gets INPUT_EOF. */
void stdin_close(void);

#endif
