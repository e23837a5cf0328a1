/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modes/show_test.c -- the printers of show, byte for byte, over made-up answers of the datapath.
 */
#include "modes/show.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static unsigned failures;
static char *text;
static size_t size;

static FILE *
begin(void)
{
	return open_memstream(&text, &size);
}

/* What was printed since begin(); `part': only that it is in it. */
static void
expect(FILE *out, const char *what, const char *expected, bool part)
{
	fclose(out);
	if (part ? !strstr(text, expected) : strcmp(text, expected)) {
		printf("%s:\n%s--- not\n%s---\n", what, text, expected);
		failures++;
	}
	free(text);
}

static addr_t
at(const char *host, uint16_t port)
{
	addr_t a = {0};

	if (addr_parse(&a, host, port) < 0)
		failures++;
	return a;
}

/* ---- connections --------------------------------------------------------------------------- */

/* The seed's own text. */
static const char seed[] =
    "Total active connections      : 1\n"
    "No. of send failures          : 0\n"
    "No. of remote closures        : 2\n"
    "No. of conn. failures         : 0\n"
    "No. of inactive conn. ageouts : 0\n"
    "TLS client handshake failures : 0\n"
    "TLS server handshake failures : 16\n"
    "\n"
    "---------Printing Detailed Connection Report---------\n"
    "Note:\n"
    " ** Tuples with no matching socket entry\n"
    "    - Do 'clear sip <tcp[tls]/udp> conn t ipv4:<addr>:<port>'\n"
    "      to overcome this error condition\n"
    " ++ Tuples with mismatched address/port entry\n"
    "    - Do 'clear sip <tcp[tls]/udp> conn t ipv4:<addr>:<port> id <connid>'\n"
    "      to overcome this error condition\n"
    "\n"
    "Remote-Agent:10.72.86.74, Connections-Count:1\n"
    "  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address\n"
    "  =========== ======= =========== =========== ===========\n"
    "        48800       3 Established           0 10.72.86.86\n"
    "\n"
    "-------------- SIP Transport Layer Listen Sockets ---------------\n"
    "  Conn-Id               Local-Address\n"
    " ===========    =============================\n"
    "   2            [10.72.86.86]:5061\n"
    "\n";
static const char ours[] =
    "---------TLS Connections---------\n"
    " Conn-Id 3, server for 10.72.86.74:48800\n"
    "   TLSv1.3 TLS_AES_256_GCM_SHA384 X25519, peer /CN=CCM, trusted by CCM-cert-02\n"
    "\n"
    "---------TLS Handshake Failures, newest first---------\n"
    " 12:42:13 UTC Fri Nov 23 2012, remote 10.72.86.99:40000, we were the server\n"
    "   newest\n"
    " 12:42:12 UTC Fri Nov 23 2012, remote 10.72.86.74:5061, we were the client\n"
    "   first of its second\n"
    " 12:42:12 UTC Fri Nov 23 2012, remote 10.72.86.74:5061, we were the client\n"
    "   second\n"
    "\n";

enum { SEED_S = 1353674532 }; /* 12:42:12 UTC Nov 23 2012 */

static void
test_seed_connections(void)
{
	struct conn_info conn = {.id = 3,
	    .transport = TRANSPORT_TLS,
	    .state = CONN_ESTABLISHED,
	    .remote = at("10.72.86.74", 48800),
	    .local = at("10.72.86.86", 5061),
	    .version = "TLSv1.3",
	    .cipher = "TLS_AES_256_GCM_SHA384",
	    .curve = "X25519",
	    .peer = "/CN=CCM",
	    .vouched = "CCM-cert-02"};
	struct listener_info listener = {2, TRANSPORT_TLS, at("10.72.86.86", 5061)};
	struct tls_failure failed[] = {
	    {.at_s = SEED_S, .remote = at("10.72.86.74", 5061), .server = false, .report = {.why = "first of its second"}},
	    {.at_s = SEED_S, .remote = at("10.72.86.74", 5061), .server = false, .report = {.why = "second"}},
	    {.at_s = SEED_S + 1, .remote = at("10.72.86.99", 40000), .server = true, .report = {.why = "newest"}}};
	struct conns c = {.conns = &conn,
	    .count = 1,
	    .listeners = &listener,
	    .listener_count = 1,
	    .failures = failed,
	    .failure_count = 3,
	    .stats = {.remote_closures = 2, .server_handshakes = 16}};
	char both[sizeof(seed) + sizeof(ours)];
	FILE *out = begin();

	snprintf(both, sizeof(both), "%s%s", seed, ours);
	print_conns(&c, TRANSPORT_TLS, true, out);
	expect(out, "tcp tls detail", both, false);
}

