# The order of work for a trunk to a call manager, as it is typed.
Router#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
Router(config)#hostname VG_yohur
VG_yohur(config)#crypto pki trustpoint rootca-01
VG_yohur(ca-trustpoint)#enrollment terminal
VG_yohur(ca-trustpoint)#revocation-check none
VG_yohur(ca-trustpoint)#exit
VG_yohur(config)#crypto pki authenticate rootca-01

Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

<< root.pem
< 

Certificate has the following attributes:
       Fingerprint MD5: F9F55704 FEC16BF1 840E1BDC 42719EBD 
      Fingerprint SHA1: 7BBD22A6 69AB7BEA 5F5F4745 9442A771 67EE489D 
    Fingerprint SHA256: AE1E690B 57C779B5 8ABB49B7 79C7240B 193F575A 00078E35 26CA71C1 7959E4C8 

% Do you accept this certificate? [yes/no]: yes
Trustpoint CA certificate accepted.
% Certificate successfully imported

VG_yohur(config)#crypto pki trustpoint CCM-cert-02
VG_yohur(ca-trustpoint)#enrollment terminal
VG_yohur(ca-trustpoint)#revocation-check none
VG_yohur(ca-trustpoint)#end
VG_yohur#conf t
Enter configuration commands, one per line.  End with CNTL/Z.
VG_yohur(config)#crypto pki authenticate CCM-cert-02

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

VG_yohur(config)#voice service voip
VG_yohur(conf-voi-serv)#ip address trusted list
VG_yohur(cfg-iptrust-list)#ipv4 10.72.86.0 255.255.255.0
VG_yohur(cfg-iptrust-list)#exit
VG_yohur(conf-voi-serv)#address-hiding
VG_yohur(conf-voi-serv)#mode border-element license capacity 225
VG_yohur(conf-voi-serv)#allow-connections sip to sip
VG_yohur(conf-voi-serv)#sip
VG_yohur(conf-serv-sip)#bind control source-interface GigabitEthernet0/0
VG_yohur(conf-serv-sip)#bind media source-interface GigabitEthernet0/0
VG_yohur(conf-serv-sip)#exit
VG_yohur(conf-voi-serv)#exit
VG_yohur(config)#dial-peer voice 100 voip
VG_yohur(config-dial-peer)#session protocol sipv2
VG_yohur(config-dial-peer)#destination-pattern 1...
VG_yohur(config-dial-peer)#session target ipv4:10.72.86.74
VG_yohur(config-dial-peer)#no vad
VG_yohur(config-dial-peer)#dtmf-relay rtp-nte
VG_yohur(config-dial-peer)#codec g711ulaw
VG_yohur(config-dial-peer)#exit
VG_yohur(config)#dial-peer voice 200 voip
VG_yohur(config-dial-peer)#session protocol sipv2
VG_yohur(config-dial-peer)#incoming called .T
VG_yohur(config-dial-peer)#dtmf-relay rtp-nte
VG_yohur(config-dial-peer)#no vad
VG_yohur(config-dial-peer)#codec g711ulaw
VG_yohur(config-dial-peer)#session transport tcp tls
# the tag of the first peer again: it is edited
VG_yohur(config-dial-peer)#dial-peer voice 100 voip
VG_yohur(config-dial-peer)#session transport tcp tls
VG_yohur(config-dial-peer)#session target ipv4:10.72.86.74:5061
VG_yohur(config-dial-peer)#exit
VG_yohur(config)#sip-ua
VG_yohur(config-sip-ua)#crypto signaling default trustpoint sip-trunk-cert
VG_yohur(config-sip-ua)#crypto signaling remote-addr 10.72.86.0 255.255.255.0 trustpoint sip-trunk-cert
VG_yohur(config-sip-ua)#transport tcp tls
VG_yohur(config-sip-ua)#voice service voip
VG_yohur(conf-voi-serv)#srtp
VG_yohur(conf-voi-serv)#srtp fallback
VG_yohur(conf-voi-serv)#dial-peer voice 100 voip
VG_yohur(config-dial-peer)#srtp
VG_yohur(config-dial-peer)#srtp fallback
VG_yohur(config-dial-peer)#voice-class sip url sips
VG_yohur(config-dial-peer)#voice service voip
VG_yohur(conf-voi-serv)#sip
VG_yohur(conf-serv-sip)#url sips
VG_yohur(conf-serv-sip)#early-offer forced
VG_yohur(conf-serv-sip)#end
VG_yohur#sh run
Building configuration...

