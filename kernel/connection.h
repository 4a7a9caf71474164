/* connection.h -- the connection file: where to listen and with which secrets.
 *
 * Read once at start. Ports given as 0 are chosen when the sockets are bound and written back (mode 0600), keys of the file
 * that we do not know are kept. Key material lives in libsodium's guarded memory and is never logged.
 * Source: jupyter_client documentation, "Making kernels for Jupyter", "Connection files". */
#ifndef KERNEL_CONNECTION_H
#define KERNEL_CONNECTION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum Channel { CHANNEL_SHELL, CHANNEL_CONTROL, CHANNEL_STDIN, CHANNEL_IOPUB, CHANNEL_HEARTBEAT, N_CHANNELS } Channel;
extern const char *const channel_names[N_CHANNELS];

typedef struct Connection {
    char *path;                  /* of the file; owned */
    json_t *file;                /* everything it says, without the secrets */
    bool ipc;
    char *ip;                    /* address, or the path prefix of ipc sockets; owned */
    int ports[N_CHANNELS];
    char *scheme;                /* "hmac-sha256"; owned */
    unsigned char *key;          /* guarded; key_len bytes. 0: messages are not signed */
    size_t key_len;
    char *curve_public;          /* 40 characters of Z85; NULL: no encryption */
    char *curve_secret;          /* guarded */
    bool chosen;                 /* a port was 0, or the file is ours to write */
} Connection;

/* connection_read -- fill `connection` from the file. False: *why is a message for people (static or in `room`). */
bool connection_read(Connection *connection, const char *path, char *why, size_t room);
/* connection_invent -- a fresh one on 127.0.0.1 with a random key, to be written to `path`. */
bool connection_invent(Connection *connection, const char *path, char *why, size_t room);
/* connection_write -- write the file back with the ports in use, mode 0600, through a rename. False: errno tells. */
bool connection_write(const Connection *connection);
/* connection_endpoint -- what to bind channel `c` to. Port 0 is "*" for tcp; for ipc the caller has chosen one before. */
void connection_endpoint(const Connection *connection, Channel c, char *out, size_t room);
/* connection_remove -- delete the file; and with ipc the socket files. */
void connection_remove(const Connection *connection);
void connection_remove_sockets(const Connection *connection);

#endif
