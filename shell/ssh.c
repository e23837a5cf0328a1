/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/ssh.c -- the box's half of an SSH login: it offers what the server is to speak, and judges who
 * comes.  The protocol itself is spoken by the login process (shell/terminal/ssh.c), which a stranger
 * may have taken over: it is given no more than a host key and yes or no. */
#include "shell/secret.h"
#include "shell/visit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the offer ----------------------------------------------------------------------------- */

static void
offer(struct visit *v, enum wire_ssh kind, const char *text)
{
	struct wire_out out;

	wire_begin(&out, WIRE_SSH);
	wire_put_u8(&out, kind);
	wire_put(&out, text, strlen(text));
	visit_send(v, &out);
	explicit_bzero(out.bytes, out.size);
}

static void
offer_number(struct visit *v, enum wire_ssh kind, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	offer(v, kind, text);
}

static void
offer_all(struct visit *v, const struct door_ssh *s)
{
	for (int i = 0; i < DOOR_HOST_KEYS; i++)
		if (s->host_key[i])
			offer(v, WIRE_SSH_HOST_KEY, s->host_key[i]);
	offer(v, WIRE_SSH_CIPHERS, s->ciphers);
	offer(v, WIRE_SSH_MACS, s->macs);
	offer(v, WIRE_SSH_KEX, s->kex);
	offer(v, WIRE_SSH_HOST_ALGORITHMS, s->host_algorithms);
	offer(v, WIRE_SSH_KEY_ALGORITHMS, s->key_algorithms);
	offer(v, WIRE_SSH_BANNER, s->banner);
	offer_number(v, WIRE_SSH_METHODS, s->methods);
	offer_number(v, WIRE_SSH_SECONDS, s->seconds);
	offer(v, WIRE_SSH_END, "");
}

static void
wipe(struct door_ssh *s)
{
	for (int i = 0; i < DOOR_HOST_KEYS; i++) {
		if (s->host_key[i])
			explicit_bzero(s->host_key[i], strlen(s->host_key[i]));
		free(s->host_key[i]);
	}
}

/* ---- the claims ---------------------------------------------------------------------------- */

struct knock { int failed, claims, tries; };

static void
say_verdict(struct visit *v, enum wire_verdict verdict)
{
	struct wire_out out;

	wire_begin(&out, WIRE_VERDICT);
	wire_put_u8(&out, verdict);
	visit_send(v, &out);
}

static void
come_in(struct visit *v, const char *user, int level)
{
	v->known = true;
	v->level = level;
	pthread_mutex_lock(v->lock);
	snprintf(v->user.user, sizeof(v->user.user), "%s", user);
	pthread_mutex_unlock(v->lock);
}

static enum wire_verdict
judge(struct visit *v, const struct door_claim *claim, struct knock *k)
{
	int level = 1;
	bool good = !v->known && k->failed < k->tries && ++k->claims <= VISIT_CLAIM_TRIES &&
	    v->o->judge && v->o->judge(v->o->box, claim, &level) == 0;

	if (good && claim->by != DOOR_KEY_OFFERED)
		come_in(v, claim->user, level);
	if (good)
		return WIRE_YES;
	/* A client shows all keys that it has: those that do not fit are no attempts. */
	k->failed += claim->by != DOOR_KEY_OFFERED;
	return k->failed < k->tries && k->claims < VISIT_CLAIM_TRIES ? WIRE_NO : WIRE_NO_MORE;
}

/* false: it is no claim that we understand. */
static bool
take_claim(struct visit *v, struct wire_frame *f, struct knock *k)
{
	static const enum door_claims claims[] = {[WIRE_PASSWORD] = DOOR_BY_PASSWORD,
	    [WIRE_KEY_OFFERED] = DOOR_KEY_OFFERED, [WIRE_KEY_PROVEN] = DOOR_KEY_PROVEN};
	char user[WIRE_USER_MAX + 1], secret[WIRE_SSH_MAX + 1];
	size_t n = wire_u8(f, 1);
	struct door_claim claim = {.user = user, .secret = secret, .tty = v->user.tty,
	    .from = v->user.from, .crypto = v->user.crypto};
	int by = wire_u8(f, 0);
	bool good = by >= WIRE_PASSWORD && by <= WIRE_KEY_PROVEN && n <= WIRE_USER_MAX &&
	    2 + n <= f->size && !memchr(f->payload + 2, '\0', n) &&
	    wire_text(f, 2 + n, secret, sizeof(secret)) == 0;

	if (good) {
		claim.by = claims[by];
		memcpy(user, f->payload + 2, n);
		user[n] = '\0';
		name_clean(user);
		say_verdict(v, judge(v, &claim, k));
	}
	explicit_bzero(f->payload, f->size);
	explicit_bzero(secret, sizeof(secret));
	return good;
}

static void
take_secured(struct visit *v, const struct wire_frame *f)
{
	char text[257];

	if (wire_text(f, 0, text, sizeof(text)) < 0)
		return;
	pthread_mutex_lock(v->lock);
	snprintf(v->user.crypto, sizeof(v->user.crypto), "%.95s", text);
	pthread_mutex_unlock(v->lock);
}

bool
visit_ssh(struct visit *v, struct wire_frame *f)
{
	struct door_ssh s = {.seconds = 120, .tries = 3};
	struct knock k = {0};
	int64_t until, now = visit_now_ms();
	bool in = v->o->ssh && v->o->ssh(v->o->box, &s);

	if (in)
		offer_all(v, &s);
	wipe(&s);
	k.tries = s.tries;
	until = now + s.seconds * 1000LL;
	while (in && now < until && visit_next(v, f, (int)(until - now)) > 0) {
		if (f->type == WIRE_HELLO)
			return v->known;
		if (f->type == WIRE_SECURED)
			take_secured(v, f);
		else if (f->type != WIRE_CLAIM || !take_claim(v, f, &k))
			return false;
		now = visit_now_ms();
	}
	return false;
}
