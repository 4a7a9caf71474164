/* ouro_module.h -- _ouro: what Ouro's own Python code (interp/lib) needs of the runtime and of whoever runs it. interp.c fills the hooks. */
#ifndef MODULES_OURO_MODULE_H
#define MODULES_OURO_MODULE_H
#include "interp/object/type.h"

typedef struct OuroHooks {
    void (*write)(int fd, const char *text, size_t len);
    void (*flush)(void);
    /* As Host.input: malloc'd line without its end; NULL: *why. NULL member: read fd 0. */
    char *(*input)(const char *prompt, size_t prompt_len, bool password, size_t *len, int *why);
    void (*publish)(const char *type, const char *content, size_t content_len, const char *metadata, size_t metadata_len, Value buffers_tuple);
    void (*payload)(const char *json, size_t len);
    char *(*service)(const char *name, const char *json, size_t len);
    char *(*transform)(const char *code, size_t len, size_t *out_len);
    Value (*user_namespace)(void);       /* borrowed dict */
    Value (*last_error)(void);           /* the exception that was shown last, owned; NONE */
    void (*set_last_error)(Value exception_or_none);
    void *(*thread_born)(void);          /* as Host has them; NULL members: nobody wants to know */
    void (*thread_runs)(void *token);
    void (*thread_over)(void *token);
    Value (*run_cell)(Value raw_text, bool silent, bool store_history);    /* what get_ipython().run_cell does: True when it succeeded */
} OuroHooks;
extern OuroHooks ouro_hooks;

bool ouro_is_shell_name(const char *name);    /* one that the notebook puts among the user's, or that begins with _ */

/* IPython's StdinNotImplementedError: the frontend takes no input. ERROR. Runs Python code (an import). */
Value ouro_raise_no_input(void);
/* The stream objects of fd 0, 1, 2 (text; .buffer takes bytes). Owned. */
must_use Value ouro_stream_new(int fd);
#endif
