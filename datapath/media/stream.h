/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.h -- the packets of one side of one call, and the engine of the worker that moves them.
 * Inside datapath/media/ only: the exchange fills a stream in, relay.c runs it. */
#ifndef DATAPATH_MEDIA_STREAM_H
#define DATAPATH_MEDIA_STREAM_H

#include "datapath/media/address.h"
#include "datapath/media/exchange.h"
#include "datapath/media/ports.h"
#include "datapath/media/sdp.h"
#include "datapath/media/srtp.h"

enum channel { CHANNEL_RTP, CHANNEL_RTCP, CHANNELS };

enum { ROUTES_MAX = 24, NO_ROUTE = 0xff };

/* What a payload number of this side becomes on the other. */
struct route {
	uint32_t clock;
	uint8_t in, out;     /* numbers; out is the other side's */
	uint8_t kind, codec; /* enum format_kind, enum codec */
	uint8_t frame_bytes; /* see struct codec_row */
};

/* The pair of sockets of one side.  Outlives its stream until the loop has closed it. */
struct sockets {
	uv_poll_t poll[CHANNELS];
	int fd[CHANNELS];
	int open; /* handles not yet closed */
	uint16_t port;
	union address local;  /* with the RTP port */
	struct stream *owner; /* NULL: parked, or closing */
	struct sockets *next; /* parked */
	uint64_t parked_ms;
};

/* Pairs whose call is over rest here, open and watched, before another call gets them: opening and
 * closing sockets is most of what a call costs the kernel. */
struct parking {
	struct sockets *first, **last;
	uint32_t count;
};

/* RFC 3550 A.1, A.8: the source that is being received. */
struct reception {
	bool begun;
	uint16_t highest, transit_valid;
	uint32_t cycles, base, received, ssrc, transit, jitter16, clock;
	uint64_t lost_before; /* of the sources before this one */
};

struct relay; /* relay.c: a cell of the matrix */

struct stream {
	struct engine *engine;
	struct stream *other;
	struct sockets *sockets; /* NULL where there is no wire */
	enum ending ending;
	bool running;                   /* both sides have agreed */
	bool peer_receives, peer_sends; /* as the peer says */
	bool any_source;
	const struct relay *relay;      /* from this side to the other */
	struct srtp_way *in, *out;      /* borrowed from the terms */
	union address remote[CHANNELS]; /* where we send; AF_UNSPEC: nowhere */
	union address source[CHANNELS]; /* whom we accept, once latched */
	bool latched[CHANNELS];
	uint8_t route_of[128]; /* index into route, or NO_ROUTE */
	struct route route[ROUTES_MAX];
	struct reception reception;
	uint32_t sr_middle; /* of the last sender report from here, and when it came */
	uint64_t sr_at_ns;
	uint64_t last_in_ms, armed_ms;
	struct stream_info count; /* its counters only */
	struct {
		uint32_t timestamp, ssrc;
		uint16_t sequence;
		bool marked;
	} tone;
	struct stream *tone_next, **tone_link; /* in the engine's list; link NULL: not in it */
};

/* Does the matrix have a cell for these wires?  No cell, no call. */
bool relay_possible(enum wire in, enum wire out);
/* Packets flow (again) from `s` to its other side: sets the cell. */
void relay_connect(struct stream *s, enum wire in, enum wire out);
/* Do we send to where the first good packet came from, whatever the SDP says? */
bool relay_follows(const struct stream *s);
/* Every packet that waits on one socket. */
void relay_readable(struct stream *s, enum channel, struct engine *);
/* One packet of `size` bytes, in the engine's buffer, as if it had come from `s`. */
void relay_inject(struct stream *s, uint8_t *packet, int size);
/* The lost packets of everything received so far. */
uint64_t reception_lost(const struct reception *);

/* Binds a pair on `local`: 0, -EADDRINUSE (no ports left) or -errno, with why. */
int sockets_open(struct sockets **, struct engine *, const addr_t *local,
    struct stream *owner, char *why, size_t size);
/* Returns at once; the memory goes when the loop has closed the handles. */
void sockets_close(struct sockets *, struct engine *);

/* What the engine ticks once a second. */
struct member {
	struct member *next, **link;
	void (*on_tick)(struct member *, uint64_t now_ms);
};
void engine_join(struct engine *, struct member *);
void engine_leave(struct engine *, struct member *);
uint64_t engine_now_ms(const struct engine *);
/* The stream makes a tone from now on (it is END_TONE and runs), or no more. */
void engine_tone(struct engine *, struct stream *, bool on);

enum { BATCH = 16, PACKET_ROOM = 2048, PACKET_MAX = PACKET_ROOM - 256 };

/* The worker's buffers: a packet is received, changed and sent in one of them. */
struct batch {
	struct mmsghdr in[BATCH], out[BATCH];
	struct iovec in_iov[BATCH], out_iov[BATCH];
	union address from[BATCH];
	int outs, out_fd;
	uint64_t now_ns;
	uint8_t packet[BATCH][PACKET_ROOM];
};
struct batch *engine_batch(struct engine *);
struct ports *engine_port_ring(struct engine *);
struct parking *engine_parking(struct engine *);
void sockets_unpark_all(struct engine *); /* closes them */
uv_loop_t *engine_loop(struct engine *);

#endif
