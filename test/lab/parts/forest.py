#!/usr/bin/python3
"""Fill a freshly provisioned forest with the accounts that identity code gets wrong.

usage: forest.py NUMBER HOME RESOLVER      (passwords: PEOPLE_PASSWORD, SERVICE_PASSWORD)

Writes straight into HOME/private/sam.ldb, before Samba starts, and what the tests need to know into
HOME/facts.json. A password costs 25 ms of key derivation, so most of the bulk users have none.
"""
import json
import os
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import misc, security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.provision.sambadns import ARecord, NSRecord, SOARecord
from samba.samdb import SamDB

NUMBER, HOME, RESOLVER = sys.argv[1:]
DOMAIN = 'forest%s.local' % NUMBER
BASE = 'DC=forest%s,DC=local' % NUMBER
FIRST = NUMBER == '1'
PASSWORD, SERVICE = os.environ['PEOPLE_PASSWORD'], os.environ['SERVICE_PASSWORD']
BULK = 2000 if FIRST else 300
SUFFIXES = (['yourforest.com', 'shared.example', 'partner.example', 'customerdomain.com', 'münchen.example'] if FIRST else
            ['yourforest.com', 'shared.example', 'yourforest2.com'])

# userAccountControl
NORMAL, DISABLED, NO_PASSWORD, SMARTCARD, NEVER_EXPIRES = 0x200, 0x2, 0x20, 0x40000, 0x10000
# groupType
GLOBAL, DOMAIN_LOCAL, UNIVERSAL, SECURITY = 2, 4, 8, -0x80000000
NEVER = '-9223372036854775808'
LONG_AGO = '130000000000000000'  # 2012, in 100 ns since 1601

conf = LoadParm()
conf.load(os.path.join(HOME, 'smb.conf'))
db = SamDB(url=os.path.join(HOME, 'private', 'sam.ldb'), session_info=system_session(), lp=conf, flags=ldb.FLG_NOSYNC)
accounts, groups = [], []


def rdn(value):
    """Escape one RDN value (RFC 4514 section 2.4)."""
    escaped = ''.join('\\' + c if c in ',+"\\<>;=' else c for c in value)
    return '\\' + escaped if escaped[0] in '# ' else escaped


def add(dn, **attributes):
    db.add({'dn': dn, **{k.replace('_', '-'): v for k, v in attributes.items() if v is not None}})
    return dn


def replace(dn, name, value, database=None):
    message = ldb.Message(ldb.Dn(database or db, dn))
    message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    (database or db).modify(message)


def unit(name, parent=BASE):
    return add('OU=%s,%s' % (rdn(name), parent), objectClass='organizationalUnit')


def person(where, sam, cn, upn=DOMAIN, mail=DOMAIN, state='ok', note='', password=PASSWORD, control=NORMAL, **more):
    """Add a person. A upn or mail without @ is the suffix behind sam; None leaves the attribute out."""
    upn, mail = (v if v is None or '@' in v else '%s@%s' % (sam, v) for v in (upn, mail))
    given, _, family = cn.partition(' ')
    more.setdefault('displayName', cn)
    dn = add('CN=%s,%s' % (rdn(cn), where), objectClass='user', sAMAccountName=sam, userPrincipalName=upn, mail=mail,
             givenName=given, sn=family or None, userAccountControl=str(control),
             clearTextPassword=password.encode('utf-16-le'), **more)
    accounts.append({'dn': dn, 'sam': sam, 'upn': upn or '', 'mail': mail or '', 'cn': cn, 'display_name': more['displayName'],
                     'given_name': given, 'family_name': family, 'password': password, 'state': state, 'note': note})
    return dn


def group(name, members=(), kind=GLOBAL | SECURITY, sam=None, note='', **more):
    dn = add('CN=%s,%s' % (rdn(name), GROUPS), objectClass='group', sAMAccountName=sam or name, groupType=str(kind),
             member=list(members) or None, **more)
    groups.append({'dn': dn, 'name': name, 'sam': sam or name, 'security': bool(kind & SECURITY), 'note': note})
    return dn


db.transaction_start()

# Lock-out after five wrong passwords for half an hour. Passwords of the domain never expire: an archived forest may
# be older than any maximum age.
for name, value in {'lockoutThreshold': '5', 'lockoutDuration': '-18000000000', 'lockOutObservationWindow': '-18000000000',
                    'minPwdAge': '0', 'maxPwdAge': NEVER}.items():
    replace(BASE, name, value)
replace('CN=Partitions,CN=Configuration,' + BASE, 'uPNSuffixes', SUFFIXES)

corp = unit('Corp')
PEOPLE, GUESTS, STATES, NAMES, GROUPS, SERVICES, CROWD = (
    unit(name, corp) for name in ('People', 'Guests', 'States', 'Names', 'Groups', 'Services', 'Crowd'))
deep = corp
for name in ('user', 'EMEA', 'Berlin', 'Sales'):
    deep = unit(name, deep)
odd_unit = unit('R&D, "Labs" + <Ops>; #1', corp)

