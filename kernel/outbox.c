/* outbox.c -- see outbox.h */
#include "kernel/outbox.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "interp/base/buf.h"
#include "interp/base/clock.h"
#include "kernel/log.h"
#include "kernel/session.h"
#include "kernel/wake.h"

enum { STREAM_LIMIT = 1 << 18, PIECE_LIMIT = 1 << 20 };
#define QUEUE_LIMIT ((size_t)64 << 20)
#define MUCH ((size_t)4 << 20)

typedef struct Item {
    struct Item *next;
    Outgoing *message;               /* NULL: stream text */
    Parent *parent;
    int fd;
    Buf text;
    int64_t born_ms;
} Item;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t room = PTHREAD_COND_INITIALIZER;
static Item *head, *tail;
static size_t queued_bytes, peak_bytes;
static bool closed;
static unsigned interrupts;

static void append(Item *item) /* locked */
{
    if (tail)
        tail->next = item;
    else
        head = item;
    tail = item;
}

void outbox_put(Outgoing *outgoing)
{
    Item *item = outgoing ? calloc(1, sizeof *item) : NULL;
    if (!item) {
        log_line("a message is lost: out of memory");
        outgoing_free(outgoing);
        return;
    }
    item->message = outgoing;
    pthread_mutex_lock(&lock);
    append(item);
    queued_bytes += outgoing->bytes;
    pthread_mutex_unlock(&lock);
    wake_send(WAKE_OUTBOX);
}

static Item *new_stream(Parent *parent, int fd)
{
    Item *item = calloc(1, sizeof *item);
    if (item) {
        item->parent = parent_retain(parent);
        item->fd = fd;
        item->born_ms = clock_ms();
    }
    return item;
}

static void put_piece(Parent *parent, int fd, const char *text, size_t len)
{
    bool wake = false;
    pthread_mutex_lock(&lock);
    Item *item = tail;
    if (!item || item->message || item->fd != fd || item->parent != parent || item->text.len >= STREAM_LIMIT) {
        item = new_stream(parent, fd);
        if (item)
            append(item);
        wake = true;
    }
    if (item && buf_add(&item->text, text, len))
        queued_bytes += len;
    else
        log_line("output is lost: out of memory");
    if (item && item->text.len >= STREAM_LIMIT)
        wake = true;
    pthread_mutex_unlock(&lock);
    if (wake)
        wake_send(WAKE_OUTBOX);
}

void outbox_stream(Parent *parent, int fd, Text text)
{
    while (text.len) {
        size_t piece = text.len;
        if (piece > PIECE_LIMIT) {
            piece = PIECE_LIMIT; /* not inside a character: back over continuation bytes */
            while (piece > PIECE_LIMIT - 4 && ((unsigned char)text.data[piece] & 0xC0) == 0x80)
                piece--;
        }
        put_piece(parent, fd, text.data, piece);
        text.data += piece;
        text.len -= piece;
    }
}

bool outbox_full(void)
{
    pthread_mutex_lock(&lock);
    bool full = queued_bytes > QUEUE_LIMIT && !closed;
    pthread_mutex_unlock(&lock);
    return full;
}

void outbox_wait(void)
{
    pthread_mutex_lock(&lock);
    unsigned before = interrupts;
    while (queued_bytes > QUEUE_LIMIT && !closed && before == interrupts)
        pthread_cond_wait(&room, &lock);
    pthread_mutex_unlock(&lock);
}

void outbox_interrupt(void)
{
    pthread_mutex_lock(&lock);
    interrupts++;
    pthread_cond_broadcast(&room);
    pthread_mutex_unlock(&lock);
}

void outbox_close(void)
{
    pthread_mutex_lock(&lock);
    closed = true;
    pthread_cond_broadcast(&room);
    pthread_mutex_unlock(&lock);
}

/* The stream message of a gathered item; its text stays accounted under the message's own size. */
static Outgoing *compose_stream(const Item *item)
{
    Buf content = { 0 };
    buf_string(&content, item->fd == 2 ? "{\"name\": \"stderr\", \"text\": " : "{\"name\": \"stdout\", \"text\": ");
    json_put_string(&content, item->text.at, item->text.len);
    buf_char(&content, '}');
    Outgoing *outgoing = content.failed ? NULL
        : session_compose(CHANNEL_IOPUB, "stream", item->parent, (Text){ "", 0 }, (Text){ content.at, content.len }, NULL, 0);
    buf_free(&content);
    return outgoing;
}

/* May the stream item at the head leave? Locked. */
static bool ripe(const Item *item, int *wait_ms)
{
    if (item->next || closed || item->text.len >= STREAM_LIMIT)
        return true;
    int64_t left = item->born_ms + STREAM_DELAY_MS - clock_ms();
    *wait_ms = left > 0 ? (int)left : -1;
    return left <= 0;
}

static void free_item(Item *item)
{
    parent_release(item->parent);
    buf_free(&item->text);
    free(item);
}

Outgoing *outbox_take(int *wait_ms)
{
    *wait_ms = -1;
    for (;;) {
        pthread_mutex_lock(&lock);
        Item *item = head;
        if (item && (item->message || ripe(item, wait_ms))) {
            head = item->next;
            if (!head)
                tail = NULL;
        } else {
            item = NULL;
        }
        pthread_mutex_unlock(&lock);
        if (!item)
            return NULL;
        Outgoing *outgoing = item->message;
        if (!outgoing) {
            outgoing = compose_stream(item);
            size_t text_len = item->text.len;
            pthread_mutex_lock(&lock);
            queued_bytes += (outgoing ? outgoing->bytes : 0) - text_len;
            pthread_mutex_unlock(&lock);
        }
        free_item(item);
        if (outgoing)
            return outgoing;
        log_line("output is lost: out of memory");
    }
}

void outbox_sent(size_t bytes)
{
    pthread_mutex_lock(&lock);
    assert(bytes <= queued_bytes);
    if (queued_bytes > peak_bytes)
        peak_bytes = queued_bytes;
    queued_bytes -= bytes;
    if (queued_bytes <= QUEUE_LIMIT / 2)
        pthread_cond_broadcast(&room);
    pthread_mutex_unlock(&lock);
}

bool outbox_drained(void)
{
    pthread_mutex_lock(&lock);
    bool result = !head && peak_bytes > MUCH;
    if (result)
        peak_bytes = 0;
    pthread_mutex_unlock(&lock);
    return result;
}
