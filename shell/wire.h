/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/wire.h -- what a terminal and the box say to each other.
 *
 * A frame is {u32 length of the payload, u8 type, payload}, numbers in network order, text without
 * an end.  Every type has its own least and largest payload; anything else is -EPROTO, and the
 * connection is of no more use.  Nothing is allocated: a reader is one buffer that holds the
 * largest frame, a writer is one frame.
 *
 * The terminal says HELLO, then waits for PROMPT.  Then it may say one LINE, HELP or COMPLETE, or
 * INTERRUPT (1: the typed line was given up), and waits again: for COMPLETE, or for OUTPUT, ASK
 * (which takes one ANSWER) and at last a PROMPT.  CREDIT, RESIZE, INTERRUPT (0: break) and BYE may
 * be said at any time, LOG and BYE by the box too.  OUTPUT and LOG use up the credit that the
 * terminal has granted.
 *
 * A transfer (startup-config/transfer.c) is told a URL, and for a send the DATA; it says what it gets
 * as DATA, and then the OUTCOME.
 *
 * An SSH login begins before HELLO: the box says all of SSH, the terminal one SECURED when the key
 * exchange is done and then CLAIMs, each answered by a VERDICT.  Only the box judges them. */
#ifndef SHELL_WIRE_H
#define SHELL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wire_type {
	WIRE_HELLO = 1, /* to the box: u8 version, u8 flags, u16 rows, u16 columns, u32 credit */
	WIRE_BYE,       /* u8 flags, text; the last frame */
	WIRE_LINE,      /* to the box: text */
	WIRE_HELP,      /* to the box: the text before `?`; answered by OUTPUT and PROMPT */
	WIRE_COMPLETE,  /* to the box: text; back: u8 found, text */
	WIRE_OUTPUT,    /* to the terminal: text */
	WIRE_ASK,       /* to the terminal: u8 serial, u8 enum wire_ask, text of the question */
	WIRE_ANSWER,    /* to the box: u8 serial, text */
	WIRE_INTERRUPT, /* to the box: u8 1 at the prompt, 0 otherwise */
	WIRE_RESIZE,    /* to the box: u16 rows, u16 columns */
	WIRE_LOG,       /* to the terminal: u8 1: draw the typed line again; text */
	WIRE_PROMPT,    /* to the terminal: u8 flags, text */
	WIRE_CREDIT,    /* to the box: u32 bytes */
	WIRE_HISTORY,   /* to the terminal: u16 lines that it keeps */
	WIRE_SSH,       /* to the terminal: u8 enum wire_ssh, text */
	WIRE_SECURED,   /* to the box: the cipher, a blank, the MAC */
	WIRE_CLAIM,     /* to the box: u8 enum wire_claim, u8 length of the user's name, both */
	WIRE_VERDICT,   /* to the terminal: u8 enum wire_verdict */
	WIRE_TRUST,     /* to a transfer, before its URL: CA certificates in PEM, a piece of the text */
	WIRE_URL,       /* to a transfer: u8 1: send, 0: fetch; text */
	WIRE_DATA,      /* both ways, of a file: bytes; none: that was all */
	WIRE_HOST_KEY,  /* to the box: host, a blank, the key in hexadecimal; answered by VERDICT */
	WIRE_WIDTH,     /* to the terminal: u16 columns of a row; 0: without an end */
	WIRE_OUTCOME,   /* to the box: u16 an errno, text of the reason; the last frame */
	WIRE_TYPES
};

enum wire_ask {
	WIRE_ECHO,      /* a line */
	WIRE_SILENT,    /* a line that is not shown */
	WIRE_KEY,       /* one key, and the question goes: a page is full */
	WIRE_CONFIRM    /* one key, which is shown; a line where there are no keys */
};
/* What an SSH server offers.  Algorithms are the protocol's names, separated by commas. */
enum wire_ssh {
	WIRE_SSH_END,   /* that was all */
	WIRE_SSH_HOST_KEY, /* a private key in PEM; more than one may come */
	WIRE_SSH_CIPHERS,
	WIRE_SSH_MACS,
	WIRE_SSH_KEX,
	WIRE_SSH_HOST_ALGORITHMS,
	WIRE_SSH_KEY_ALGORITHMS, /* of users' keys */
	WIRE_SSH_METHODS, /* a number: 1 password, 2 keyboard-interactive, 4 public key */
	WIRE_SSH_BANNER,
	WIRE_SSH_SECONDS, /* a number: from the connection to the shell */
	WIRE_SSH_KINDS
};
/* A password; a key ("ssh-rsa AAAA...") that is asked after; one whose owner has signed. */
enum wire_claim { WIRE_PASSWORD = 1, WIRE_KEY_OFFERED, WIRE_KEY_PROVEN };
enum wire_verdict { WIRE_NO, WIRE_YES, WIRE_NO_MORE };

enum {
	WIRE_VERSION = 1,
	WIRE_HEAD = 5,
	WIRE_MAX = 16384,       /* of a payload */
	WIRE_LINE_MAX = 8192,   /* of a typed line */
	WIRE_PROMPT_MAX = 512,
	WIRE_QUESTION_MAX = 4096,
	WIRE_SSH_MAX = 8192,    /* of one offer, of what a claim shows */
	WIRE_USER_MAX = 64,
	WIRE_CREDIT_MAX = 1 << 20,
	/* flags of HELLO: at a keyboard; lines that start privileged (the box decides) */
	WIRE_INTERACTIVE = 1,
	WIRE_PRIVILEGED = 2,
	/* flags of PROMPT and BYE: the line before it was refused */
	WIRE_REFUSED = 1
};

/* A frame that was read.  The payload stays where it is until the reader is filled again; who
 * reads a password wipes it there. */
struct wire_frame { enum wire_type type; uint8_t *payload; size_t size; };

struct wire_in {
	size_t head, used;      /* bytes[head] .. bytes[used - 1] are not read yet */
	uint8_t bytes[2 * (WIRE_HEAD + WIRE_MAX)];
};

void wire_in_init(struct wire_in *);
/* Where bytes can be put, and how many; then say how many were. */
uint8_t *wire_room(struct wire_in *, size_t *size);
void wire_filled(struct wire_in *, size_t size);
/* Read from a descriptor what there is.  Bytes; -EAGAIN; -EPIPE at its end; -errno. */
int  wire_fill(struct wire_in *, int fd);
/* The next frame.  1; 0: more bytes are needed; -EPROTO. */
int  wire_next(struct wire_in *, struct wire_frame *);

/* Numbers of a payload; beyond its end they are 0. */
uint8_t  wire_u8(const struct wire_frame *, size_t at);
uint16_t wire_u16(const struct wire_frame *, size_t at);
uint32_t wire_u32(const struct wire_frame *, size_t at);
/* The text from `at` on, with an end.  -E2BIG: `buf` is too small; -EPROTO: there is a NUL in it. */
int  wire_text(const struct wire_frame *, size_t at, char *buf, size_t size);

struct wire_out {
	size_t size, sent;
	uint8_t bytes[WIRE_HEAD + WIRE_MAX];
};

void wire_begin(struct wire_out *, enum wire_type);
void wire_put_u8(struct wire_out *, uint8_t);
void wire_put_u16(struct wire_out *, uint16_t);
void wire_put_u32(struct wire_out *, uint32_t);
/* As many of the bytes as the type's largest payload takes. */
void wire_put(struct wire_out *, const void *bytes, size_t size);
/* Send what is left of it.  1: all is gone; 0: the socket is full, poll and call again; -errno. */
int  wire_flush(struct wire_out *, int fd);

#endif