Current configuration : {N} bytes
!
! Last configuration change at {TIME} UTC {DATE} by console
!
version 17.9
service timestamps debug datetime msec
service timestamps log datetime msec
hostname VG_yohur
!
crypto pki trustpoint rootca-01
 enrollment terminal
 revocation-check none
!
crypto pki trustpoint CCM-cert-02
 enrollment terminal
 revocation-check none
!
crypto pki certificate chain rootca-01
 certificate ca 00907A
  30820313 308201FB A0030201 02020300 907A300D 06092A86 4886F70D 01010B05 
  00302931 15301306 03550403 0C0C5465 73742052 6F6F7420 43413110 300E0603 
  55040A0C 07457861 6D706C65 3020170D 32303031 30313030 30303030 5A180F32 
  31323030 31303130 30303030 305A3029 31153013 06035504 030C0C54 65737420 
  526F6F74 20434131 10300E06 0355040A 0C074578 616D706C 65308201 22300D06 
  092A8648 86F70D01 01010500 0382010F 00308201 0A028201 01009CDF 3591AAE6 
  697583FC B349E7BB 04D7F6AE A8031642 5D95727A 7DEE862A 91CF4B3F 754ADED6 
  71C60B74 AC4E0960 3460CC88 A9111249 FF9933F2 6D4D5EE5 3627F059 012E1532 
  8BF29B4B DDFC3542 CCC1BB32 E8A3D0A4 A517D588 31F4E2E3 8400166D 743503DF 
  957ED534 C8F4107B 333C7306 97ACECE6 93D11325 42522ABF C62613A2 3955E4B2 
  105D6E3F B1DF7BEA 4D7FBBC1 4B286550 401DF048 D1A74656 62F0DBAA A7266CBB 
  202A3223 3664EEB4 860C302B A0F9488C 45D44B99 CE1DBCF8 224EDFBE EF076328 
  A0EF2530 65E8C1A8 E8305F2B 94C7DD90 E84500B3 604D10DF CA53EF12 970D82B6 
  03D34217 622ED853 FD551CD7 15AE10F0 86D19D40 1C8FEE5D 6D310203 010001A3 
  42304030 0F060355 1D130101 FF040530 030101FF 300E0603 551D0F01 01FF0404 
  03020106 301D0603 551D0E04 16041484 176F43A1 578AED24 0CE0AC41 EA1C2E07 
  103A3B30 0D06092A 864886F7 0D01010B 05000382 01010059 9ADD3354 2E67672E 
  B5F909F3 7163A68B 2F405531 BF939FFD ABEDABC0 1232FAB9 C232CB3A BC3195B1 
  70A7601A 12D461F1 5E7C5BE3 2FFC94D9 F5DD9C2A A5E0E2E6 06F3BD04 7E2A00FD 
  40E9C0B9 3FDBDD1F 8AC02D07 D54BF91E 76F653C3 14CDAC4D F3DC349B 45EDCC17 
  AC51C56E B7B8B5CD D8828F79 4BD6DD8D E7C6124F 9EB2CDC0 AA95AC4B CA0D2B5A 
  CFC2B45C C13A315E 23564051 D8FDF3EC 7C50A706 679E8842 46FED2C1 EB2E2E1D 
  A97AC152 13F39633 D5893953 FCA6E22E 9CB0F38D 4AA2670F 21C8333F CD1E8340 
  06F4FC37 F8C4CB6C C2683DD2 B0528DA5 DD9CD61D 834991B5 69EDCFF9 F9F19F33 
  78BD7470 C590ED41 3880EE87 7C586C1E CB2DCC4F FDEB52
  	quit
