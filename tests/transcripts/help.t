# `?' and TAB at each level.
Router#?
Exec commands:
{LINES}
  configure  {*}
{LINES}
  exit           Exit from the EXEC
{LINES}
  show           Show running system information
{LINES}
  write          Write running configuration

Router#co?
configure  copy

Router#configure ?
  confirm   Keep what was changed
  memory    From non-volatile memory
  network   From a server
  replace   Replace the running configuration
  revert    Go back
  terminal  From the terminal
  <cr>      <cr>

Router#xyz?
% Unrecognized command

Router#xyz ?
% Unrecognized command

Router#show ru<TAB>
show running-config 
Router#sh<TAB>
show 
Router#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#?
Configure commands:
  aaa                        Authentication, authorization, accounting
  alias                      Create command alias
  archive                    Copies of the configuration
  banner                     Define a login banner
  boot                       Modify system boot parameters
  boot-end-marker            Where the boot lines end
  boot-start-marker          Where the boot lines begin
  call-home                  Messages to the vendor
  card                       Configure a card
  cdp                        CDP
  class-map                  Class of packets
  clock                      Time of day clock
  control-plane              Packets to the box itself
  controller                 Configure a controller
  crypto                     Crypto
  default                    Set a command to its defaults
  diagnostic                 Diagnostics
  dial-peer                  Dial peers
  do                         To run exec commands in config mode
  enable                     Modify enable password parameters
  end                        Exit to privileged EXEC mode
  errdisable                 Ports that are shut down by themselves
  event                      Event
  exception                  What is done after a crash
  exit                       Exit from this configuration mode
  gateway                    Gateway parameters
  hostname                   Set system's network name
  hw-module                  Hardware modules
  interface                  Select an interface to configure
  ip                         Internet Protocol
  ipv6                       IPv6
  isdn                       ISDN
  key                        Keys
  kron                       Commands by the clock
  license                    Licenses
  line                       Configure a terminal line
  lldp                       LLDP
  logging                    Logging
  login                      Logins
  memory                     Memory
  mls                        Multilayer switching
  multilink                  PPP multilink global configuration
  netconf-yang               NETCONF
  network-clock              Clock of the network
  network-clock-participate  Who takes part in the network's clock
  network-clock-select       Source of the network's clock
  no                         Negate a command or set its defaults
  ntp                        NTP
  object-group               A group of objects
  password                   Passwords
  platform                   Platform specific configuration
  policy-map                 Policy for classes
  privilege                  Command privilege parameters
  radius                     RADIUS
  radius-server              RADIUS
  redundancy                 Redundancy of this box with another
  restconf                   RESTCONF
  route-map                  Route map
  router                     Routing protocol
  scheduler                  Scheduler
  service                    Services
  sip-ua                     SIP user agent
  snmp-server                SNMP
  spanning-tree              Spanning tree
  subscriber                 Subscribers
  tacacs                     TACACS+
  tacacs-server              TACACS+
  tftp-server                Files that are given out
  threat-visibility          Threat visibility
  track                      Track an object
  transceiver                Transceivers
  trunk                      Trunk group
  username                   Establish user name authentication
  version                    Version of the software
  voice                      Voice
  voice-card                 Configure a voice card
  vrf                        VRF

Router(config)#dial-peer ?
  voice  Voice

Router(config)#dial-peer voice ?
  <1-1073741823>  Tag

Router(config)#dial-peer voice 100 ?
  voip  Voice over IP

Router(config)#dial-peer voice 100 voip ?
  <cr>  <cr>

Router(config)#dial-peer voice 0 ?
% Unrecognized command

Router(config)#crypto ?
  ca           Certification authority
  dynamic-map  A map for peers that are not known
  engine       Engine
  ikev2        IKEv2
  ipsec        IPsec
  isakmp       ISAKMP
  key          Key pairs
  keyring      Keys of peers
  map          A map
  pki          Public key components

Router(config)#crypto pki ?
  authenticate  Get the CA certificate
  cert          A certificate
  certificate   Certificates
  enroll        Request a certificate
  export        Export
  http          HTTP
  import        Import
  profile       A profile
  server        A certificate authority
  token         Tokens
  trustpoint    Define a CA trustpoint
  trustpool     CA certificates of a bundle

Router(config)#crypto key generate rsa ?
  encryption    One for encryption
  exportable    May be exported
  general-keys  One pair for signing and encryption
  label         Name of the keys
  modulus       Size
  signature     One for signing
  storage       Where
  usage-keys    One pair for each
  <cr>          <cr>

