/* stdin.c -- see stdin.h */
#include "kernel/stdin.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/outbox.h"
#include "kernel/session.h"

typedef struct Question {
    const Parent *parent;
    char id[160];
    char *answer;
    size_t len;
    bool answered, interrupted;
} Question;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;      /* held by the thread that asks */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static Question *open_question;
static bool closed;

static Outgoing *compose(const Parent *parent, Text prompt, bool password)
{
    Buf content = { 0 };
    buf_string(&content, "{\"prompt\": ");
    json_put_string(&content, prompt.data, prompt.len);
    buf_printf(&content, ", \"password\": %s}", password ? "true" : "false");
    Outgoing *outgoing = content.failed ? NULL
        : session_compose(CHANNEL_STDIN, "input_request", parent, (Text){ "", 0 }, (Text){ content.at, content.len }, NULL, 0);
    buf_free(&content);
    return outgoing;
}

static void wait_for(Question *question)
{
    pthread_mutex_lock(&lock);
    while (!question->answered && !question->interrupted && !closed)
        pthread_cond_wait(&changed, &lock);
    open_question = NULL;
    pthread_mutex_unlock(&lock);
}

char *stdin_ask(const Parent *parent, Text prompt, bool password, size_t *len, int *why)
{
    *why = INPUT_UNSUPPORTED;
    if (!parent || !parent->allow_stdin)
        return NULL;
    Outgoing *outgoing = compose(parent, prompt, password);
    if (!outgoing)
        return NULL;
    Question question = { .parent = parent };
    Text id = session_message_id(outgoing);
    if (id.len < sizeof question.id)
        memcpy(question.id, id.data, id.len);
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&lock);
    open_question = &question;
    pthread_mutex_unlock(&lock);
    outbox_put(outgoing);
    wait_for(&question);
    pthread_mutex_unlock(&turn);
    *why = question.interrupted ? INPUT_INTERRUPTED : INPUT_EOF;
    if (question.interrupted || !question.answer || (question.len == 1 && *question.answer == 4)) {
        free(question.answer);
        return NULL;
    }
    *len = question.len;
    return question.answer;
}

/* Is this the asked client's answer to this question? */
static bool matches(const Question *question, const Message *message)
{
    const Parent *parent = question->parent;
    if (message->n_idents != parent->n_idents)
        return false;
    for (size_t i = 0; i < parent->n_idents; i++)
        if (message->frames[i].len != parent->idents[i].len
            || memcmp(message->frames[i].data, parent->idents[i].data, parent->idents[i].len) != 0)
            return false;
    const char *why;
    json_t *header = json_read(message->parent_header->data, message->parent_header->len, &why);
    const char *id = json_get_cstring(header, "msg_id", NULL);
    bool same = !id || strcmp(id, question->id) == 0;
    json_decref(header);
    return same;
}

bool stdin_answer(const Message *message)
{
    pthread_mutex_lock(&lock);
    Question *question = open_question;
    bool wanted = question && !question->answered && matches(question, message);
    if (wanted) {
        Text value = json_get_text(message->content_json, "value");
        question->answer = malloc(value.len + 1);
        if (question->answer) {
            memcpy(question->answer, value.data, value.len);
            question->answer[value.len] = '\0';
            question->len = value.len;
        }
        question->answered = true;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return wanted;
}

void stdin_interrupt(void)
{
    pthread_mutex_lock(&lock);
    if (open_question && !open_question->answered)
        open_question->interrupted = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void stdin_close(void)
{
    pthread_mutex_lock(&lock);
    closed = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}