static void
test_agents(void)
{
	struct conn_info conns[] = {
	    {.id = 9, .remote = at("192.0.2.9", 5060), .local = at("192.0.2.1", 40000)},
	    {.id = 7,
		.state = CONN_CLOSING,
		.remote = at("192.0.2.2", 65535),
		.local = at("0.0.0.0", 0)},
	    {.id = 12345,
		.state = CONN_HANDSHAKE,
		.queued = 512,
		.remote = at("192.0.2.9", 5062),
		.local = at("192.0.2.1", 40002)}};
	struct conns c = {.conns = conns, .count = 3};
	FILE *out = begin();

	print_conns(&c, TRANSPORT_TCP, true, out);
	expect(out, "agents",
	    "Remote-Agent:192.0.2.2, Connections-Count:1\n"
	    "  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address\n"
	    "  =========== ======= =========== =========== ===========\n"
	    "        65535       7 Closing               0 -\n"
	    "\n"
	    "Remote-Agent:192.0.2.9, Connections-Count:2\n"
	    "  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address\n"
	    "  =========== ======= =========== =========== ===========\n"
	    "         5060       9 Connecting            0 192.0.2.1\n"
	    "         5062   12345 Pending             512 192.0.2.1\n"
	    "\n"
	    "-------------- SIP Transport Layer Listen Sockets ---------------\n",
	    true);
}

static void
test_brief_connections(void)
{
	struct conns c = {.stats = {.send_failures = 4}};
	FILE *out = begin();

	print_conns(&c, TRANSPORT_UDP, false, out);
	expect(out, "udp brief",
	    "Total active connections      : 0\n"
	    "No. of send failures          : 4\n"
	    "No. of remote closures        : 0\n"
	    "No. of conn. failures         : 0\n"
	    "No. of inactive conn. ageouts : 0\n"
	    "\n"
	    "-------------- SIP Transport Layer Listen Sockets ---------------\n"
	    "  Conn-Id               Local-Address\n"
	    " ===========    =============================\n"
	    "\n",
	    false);
}

static void
test_statistics(void)
{
	static struct sip_stats s;
	FILE *out = begin();

	s.responses_in[100] = 1;
	s.responses_out[180] = 2;
	s.ok_in[METHOD_INVITE] = 3;
	s.responses_in[301] = 4;
	s.requests_out[METHOD_BYE] = 5;
	s.retries[METHOD_UPDATE] = 6;
	s.untrusted = 7;
	print_sip_stats(&s, out);
	if (!fflush(out) && (!strstr(text, "      OkInvite 3/0, OkBye 0/0,\n") ||
				!strstr(text, "MovedPermanently 4,\n") ||
				!strstr(text, "    Invite 0/0, Ack 0/0, Bye 0/5,\n") ||
				!strstr(text, "    Register 0 Subscribe 0 Update 6 Options 0\n") ||
				!strstr(text, "Total untrusted Request Consumed 7\n")))
		failures++;
	expect(out, "statistics",
	    "SIP Response Statistics (Inbound/Outbound)\n"
	    "    Informational:\n"
	    "      Trying 1/0, Ringing 0/2,\n"
	    "      Forwarded 0/0, Queued 0/0,\n"
	    "      SessionProgress 0/0\n"
	    "    Success:\n",
	    true);
}

/* ---- calls --------------------------------------------------------------------------------- */

/* 13:22:20.797 UTC Mon Mar 4 2024 */
static const int64_t setup_us = 1709558540797000;

static struct call_info
a_call(void)
{
	struct call_info c = {.id = 0x1218,
	    .guid = {0xE28B6D1D, 0x3D9011D6, 0x800400D0, 0xBA0D97A1},
	    .phase = CALL_ACTIVE,
	    .calling = "2001",
	    .called = "3001",
	    .setup_wall_us = setup_us,
	    .setup_ms = 2442930,
	    .connect_ms = 2444940,
	    .legs = 1};
	struct stream_info *i = &c.leg[0].stream;

	c.leg[0].call_id = 15;
	c.leg[0].peer_tag = 100;
	c.leg[0].index = 1;
	c.leg[0].signalling = at("192.0.2.20", 5061);
	strcpy(c.leg[0].number, "2001");
	i->local = at("192.0.2.1", 8000);
	i->remote = at("192.0.2.30", 16386);
	i->srtp = true;
	i->suite_in = AES_CM_128_HMAC_SHA1_80;
	i->suite_out = AEAD_AES_256_GCM;
	i->codec = G711ULAW;
	i->packets_out = 600;
	i->bytes_out = 96000;
	i->packets_in = 601;
	i->bytes_in = 96160;
	i->rtt_us = 6400;
	return c;
}