!
crypto pki certificate chain CCM-cert-02
 certificate ca 00907C
  30820351 30820239 A0030201 02020300 907C300D 06092A86 4886F70D 01010B05 
  00302931 15301306 03550403 0C0C5465 73742052 6F6F7420 43413110 300E0603 
  55040A0C 07457861 6D706C65 3020170D 32303031 30313030 30303030 5A180F32 
  31323030 31303130 30303030 305A302D 31193017 06035504 030C1063 636D312E 
  6578616D 706C652E 636F6D31 10300E06 0355040A 0C074578 616D706C 65308201 
  22300D06 092A8648 86F70D01 01010500 0382010F 00308201 0A028201 0100A46D 
  8AB747CC 45ADC48A 90BBCE1D 3C974097 15A705C4 0408653B CD17CD23 2B3C1A04 
  35B0163D 96FE250E 397FA1AD E2CD6300 DC185757 93B9C16B 800ABD0E 38E80ABB 
  C6045340 17ED0909 EE0FDECD F66F553B E1D182D5 27B5638F C16429C2 B7490CBC 
  85403CF8 E0C221A0 E0090D6A 1587BD31 BEAAF8E8 AB683C67 38BFAED0 DCD04A2F 
  907190DD C5A4C050 EBC92435 25FC0116 2EDBD6D8 F6493720 4BEBA78F 76F4F01D 
  5CA05085 A428847E 6F6A1293 A946B6EE 80D37AC1 EA6C4840 6BC3DD5C C0F3F05B 
  17E53B64 0017959F AFE13857 8A3BC1DF 586B1AC1 6A50B593 50F35D37 F35DA2A2 
  E56B1551 6788A036 E63EEBB9 2276BF95 4CF725B1 403C35A8 E3C355B2 32AF0203 
  010001A3 7C307A30 09060355 1D130402 3000300E 0603551D 0F0101FF 04040302 
  05A0301D 0603551D 25041630 1406082B 06010505 07030106 082B0601 05050703 
  02301D06 03551D0E 04160414 D0D580E7 9DFD56AB 78C68F2B 033E530E 61257BAC 
  301F0603 551D2304 18301680 1484176F 43A1578A ED240CE0 AC41EA1C 2E07103A 
  3B300D06 092A8648 86F70D01 010B0500 03820101 006B4C15 0AFDC089 1237E7EE 
  F12F1CAB D193E879 E834049C C69DD4D9 7DA06F20 511E71F7 A440E68C 6924CC4D 
  F3D3FACD EEDE5FC5 E80A4055 D621648C C812BF74 4DD837C1 B55FB18C 4674BEAB 
  DD137DB4 09928E34 86EB7931 823DC9D0 7F00B719 FC93D41B 2586E726 5AB255DA 
  2485312B 584B1DDB F33451C8 8A1E90B6 D38F1065 E5112D3E 2723EC09 CD31F083 
  3E627C5D 8EBDB6E2 872DCB80 FC886FF4 A88E2523 30E9A099 AE8F1D17 C6203E22 
  8C7E3389 88CA203A 4135CFD7 26F6938B CCC3FE28 0535CFB0 FCF940AF BC5D3ABB 
  E960D72D 5142C82A 78305A39 2042A112 0F1D1530 51CDCA9A 57BFE2A6 566C7A8C 
  34E437D9 68519BCA B59DBE75 30579520 87DFA1BA E3
  	quit
!
voice service voip
 ip address trusted list
  ipv4 10.72.86.0 255.255.255.0
 address-hiding
 mode border-element license capacity 225
 srtp fallback
 allow-connections sip to sip
 fax protocol t38 version 0 ls-redundancy 0 hs-redundancy 0 fallback none
 sip
  bind control source-interface GigabitEthernet0/0
  bind media source-interface GigabitEthernet0/0
  url sips
  early-offer forced
!
dial-peer voice 100 voip
 destination-pattern 1...
 session protocol sipv2
 session target ipv4:10.72.86.74:5061
 session transport tcp tls
 voice-class sip url sips
 dtmf-relay rtp-nte
 srtp fallback
 codec g711ulaw
 no vad
!
dial-peer voice 200 voip
 session protocol sipv2
 session transport tcp tls
 incoming called-number .T
 dtmf-relay rtp-nte
 codec g711ulaw
 no vad
!
sip-ua 
 crypto signaling remote-addr 10.72.86.0 255.255.255.0 trustpoint sip-trunk-cert 
 crypto signaling default trustpoint sip-trunk-cert 
!
end

