/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shell/secret_test.c -- known pairs, and what we make ourselves. */
#include "shell/secret.h"

#include <string.h>

static unsigned failures;
#define CHECK(what) ((what) ? (void)0 : (failures++, (void)printf("%d: %s\n", __LINE__, #what)))

static bool
fits(int type, const char *stored, const char *text)
{
	char why[64] = "";
	struct secret s;

	return secret_store(&s, true, type, stored, why, sizeof(why)) == 0 &&
	       secret_verify(&s, text) && !secret_verify(&s, "wrong") && !secret_verify(&s, "");
}

static void
round_trip(int type)
{
	struct secret s = {.set = 1, .type = (uint8_t)type};

	CHECK(secret_hash(type, "cisco", s.text, sizeof(s.text)) == 0);
	CHECK(secret_verify(&s, "cisco") && !secret_verify(&s, "Cisco"));
	printf("%d %s\n", type, s.text);
}

int
main(void)
{
	char text[64], why[64];
	struct secret s;

	CHECK(secret_unhide("070C285F4D06", text, sizeof(text)) == 0 && !strcmp(text, "cisco"));
	CHECK(secret_unhide("0822455D0A16", text, sizeof(text)) == 0 && !strcmp(text, "cisco"));
	CHECK(secret_unhide("094F471A1A0A", text, sizeof(text)) == 0 && !strcmp(text, "cisco"));
	CHECK(secret_unhide("070", text, sizeof(text)) < 0 && secret_unhide("07ZZ", text, 9) < 0);
	CHECK(secret_hide("a long pass phrase", text, sizeof(text)) == 0);
	CHECK(fits(7, text, "a long pass phrase"));
	CHECK(fits(5, "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "cisco"));
	CHECK(fits(8, "$8$dsYGNam3K1SIJO$7nv/35M/qr6t.dVc7UY9zrJDWRVqncHub1PE9UlMQFs", "cisco"));
	CHECK(fits(9, "$9$nhEmQVczB7dqsO$X.HsgL6x1il0RxkOSSvyQYwucySCt7qFm4v7pqCxkKM", "cisco"));
	round_trip(5);
	round_trip(8);
	round_trip(9);
	CHECK(secret_store(&s, true, -1, "clear", why, sizeof(why)) == 0 && s.type == 9 &&
	      secret_verify(&s, "clear"));
	CHECK(secret_store(&s, false, 0, "clear", why, sizeof(why)) == 0 && s.type == 0 &&
	      secret_verify(&s, "clear"));
	CHECK(secret_store(&s, true, 9, "clear", why, sizeof(why)) < 0 && !s.set);
	return failures != 0;
}