static void
test_active_leg(void)
{
	struct call_info c = a_call();
	int64_t now = setup_us + (2010 + 12900) * 1000;
	FILE *out = begin();

	print_leg_brief(&c, &c.leg[0], false, now, out);
	expect(out, "active brief",
	    "1218 : 15 2442930ms.1 (*13:22:20.797 UTC Mon Mar 4 2024) +2010 pid:100 Answer 2001 "
	    "active\n"
	    " dur 00:00:12 tx:600/96000 rx:601/96160 dscp:0 media:0 audio tos:0xB8 video tos:0x0\n"
	    " IP 192.0.2.30:16386 SRTP: on rtt:6ms pl:0/0ms lost:0/0/0 delay:0/0/0ms g711ulaw "
	    "TextRelay: off Transcoded: No ICE: Off\n"
	    " media inactive detected:n media contrl rcvd:n/a timestamp:n/a\n"
	    " long duration call detected:n long duration call duration:n/a timestamp:n/a\n"
	    " LostPacketRate:0.00 OutOfOrderRate:0.00\n"
	    " LocalUUID:\n"
	    " RemoteUUID:\n"
	    " VRF: NA\n",
	    false);
	out = begin();
	print_leg_compact(&c, &c.leg[0], false, now, out);
	expect(out, "active compact",
	    "    15 ANS     T12    g711ulaw    VOIP  P2001              192.0.2.30:16386     NA\n",
	    false);
	out = begin();
	print_leg_full(&c, &c.leg[0], false, now, out);
	expect(out, "active full",
	    "SRTP = on\n"
	    "SRTP suite=AES_CM_128_HMAC_SHA1_80 in, AEAD_AES_256_GCM out\n"
	    "TextRelay = off\n",
	    true);
}

static void
test_ended_leg(void)
{
	struct call_info c = a_call();
	FILE *out = begin();

	c.disconnect_ms = 2457000;
	c.cause = 16;
	strcpy(c.why, "the calling side hung up");
	print_leg_brief(&c, &c.leg[0], true, 0, out);
	expect(out, "history brief",
	    "1218 : 15 2442930ms.1 (*13:22:20.797 UTC Mon Mar 4 2024) +2010 +14070 pid:100 Answer "
	    "2001\n"
	    " dur 00:00:12 tx:600/96000 rx:601/96160 10  (normal call clearing (16))\n"
	    " IP 192.0.2.30:16386 SRTP: on rtt:6ms pl:0/0ms lost:0/0/0 delay:0/0/0ms g711ulaw "
	    "TextRelay: off Transcoded: No ICE: Off\n"
	    " media inactive detected:n media contrl rcvd:n/a timestamp:n/a\n"
	    " long duration call detected:n long duration call duration:n/a timestamp:n/a\n"
	    " LostPacketRate:0.00 OutOfOrderRate:0.00\n",
	    false);
	c.connect_ms = 0;
	c.cause = 1;
	strcpy(c.why, "the called side said 404 Not Found");
	out = begin();
	print_leg_brief(&c, &c.leg[0], true, 0, out);
	expect(out, "why", "Rate:0.00\n why: the called side said 404 Not Found\n", true);
	out = begin();
	print_leg_full(&c, &c.leg[0], true, 0, out);
	expect(
	    out, "why in full", "\nDisconnectReason=the called side said 404 Not Found\n\n", true);
}

/* ---- certificates -------------------------------------------------------------------------- */

static struct shown_certificate *
a_certificate(void)
{
	struct shown_certificate *c = calloc(1, sizeof(*c));
	struct pki_cert_info *i;

	if (!c)
		abort();
	i = &c->info;
	c->role = CERT_OWN;
	strcpy(c->trustpoints, "CUBE-TLS ");
	strcpy(c->label, "CUBE-KEY");
	i->version = 3;
	strcpy(i->serial, "0094EC");
	strcpy(i->issuer[0], "cn=Example Issuing CA");
	strcpy(i->issuer[1], "o=Example");
	i->issuers = 2;
	strcpy(i->subject[0], "cn=edge1.example.com");
	strcpy(i->subject[1], "o=Example");
	i->subjects = 2;
	strcpy(i->common_name, "edge1.example.com");
	strcpy(i->crl[0], "http://pki.example.com/issuing.crl");
	i->crls = 1;
	i->not_before = 1700713288;
	i->not_after = 1763871688;
	strcpy(i->key_algorithm, "rsaEncryption");
	i->key_type = PKI_RSA;
	i->key_bits = 2048;
	strcpy(i->signature, "SHA256 with RSA Encryption");
	i->has_key_usage = i->has_basic = true;
	i->key_usage = 0xA0000000;
	strcpy(i->san_dns[0], "edge1.example.com");
	strcpy(i->san_ip[0], "192.0.2.1");
	i->san_dnss = i->san_ips = 1;
	strcpy(i->eku[0], "Client Auth");
	i->ekus = 1;
	i->ski_size = 6;
	return c;
}