Router(config)#dial-peer voice 100 voip
Router(config-dial-peer)#?
dial-peer configuration commands:
  answer-address       The calling number that selects this peer
  codec                Codec of the calls of this peer
  default              Set a command to its defaults
  description          Dial peer specific description
  destination-pattern  A full E.164 telephone number prefix
  do                   To run exec commands in config mode
  dtmf-relay           Transport of DTMF digits
  end                  Exit to privileged EXEC mode
  exit                 Exit from this configuration mode
  fax                  Fax
  huntstop             Stop hunting after this peer has failed
  incoming             Incoming dial peer
  max-conn             Sets the maximum connections per peer
  no                   Negate a command or set its defaults
  preference           Configure the preference order of a dial peer
  rtp                  RTP options
  session              VoIP session
  shutdown             Change the Admin State of this peer to down (no->up)
  srtp                 Secure RTP as the global setting
  translation-profile  Translation profile
  vad                  Voice activity detection
  voice-class          Voice class

Router(config-dial-peer)#session ?
  protocol   Session protocol of this peer
  target     Where the calls of this peer go
  transport  Transport of this peer

Router(config-dial-peer)#session target ?
  dns:HOST[:PORT]           Specify the name of the peer
  ipv4:A.B.C.D[:PORT]       Specify IPv4 address of the peer
  ipv6:[X:X:X:X::X][:PORT]  Specify IPv6 address of the peer
  loopback:rtp              Answer here and return the media
  ras                       Use RAS
  registrar                 Use the registrar of sip-ua
  sip-server                Use the SIP server of sip-ua
  sip-uri                   Use the host of the request

Router(config-dial-peer)#session transport ?
  system  As the global setting
  tcp     TCP
  udp     UDP

Router(config-dial-peer)#session transport t?
tcp

Router(config-dial-peer)#srtp ?
  fallback   RTP where the far end has no SRTP
  pass-thru  Keys pass through unchanged
  system     Secure RTP as the global setting
  <cr>       <cr>

Router(config-dial-peer)#codec ?
  aacld          AACLD 90000 bps
  clear-channel  Clear Channel 64000 bps
  g711alaw       G.711 A Law 64000 bps
  g711ulaw       G.711 u Law 64000 bps
  g722-64        G722-64K at 64000 bps
  g723ar53       G.723.1 ANNEX-A 5300 bps
  g723ar63       G.723.1 ANNEX-A 6300 bps
  g723r53        G.723.1 5300 bps
  g723r63        G.723.1 6300 bps
  g726r16        G.726 16000 bps
  g726r24        G.726 24000 bps
  g726r32        G.726 32000 bps
  g728           G.728 16000 bps
  g729br8        G.729 ANNEX-B 8000 bps
  g729r8         G.729 8000 bps
  gsmamr-nb      GSM AMR-NB
  gsmfr          GSM full rate 13200 bps
  ilbc           iLBC 13330 or 15200 bps
  isac           iSAC 10 to 32 kbps
  mp4a-latm      MP4A-LATM
  opus           Opus
  transparent    Whatever the ends agree on

Router(config-dial-peer)#codec g711ulaw ?
  bytes        Payload size
  fixed-bytes  Not negotiated
  <cr>         <cr>

Router(config-dial-peer)#preference ?
  <0-10>  Preference order, 0 is best

Router(config-dial-peer)#description ?
  LINE  Up to 255 characters

Router(config-dial-peer)#description to the | ?
  LINE  Up to 255 characters
  <cr>  <cr>

Router(config-dial-peer)#no ?
  answer-address       The calling number that selects this peer
  codec                Codec of the calls of this peer
  description          Dial peer specific description
  destination-pattern  A full E.164 telephone number prefix
  dtmf-relay           Transport of DTMF digits
  fax                  Fax
  huntstop             Stop hunting after this peer has failed
  incoming             Incoming dial peer
  max-conn             Sets the maximum connections per peer
  preference           Configure the preference order of a dial peer
  rtp                  RTP options
  session              VoIP session
  shutdown             Change the Admin State of this peer to down (no->up)
  srtp                 Secure RTP as the global setting
  translation-profile  Translation profile
  vad                  Voice activity detection
  voice-class          Voice class

Router(config-dial-peer)#no sess?
session

Router(config-dial-peer)#dtmf<TAB>
dtmf-relay 
Router(config-dial-peer)#incoming called<TAB>
incoming called-number 
Router(config-dial-peer)#do ?
Exec commands:
{LINES}
  configure  {*}
{LINES}
  exit           Exit from the EXEC
{LINES}
  show           Show running system information
{LINES}
  write          Write running configuration

Router(config-dial-peer)#do show ?
{LINES}
  running-config  {*}
{LINES}
  startup-config  {*}
{LINES}

