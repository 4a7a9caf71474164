/* history.h -- what was run: this session in memory, all sessions in a file of JSON lines.
 *
 * The file is $OURO_HISTORY ("": none is kept), else $XDG_DATA_HOME/ouro/history.jsonl, else ~/.local/share/ouro/history.jsonl; a number
 * beside it (history.session) counts sessions. Each line is {"s": session, "n": line, "i": source, "o": text of the result}. Nothing
 * is read before somebody asks; a file that cannot be used costs one log line. All functions are thread-safe. */
#ifndef KERNEL_HISTORY_H
#define KERNEL_HISTORY_H

#include "kernel/json.h"

/* history_add -- cell `line` is about to run. */
void history_add(long long line, Text source);
/* history_output -- the text of the result of the latest cell. */
void history_output(Text text);
/* history_store -- the latest cell has ended: its line goes to the file. */
void history_store(void);
/* history_query -- a history_request's content in, {"history": [...]} out, malloc'd; NULL: out of memory. */
char *history_query(const json_t *request);

#endif