# Plain people, each with one thing of its own.
alice = person(PEOPLE, 'alice.adams', 'Alice Adams', mail='alice.adams@yourforest.com', note='the plain case; mail differs from UPN')
bob = person(PEOPLE, 'bob.brown', 'Bob Brown', upn='yourforest.com', note='alternative UPN suffix')
carol = person(PEOPLE, 'carol.clark', 'Carol Clark', mail=None, note='no mail')
dave = person(PEOPLE, 'dave.dixon', 'Dave Dixon', upn=None, note='no userPrincipalName; another primary group')
erin = person(deep, 'erin.evans', 'Erin Evans', upn='Erin.Evans@YourForest.com', note='UPN in mixed case; five units deep')
frank = person(PEOPLE, 'frank.fisher', 'Frank Fisher', note='member of the second level of nested groups')
grace = person(odd_unit, 'grace.green', 'Grace Green', note='unit with special characters')
heidi = person(PEOPLE, 'heidi.hall', 'Heidi Hall', upn='h.hall@yourforest.com', mail='hall.heidi@customerdomain.com',
               note='sAMAccountName, UPN and mail all differ; in 122 groups')
person(PEOPLE, 'ines.ivory', 'Ines Ivory', upn='ines@münchen.example' if FIRST else DOMAIN, mail=None, note='non-ASCII UPN suffix in forest 1')
person(PEOPLE, 'upn.only', 'Upn', mail=None, displayName=None, note='neither mail, display name nor family name')

# Shadow accounts: people of elsewhere, known here by a UPN only.
person(GUESTS, 'contractoruser', 'Contractor User', upn='yourforest.com' if FIRST else 'yourforest2.com', mail=None, state='shadow')
if FIRST:
    person(GUESTS, 'guest.partner', 'Guest Partner', upn='guest@partner.example', mail='guest@partner.example', state='shadow',
           note='this forest only')
person(GUESTS, 'unlisted.suffix', 'Unlisted Suffix', upn='shadow@unlisted.example', mail=None, state='shadow',
       note='UPN suffix that uPNSuffixes does not list')
person(PEOPLE, 'frontenduser', 'Frontend User', upn='yourforest.com', state='ambiguous', note='same UPN in both forests')
person(GUESTS, 'shareduser', 'Shared User', upn='same.person@shared.example', state='ambiguous', note='same UPN in both forests')

# Accounts that may not sign in.
person(STATES, 'disabled.user', 'Disabled User', control=NORMAL | DISABLED, state='disabled', note='bind error 533')
locked = person(STATES, 'locked.user', 'Locked User', state='locked', note='bind error 775; never unlocks by itself')
stale = person(STATES, 'expired.password', 'Expired Password', state='password-expired', note='bind error 532')
must = person(STATES, 'mustchange.user', 'Mustchange User', state='must-change', note='bind error 773')
replace(must, 'pwdLastSet', '0')
person(STATES, 'expired.account', 'Expired Account', accountExpires=LONG_AGO, state='account-expired', note='bind error 701')
person(STATES, 'no.hours', 'No Hours', logonHours=bytes(21), state='logon-hours', note='bind error 530')
person(STATES, 'only.workstation', 'Only Workstation', userWorkstations='ELSEWHERE', state='workstation', note='bind error 531')
person(STATES, 'smartcard.only', 'Smartcard Only', control=NORMAL | SMARTCARD, state='smartcard')

# Names.
for number, cn in enumerate(('Jürgen Müßig', 'Łukasz Żółć', '太郎 山田', 'Ελένη Παπαδοπούλου', 'Зоя Щукина', 'José Ñúñez', 'İpek Işık',
                             'محمد علي', 'Zoe\u0308 Decomposed', 'Emoji \U0001F600'), 1):
    person(NAMES, 'intl%02d' % number, cn, note='non-ASCII name')
person(NAMES, 'jörg.größe', 'Jörg Größe', note='non-ASCII sAMAccountName and UPN')
for number, cn in enumerate(('Star * Name', 'Paren (Left Right)', 'Back\\slash', 'Comma, Last', 'Plus + Sign', 'Quote "Q" Mark',
                             'Less < Than', 'More > Than', 'Semi; Colon', '# Hash First', 'Equals = Sign', "Apostrophe O'Neil",
                             'Slash / Name', 'Amp & Pipe | Bang !', 'All *()\\,+"<>;=#/'), 1):
    person(NAMES, 'odd%02d' % number, cn, note='special in DNs or filters')
person(NAMES, 'plus.tag', 'Plus Tag', upn="o'neil+tag@" + DOMAIN, note="' and + in the UPN")
person(NAMES, 'long.name', 'Long ' + 'x' * 58, upn='l' * 100 + '@' + DOMAIN, displayName='d' * 250, note='names at their limits')

person(SERVICES, 'svc-ldap', 'svc-ldap', mail=None, password=SERVICE, control=NORMAL | NEVER_EXPIRES, state='service',
       note='what a connector searches with: a plain domain user')

