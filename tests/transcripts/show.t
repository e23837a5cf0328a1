# What a box at rest shows: nothing on it, but every heading in its place.
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname edge1
edge1(config)#voice service voip
edge1(conf-voi-serv)#ip address trusted list
edge1(cfg-iptrust-list)#ipv4 192.0.2.0 255.255.255.0
edge1(cfg-iptrust-list)#exit
edge1(conf-voi-serv)#dial-peer voice 100 voip
edge1(config-dial-peer)#destination-pattern 1...
edge1(config-dial-peer)#session protocol sipv2
edge1(config-dial-peer)#session target ipv4:192.0.2.1
edge1(config-dial-peer)#preference 2
edge1(config-dial-peer)#dial-peer voice 101 voip
edge1(config-dial-peer)#destination-pattern 10..
edge1(config-dial-peer)#session target ipv4:192.0.2.2
edge1(config-dial-peer)#shutdown
edge1(config-dial-peer)#dial-peer voice 200 voip
edge1(config-dial-peer)#incoming called-number .T
edge1(config-dial-peer)#end
edge1#show privilege
Current privilege level is 15
edge1#show dial-peer voice summary
dial-peer hunt 0
             AD                                    PRE PASS SESS-SER-GRP\  OUT
TAG    TYPE  MIN  OPER PREFIX    DEST-PATTERN      FER THRU SESS-TARGET    STAT PORT    KEEPALIVE    VRF
100    voip  up   up             1...               2  syst ipv4:192.0.2.1                          NA
101    voip  down down           10..               0  syst ipv4:192.0.2.2                          NA
200    voip  up   up                                0  syst                                         NA
edge1#show dialplan number 1001
Macro Exp.: 1001