static void
test_certificate(void)
{
	struct shown_certificate *c = a_certificate();
	FILE *out = begin();

	print_certificate(c, false, out);
	expect(out, "certificate",
	    "Certificate\n"
	    "  Status: Available\n"
	    "  Certificate Serial Number (hex): 0094EC\n"
	    "  Certificate Usage: General Purpose\n"
	    "  Issuer: \n"
	    "    cn=Example Issuing CA\n"
	    "    o=Example\n"
	    "  Subject:\n"
	    "    Name: edge1.example.com\n"
	    "    IP Address: 192.0.2.1\n"
	    "    cn=edge1.example.com\n"
	    "    o=Example\n"
	    "  CRL Distribution Points: \n"
	    "    http://pki.example.com/issuing.crl\n"
	    "  Validity Date: \n"
	    "    start date: 04:21:28 UTC Nov 23 2023\n"
	    "    end   date: 04:21:28 UTC Nov 23 2025\n"
	    "  Associated Trustpoints: CUBE-TLS \n",
	    false);
	free(c);
}

static void
test_certificate_in_full(void)
{
	struct shown_certificate *c = a_certificate();
	FILE *out = begin();

	print_certificate(c, true, out);
	expect(out, "certificate verbose",
	    "  Subject Key Info:\n"
	    "    Public Key Algorithm: rsaEncryption\n"
	    "    RSA Public Key: (2048 bit)\n"
	    "  Signature Algorithm: SHA256 with RSA Encryption\n"
	    "  Fingerprint MD5: 00000000 00000000 00000000 00000000 \n"
	    "  Fingerprint SHA1: 00000000 00000000 00000000 00000000 00000000 \n"
	    "  Fingerprint SHA256: 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
	    "00000000 \n"
	    "  X509v3 extensions:\n"
	    "    X509v3 Key Usage: A0000000\n"
	    "      Digital Signature\n"
	    "      Key Encipherment\n"
	    "    X509v3 Subject Key ID: 00000000 0000 \n"
	    "    X509v3 Basic Constraints:\n"
	    "        CA: FALSE\n"
	    "    X509v3 Subject Alternative Name:\n"
	    "        edge1.example.com\n"
	    "        IP Address : 192.0.2.1\n"
	    "        OtherNames :\n"
	    "    Authority Info Access:\n"
	    "    Extended Key Usage:\n"
	    "        Client Auth\n"
	    "  Associated Trustpoints: CUBE-TLS \n"
	    "  Key Label: CUBE-KEY\n"
	    "  Key storage device: private config\n",
	    true);
	c->role = CERT_CA;
	c->label[0] = '\0';
	out = begin();
	print_certificate(c, true, out);
	expect(out, "CA certificate",
	    "  Subject: \n"
	    "    cn=edge1.example.com\n"
	    "    o=Example\n",
	    true);
	free(c);
}

/* ---- dial-peers ---------------------------------------------------------------------------- */

static void
test_dial_peer(void)
{
	struct dial_peer p = {0};
	char buf[64];

	p.target.type = TARGET_IPV4;
	p.target.port = 5061;
	if (inet_pton(AF_INET, "192.0.2.20", &p.target.ipv4) != 1 || dial_peer_up(&p, PEER_UP))
		failures++;
	strcpy(p.destination, "1...");
	if (!dial_peer_up(&p, PEER_UNPROBED) || dial_peer_up(&p, PEER_DOWN))
		failures++;
	if (strcmp(target_words(&p.target, buf, sizeof(buf)), "ipv4:192.0.2.20:5061"))
		failures++;
	p.shutdown = true;
	if (dial_peer_up(&p, PEER_UP))
		failures++;
}

int
main(void)
{
	test_seed_connections();
	test_agents();
	test_brief_connections();
	test_statistics();
	test_active_leg();
	test_ended_leg();
	test_certificate();
	test_certificate_in_full();
	test_dial_peer();
	printf("show: %u failures\n", failures);
	return failures != 0;
}