# Groups.
level3 = group('G-Level3', [alice, bob, erin])
level2 = group('G-Level2', [level3, frank], UNIVERSAL | SECURITY)
group('G-Level1', [level2], DOMAIN_LOCAL | SECURITY, note='G-Level1 > G-Level2 > G-Level3 > alice.adams, bob.brown, erin.evans')
group('G-Empty')
group('G-Distribution', [alice, carol], GLOBAL, note='no security group: not in tokenGroups', mail='distribution@' + DOMAIN)
group('G-Universal', [alice, heidi], UNIVERSAL | SECURITY)
cycle = group('G-Cycle-A', [carol], UNIVERSAL | SECURITY, note='member of G-Cycle-B, which is a member of this one')
replace(cycle, 'member', [carol, group('G-Cycle-B', [cycle], UNIVERSAL | SECURITY)])
group('G Ünïcode Größe', [grace], sam='G-Unicode')
group('G, Odd (*) \\ "Q" + <x>;', [grace], sam='G-Odd')
primary = group('G-Primary', [dave], note='primary group of dave.dixon')
primary_sid = ndr_unpack(security.dom_sid, db.search(primary, ldb.SCOPE_BASE, attrs=['objectSid'])[0]['objectSid'][0])
replace(dave, 'primaryGroupID', str(primary_sid.split()[1]))

# Password settings of their own: a lock that no time undoes, and a password that grew old.
for name, target, age, threshold, duration in (('NeverUnlock', locked, NEVER, '3', NEVER),
                                               ('MonthOld', stale, '-25920000000000', '0', '-18000000000')):
    add('CN=%s,CN=Password Settings Container,CN=System,%s' % (name, BASE), objectClass='msDS-PasswordSettings',
        msDS_PasswordSettingsPrecedence='1', msDS_PasswordReversibleEncryptionEnabled='FALSE', msDS_PasswordHistoryLength='0',
        msDS_PasswordComplexityEnabled='TRUE', msDS_MinimumPasswordLength='7', msDS_MinimumPasswordAge='0',
        msDS_MaximumPasswordAge=age, msDS_LockoutThreshold=threshold, msDS_LockoutObservationWindow='-18000000000',
        msDS_LockoutDuration=duration, msDS_PSOAppliesTo=[target])

# *.localhost, for programs that ask the system's resolver rather than know the name (RFC 6761 section 6.3).
if FIRST:
    zone = add('DC=localhost,CN=MicrosoftDNS,DC=DomainDnsZones,' + BASE, objectClass='dnsZone')
    head, server = 'dc1.' + DOMAIN, 'hostmaster.' + DOMAIN
    add('DC=@,' + zone, objectClass='dnsNode', dnsRecord=[ndr_pack(r) for r in (
        SOARecord(head, server, refresh=900, retry=600, expire=86400, minimum=3600, ttl=3600), NSRecord(head), ARecord('127.0.0.1'))])
    add('DC=*,' + zone, objectClass='dnsNode', dnsRecord=ndr_pack(ARecord('127.0.0.1')))

# The crowd, 50 to a transaction: the cost of one grows with the square of its size.
crowd = []
for number in range(1, BULK + 1):
    if number % 50 == 1:
        db.transaction_commit()
        db.transaction_start()
    sam, cn = 'bulk%04d' % number, 'Bulk User %04d' % number
    secret = {'clearTextPassword': PASSWORD.encode('utf-16-le')} if number <= 20 else {}
    crowd.append(add('CN=%s,%s' % (cn, CROWD), objectClass='user', sAMAccountName=sam, userPrincipalName='%s@%s' % (sam, DOMAIN),
                     mail='%s@%s' % (sam, DOMAIN), displayName=cn, givenName='Bulk', sn='User %04d' % number,
                     userAccountControl=str(NORMAL if secret else NORMAL | NO_PASSWORD), **secret))
db.transaction_commit()
db.transaction_start()
group('G-Big', crowd, note='the whole crowd')
for number in range(1, 121):
    group('G-Many-%03d' % number, [heidi])
db.transaction_commit()

# Samba's modules accept neither an old pwdLastSet nor a lockoutTime, so these go into the file below them.
raw = ldb.Ldb()
raw.connect('tdb://' + os.path.join(HOME, 'private', 'sam.ldb.d', BASE.upper() + '.ldb'))
replace(stale, 'pwdLastSet', LONG_AGO, raw)
replace(locked, 'lockoutTime', LONG_AGO, raw)
replace(locked, 'badPwdCount', '3', raw)

for entry in accounts + groups:
    found = db.search(entry['dn'], ldb.SCOPE_BASE, attrs=['objectSid', 'objectGUID'])[0]
    entry['sid'] = str(ndr_unpack(security.dom_sid, found['objectSid'][0]))
    entry['guid'] = str(ndr_unpack(misc.GUID, found['objectGUID'][0]))
with open(os.path.join(HOME, 'facts.json'), 'w') as facts:
    json.dump({'domain_sid': db.get_domain_sid(), 'upn_suffixes': SUFFIXES, 'bulk_users': BULK,
               'password': PASSWORD, 'accounts': accounts, 'groups': groups}, facts, indent=1, ensure_ascii=False)