VoiceOverIpPeer100
	peer type = voice, system default peer = FALSE, information type = voice,
	description = `',
	tag = 100, destination-pattern = `1...',
	answer-address = `', preference=2,
	numbering Type = `unknown'
	group = 100, Admin state is up, Operation state is up,
	incoming called-number = `', connections/maximum = 0/unlimited,
	bandwidth/maximum = 0/unlimited,
	DTMF Relay = disabled,
	huntstop = disabled,
	permission :both
	incoming COR list:maximum capability
	outgoing COR list:minimum requirement
	Translation profile (Incoming):
	Translation profile (Outgoing):
	type = voip, session-target = `ipv4:192.0.2.1',
	settle-call = disabled
	ip media DSCP = ef,
	UDP checksum = enabled,
	session-protocol = sipv2, session-transport = system,
	req-qos = best-effort, acc-qos = best-effort,
	RTP dynamic payload type values: NTE = 101
	codec = g729r8,
	video codec = None
	voice class codec = `'
	Media Setting = flow-through
	VAD = enabled,
	voice class sip url = system,
	voice class sip early-offer forced = system,
	voice class sip bind control = system,
	voice class sip bind media = system,
	voice class sip options-keepalive = disabled,
	redirect ip2ip = disabled
	Secure RTP: system (use the global setting)
	Time elapsed since last clearing of voice call statistics never
	Connect Time = 0, Charged Units = 0,
	Successful Calls = 0, Failed Calls = 0, Incomplete Calls = 0
	Accepted Calls = 0, Refused Calls = 0,
	Last Disconnect Cause is "",
	Last Disconnect Text is "",
Matched: 1001   Digits: 1
Target: ipv4:192.0.2.1
edge1#show dialplan number 9
Macro Exp.: 9
No match, result=-1(NO_MATCH)
edge1#show dial-peer voice 999
% dial-peer 999 does not exist
edge1#show ip address trusted list
IP Address Trusted Authentication
 Administration State: UP
 Operation State:      UP

IP Address Trusted Call Block Cause: call-reject (21)

VoIP Dial-peer IPv4 and IPv6 Session Targets:
Peer Tag        Oper State      Session Target
--------        ----------      --------------
100             UP              ipv4:192.0.2.1
101             DOWN            ipv4:192.0.2.2

Configured IP Address Trusted List:
 ipv4 192.0.2.0 255.255.255.0

Requests and connections discarded as untrusted: 0
edge1#show call active voice brief
<ID>: <CallID> <start>ms.<index> (<start>) +<connect> pid:<peer_id> <dir> <addr> <state>
  dur hh:mm:ss tx:<packets>/<bytes> rx:<packets>/<bytes> dscp:<packets violation> media:<packets violation> audio tos:<audio tos value> video tos:<video tos value>
 IP <ip>:<udp> rtt:<time>ms pl:<play>/<gap>ms lost:<lost>/<early>/<late>
  delay:<last>/<min>/<max>ms <codec> <textrelay> <transcoded

 media inactive detected:<y/n> media cntrl rcvd:<y/n> timestamp:<time>

 long duration call detected:<y/n> long duration call duration :<sec> timestamp:<time>
 LostPacketRate:<%> OutOfOrderRate:<%>
 LocalUUID:<%> RemoteUUID:<%>
 VRF:<%>

Telephony call-legs: 0
SIP call-legs: 0
H323 call-legs: 0
Call agent controlled call-legs: 0
SCCP call-legs: 0
STCAPP call-legs: 0
Multicast call-legs: 0
Total call-legs: 0

Telephony call-legs: 0
SIP call-legs: 0
H323 call-legs: 0
Call agent controlled call-legs: 0
SCCP call-legs: 0
STCAPP call-legs: 0
Multicast call-legs: 0
Total call-legs: 0
edge1#show call active voice compact
<callID>  A/O FAX  T<sec>  Codec       type  Peer Address       IP R<ip>:<udp>    VRF
Total call-legs: 0
edge1#show call history voice brief
<ID>: <CallID> <start>ms.<index> (<start>) +<connect> +<disc> pid:<peer_id> <direction> <addr>
 dur hh:mm:ss tx:<packets>/<bytes> rx:<packets>/<bytes> <disc-cause>(<text>)
 IP <ip>:<udp> rtt:<time>ms pl:<play>/<gap>ms lost:<lost>/<early>/<late>
  delay:<last>/<min>/<max>ms <codec> <textrelay> <transcoded

 media inactive detected:<y/n> media cntrl rcvd:<y/n> timestamp:<time>

 long duration call detected:<y/n> long duration call duration :<sec> timestamp:<time>
 LostPacketRate:<%> OutOfOrderRate:<%>
 LocalUUID:<%> RemoteUUID:<%>
 VRF:<%>

Telephony call-legs: 0
SIP call-legs: 0
H323 call-legs: 0
Call agent controlled call-legs: 0
SCCP call-legs: 0
STCAPP call-legs: 0
Multicast call-legs: 0
Total call-legs: 0

Telephony call-legs: 0
SIP call-legs: 0
H323 call-legs: 0
Call agent controlled call-legs: 0
SCCP call-legs: 0
STCAPP call-legs: 0
Multicast call-legs: 0
Total call-legs: 0
edge1#show voip rtp connections
VoIP RTP Port Usage Information:
Max Ports Available: 20099, Ports Reserved: 0, Ports in Use: 0
Port range not configured
                                        Min   Max   Ports     Ports     Ports
Media-Address Range                     Port  Port  Available Reserved  In-use
------------------------------------------------------------------------------
Global Media Pool                       8000  48198 20099     0         0
------------------------------------------------------------------------------
VoIP RTP active connections :
No active connections found

edge1#show sip-ua connections tcp brief
Total active connections      : 0
No. of send failures          : 0
No. of remote closures        : 0
No. of conn. failures         : 0
No. of inactive conn. ageouts : 0

-------------- SIP Transport Layer Listen Sockets ---------------
  Conn-Id               Local-Address
 ===========    =============================
   2            [0.0.0.0]:5060

edge1#show sip-ua connections udp detail
Total active connections      : 0
No. of send failures          : 0
No. of remote closures        : 0
No. of conn. failures         : 0
No. of inactive conn. ageouts : 0

---------Printing Detailed Connection Report---------
Note:
 ** Tuples with no matching socket entry
    - Do 'clear sip <tcp[tls]/udp> conn t ipv4:<addr>:<port>'
      to overcome this error condition
 ++ Tuples with mismatched address/port entry
    - Do 'clear sip <tcp[tls]/udp> conn t ipv4:<addr>:<port> id <connid>'
      to overcome this error condition

-------------- SIP Transport Layer Listen Sockets ---------------
  Conn-Id               Local-Address
 ===========    =============================
   1            [0.0.0.0]:5060

edge1#show sip-ua timers
SIP UA Timer Values (millisecs unless noted)
trying 500, expires 180000, connect 500, disconnect 500
prack 500, rel1xx 500, notify 500, update 500
refer 500, register 500, info 500, options 500
tcp/udp aging 5 minutes
tls aging 60 minutes
tls establish 20 seconds
edge1#show crypto pki trustpoints
edge1#show crypto pki certificates
edge1#show crypto key mypubkey rsa
edge1#debug ccsip messages
SIP Call messages tracing is enabled
edge1#debug ssl openssl errors
TLS errors debugging is on
edge1#debug ssl openssl msg
TLS msg debugging is on
edge1#debug ssl openssl states
TLS state debugging is on
edge1#show debugging
CCSIP SPI: SIP Call Message tracing is enabled  (filter is OFF)
SSL:
  TLS errors debugging is on
  TLS msg debugging is on
  TLS state debugging is on
edge1#no debug ccsip messages
SIP Call messages tracing is disabled
edge1#undebug all
All possible debugging has been turned off
edge1#show debugging
edge1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
edge1(config)#crypto pki trustpoint CCM-cert-02
edge1(ca-trustpoint)#enrollment terminal
edge1(ca-trustpoint)#revocation-check none
edge1(ca-trustpoint)#exit
edge1(config)#crypto pki authenticate CCM-cert-02

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< ccm.pem
< quit

Trustpoint 'CCM-cert-02' is a subordinate CA.
but certificate is not a CA certificate.
Manual verification required
Certificate has the following attributes:
       Fingerprint MD5: A08A9727 448C016C 623EFC78 FA150588 
      Fingerprint SHA1: 9C002E38 B8275C4E A3238AB9 0A6BB2DD B50C55D6 
    Fingerprint SHA256: 2A62EB92 3A7696CB 5D765E46 CDADDAFF 897DAA8D 5F54E7F4 E1EB11B8 CC98C51D 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% Certificate successfully imported

edge1(config)#end
edge1#show crypto pki certificates CCM-cert-02
CA Certificate
  Status: Available
  Certificate Serial Number (hex): 00907C
  Certificate Usage: General Purpose
  Issuer: 
    o=Example
    cn=Test Root CA
  Subject: 
    o=Example
    cn=ccm1.example.com
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Associated Trustpoints: CCM-cert-02 
edge1#show crypto pki certificates verbose CCM-cert-02
CA Certificate
  Status: Available
  Version: 3
  Certificate Serial Number (hex): 00907C
  Certificate Usage: General Purpose
  Issuer: 
    o=Example
    cn=Test Root CA
  Subject: 
    o=Example
    cn=ccm1.example.com
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2020
    end   date: 00:00:00 UTC Jan 1 2120
  Subject Key Info:
    Public Key Algorithm: rsaEncryption
    RSA Public Key: (2048 bit)
  Signature Algorithm: SHA256 with RSA Encryption
  Fingerprint MD5: A08A9727 448C016C 623EFC78 FA150588 
  Fingerprint SHA1: 9C002E38 B8275C4E A3238AB9 0A6BB2DD B50C55D6 
  Fingerprint SHA256: 2A62EB92 3A7696CB 5D765E46 CDADDAFF 897DAA8D 5F54E7F4 E1EB11B8 CC98C51D 
  X509v3 extensions:
    X509v3 Key Usage: A0000000
      Digital Signature
      Key Encipherment
    X509v3 Subject Key ID: D0D580E7 9DFD56AB 78C68F2B 033E530E 61257BAC 
    X509v3 Basic Constraints:
        CA: FALSE
    X509v3 Authority Key ID: 84176F43 A1578AED 240CE0AC 41EA1C2E 07103A3B 
    Authority Info Access:
    Extended Key Usage:
        Server Auth
        Client Auth
  Associated Trustpoints: CCM-cert-02 
edge1#show crypto pki trustpoints status
Trustpoint CCM-cert-02:
  Issuing CA certificate configured:
    Subject Name:
     o=Example,cn=ccm1.example.com
    Fingerprint MD5: A08A9727 448C016C 623EFC78 FA150588 
    Fingerprint SHA1: 9C002E38 B8275C4E A3238AB9 0A6BB2DD B50C55D6 
  State:
    Keys generated ............. No
    Issuing CA authenticated ....... Yes
    Certificate request(s) ..... None