Router(config-dial-peer)#voice service voip
Router(conf-voi-serv)#?
VOICE SERVICE configuration commands:
  address-hiding         Address hiding (SIP-SIP)
  allow-connections      Allow call connection types
  default                Set a command to its defaults
  do                     To run exec commands in config mode
  end                    Exit to privileged EXEC mode
  exit                   Exit from this configuration mode
  fax                    Fax
  ip                     IP address
  media                  Media options of all calls
  mode                   Mode
  no                     Negate a command or set its defaults
  rtp-port               RTP ports
  shutdown               Refuse all new calls
  sip                    SIP of this service
  srtp                   Secure RTP only
  supplementary-service  Supplementary services

Router(conf-voi-serv)#mode border-element ?
  license  Licence
  <cr>     <cr>

Router(conf-voi-serv)#ip address trusted ?
  authenticate  Check the source of every call
  call-block    Refused calls
  list          The list of them

Router(conf-voi-serv)#ip address trusted list
Router(cfg-iptrust-list)#?
IP Address Trusted List configuration commands:
  default  Set a command to its defaults
  do       To run exec commands in config mode
  end      Exit to privileged EXEC mode
  exit     Exit from this configuration mode
  ipv4     Trusted IPv4 address
  ipv6     Trusted IPv6 prefix
  no       Negate a command or set its defaults

Router(cfg-iptrust-list)#exit
Router(conf-voi-serv)#sip
Router(conf-serv-sip)#?
SERVICE SIP configuration commands:
  bind               SIP bind command
  default            Set a command to its defaults
  do                 To run exec commands in config mode
  early-offer        Send the offer in the first INVITE
  end                Exit to privileged EXEC mode
  error-passthru     Pass error responses unchanged
  exit               Exit from this configuration mode
  header-passing     Pass SIP headers to the application
  listen-port        Change the listen port
  midcall-signaling  How re-INVITE and UPDATE are handled
  min-se             The smallest session interval
  nat                Peers behind NAT
  no                 Negate a command or set its defaults
  options-ping       OPTIONS inside active calls
  rel1xx             Reliable provisional responses
  session            VoIP session
  silent-discard     Discard without an answer
  srtp               SRTP
  srtp-crypto        SRTP suites by preference
  url                URI scheme of outgoing requests

Router(conf-serv-sip)#bind control source-interface ?
  Ethernet            IEEE 802.3
  FastEthernet        FastEthernet IEEE 802.3
  GigabitEthernet     GigabitEthernet IEEE 802.3z
  Loopback            Loopback interface
  Port-channel        Ethernet Channel of interfaces
  TenGigabitEthernet  Ten Gigabit Ethernet
  Vlan                Catalyst Vlans

Router(conf-serv-sip)#sip-ua
Router(config-sip-ua)#?
SIP-UA configuration commands:
  connection-reuse  Use the peer's connection (RFC 5923)
  crypto            Crypto
  default           Set a command to its defaults
  do                To run exec commands in config mode
  end               Exit to privileged EXEC mode
  exit              Exit from this configuration mode
  max-forwards      Max-Forwards of requests
  no                Negate a command or set its defaults
  remote-party-id   Send and honour Remote-Party-ID
  retry             How often a request is sent again
  timers            SIP timers
  transport         Transport of SIP

Router(config-sip-ua)#crypto signaling ?
  default      All other peers
  remote-addr  Peers in a subnet

Router(config-sip-ua)#crypto signaling default trustpoint tp ?
  client-vtp       Trustpoint that the peer is checked with
  cn-san-validate  Check the names in the peer's certificate
  ecdsa-cipher     Only ECDSA suites
  strict-cipher    Only TLS_RSA_WITH_AES_128_CBC_SHA
  <cr>             <cr>

Router(config-sip-ua)#crypto pki trustpoint tp
Router(ca-trustpoint)#?
ca-trustpoint configuration commands:
  authorization     Authorization
  auto-enroll       Automatic enrollment
  chain-validation  Chain validation
  crl               Revocation list
  default           Set a command to its defaults
  do                To run exec commands in config mode
  eckeypair         EC key pair
  eku               Extended key usage
  end               Exit to privileged EXEC mode
  enrollment        Enrollment parameters
  exit              Exit from this configuration mode
  fingerprint       Fingerprint of the CA certificate
  fqdn              Fully-qualified domain name
  hash              Hash of the request
  ip-address        IP address of the request
  match             Match
  no                Negate a command or set its defaults
  ocsp              Online status
  on                Where the key pair is made
  password          Challenge password of the request
  primary           The primary trustpoint
  regenerate        A new key pair with each enrollment
  revocation-check  Revocation checking of peers
  rsakeypair        RSA key pair
  serial-number     Include serial number
  source            Our address
  storage           Where certificates are kept
  subject-alt-name  Subject alternative names
  subject-name      Subject name
  usage             What the certificate is for
  validation-usage  What peers are validated for
  vrf               Reached by a VRF

Router(ca-trustpoint)#revocation-check ?
  crl   Revocation check by CRL
  none  Ignore revocation check
  ocsp  Revocation check by OCSP

