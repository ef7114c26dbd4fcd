"""The expressions of what looks like a secret: by the words around it."""

from __future__ import annotations

import re

import msgspec

_DATE = r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::\d\d)*(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?(?![^\s\"',;&<>\])}])"
"""With which the next line of a log begins."""
_IS = (
    r"[\"'\\]{0,3}\s{0,3}(?:=>|->|:=|::|[=:]|(?<=[\"']),)\s{0,3}(?:[|>][+-]?\s{1,12})?"
    r"(?:(?:Some|SecretStr|Secret)\(|!!?\w{1,20}\s|&\w{1,20}\s)?[\"'\\\[]{0,3}"
)
_VALUE = r"[^\s\"',;&<>]"
_CALL = r"[A-Za-z_][\w.]{0,60}\([^()\r\n]{0,120}\)"
"""In a line of code what a name gets is not its value."""
_BEGIN = r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
LONGEST_KEY = 20_000


class Expression(msgspec.Struct, frozen=True):
    """An expression whose group `secret` is one; the group `prose` says that it may be a word of a sentence. `words`
    are in lower case; so is what `sieve` looks at, which finds something wherever the expression does, in less time."""

    name: str
    words: tuple[str, ...]
    expression: str
    flags: re.RegexFlag = re.IGNORECASE
    sieve: str = ""


AFTER_A_NAME = (
    Expression(  # in quotes it may have blanks
        "named-value",
        ('="', "='", '= "', "= '", ':"', ":'", ': "', ": '", '\\"'),
        r"(?P<rest>[\w-]{0,40}+)[\"'\\]{0,3}\s{0,3}[=:]\s{0,3}"
        r"(?P<quote>\\?[\"'])(?!<hidden)(?P<secret>[^\r\n\"'\\]{1,200}[ ,;&][^\r\n\"'\\]{1,200})(?P=quote)",
    ),
    Expression(
        "named-value",
        ("",),
        rf"(?P<rest>[\w.-]{{0,40}}+)(?: (?:provided|given|received|used)(?=:))?"
        rf"(?:{_IS}|(?P<prose>[^\S\r\n]{{1,20}}(?:is:?[^\S\r\n](?=\S{{0,60}}\d))?)(?!--)(?=\S{{8,}})[\"']?)"
        rf"(?!<hidden|{_DATE}|{_CALL})(?P<secret>{_VALUE}{{4,}})",
    ),
    Expression(  # elements and attributes of XML, parts of a form
        "named-value",
        ("</", "value=", "value =", "form-data"),
        r"(?P<rest>[\w.-]{0,40}+)"
        r"(?:[\"']\s{1,3}value\s?=\s?[\"']|(?:\s[^<>\r\n]{0,100})?>(?=[^<>\r\n]{1,400}</)|\\?\"(?:\r?\n){2})"
        r"(?!<hidden)(?P<secret>[^\"'<>\r\n]{4,400})",
    ),
)
"""What stands behind the name of a secret."""

EXPRESSIONS = (
    Expression(
        "url-credentials",
        ("://",),
        r"://(?<=[a-z0-9]://)(?P<secret>[^/\s@'\"?#]{1,400}(?:@[^/\s@'\"?#:]{1,400}(?=@))?"
        # a password that has a slash: what begins like a port is a path
        r"|[^/\s@'\"?#:]{0,100}:(?!/|\d{1,5}/)[^\s@'\"?#:]{1,200}+(?=@[\w.-]{1,200}(?::\d|/|[\"'\s]|$)))@",
    ),
    Expression(
        "url-credentials",
        ("@",),
        r"(?<![\w/.@-])[A-Za-z][\w.-]{0,60}:(?=[^\s@:/]{0,60}\d)(?=[^\s@:/]{0,60}[A-Za-z])(?!<hidden)"
        r"(?P<secret>[^\s@:/\"'<>]{8,100})@(?!sha\d)(?=[\w.-]{1,100}(?![\w@(]))",
        re.RegexFlag(0),
        sieve=r":[^\s@:/\"'<>]{8,100}@",
    ),
    Expression(
        "named-value",
        ("auth",),
        r"(?:auth\s?=\s?|basicauth)\([\"'][^\"'\r\n]{1,60}[\"'],\s?[\"'](?!<hidden)(?P<secret>[^\"'\r\n]{4,200})[\"']",
    ),
    Expression(
        "url-credentials",
        ("@tcp(", "@unix(", "@udp("),
        r"(?<![\w/.-])[\w.-]{1,60}:(?!<hidden)(?P<secret>[^\s@\"']{1,200})@(?:tcp|unix|udp)\(",
    ),
    Expression(
        "private-key",
        ("private key",),
        rf"{_BEGIN}(?P<secret>(?:[^-]|-(?!----)){{1,{LONGEST_KEY}}})-----END [A-Z ]{{0,30}}PRIVATE KEY",
        re.RegexFlag(0),
    ),
    Expression(  # cut off somewhere: as many lines as belong to a key
        "private-key",
        ("private key",),
        rf"{_BEGIN}(?P<secret>(?:(?:\\n|\r?\n)(?:[A-Za-z-]{{1,30}}: [^\r\n\\]{{0,200}}|[A-Za-z0-9+/=]*"
        r"(?![^\s\\\"'])))+)",
        re.RegexFlag(0),
    ),
    Expression(
        "authorization",
        ("authorization",),
        rf"authorization{_IS}(?:(?:bearer|basic|digest|token|api-?key|negotiate|key)\s{{1,3}}|(?={_VALUE}{{0,60}}\d))"
        rf"(?!<hidden|{_DATE}|(?:bearer|basic|digest)\b)(?P<secret>{_VALUE}{{6,}})",
    ),
    Expression(
        "authorization",
        ("bearer", "basic"),
        r"\b(?:bearer|basic)\s{1,8}(?P<secret>[A-Za-z0-9._~+/=-]{8,})",
        sieve=r"b(?:earer|asic)\s{1,8}[a-z0-9._~+/=-]{8}",
    ),
    Expression(
        "cookie", ("cookie",), rf"cookie{_IS}(?!<hidden)(?=[^\r\n=\"]{{1,200}}=)(?P<secret>[^\s\"][^\r\n\"]{{3,}})"
    ),
    Expression(
        "curl-user",
        ("curl",),
        r"\bcurl\b(?:(?!curl)[^\r\n]){0,200}?\s(?:-u|--user)[ =]?[\"']?"
        r"[^\s:\"']{0,60}:(?!<hidden)(?P<secret>[^\s\"']{1,})",
        re.RegexFlag(0),
    ),
    Expression(
        "program-password",
        ("mysql", "mariadb", "sshpass"),
        r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass)\b(?:(?!mysql|mariadb|sshpass)[^\r\n]){0,200}?\s-p(?!<hidden)"
        r"(?P<secret>[^\s\"']{1,})",
        re.RegexFlag(0),
    ),
    Expression(
        "program-password",
        ("login",),
        r"\blogin\b(?:(?!login)[^\r\n]){0,200}?\s(?:-p|--password)[ =](?!<hidden)(?P<secret>[^\s\"']{4,})",
        re.RegexFlag(0),
    ),
    Expression(
        "program-password", ("-passin", "-passout"), r"-pass(?:in|out)\s{1,3}pass:(?!<hidden)(?P<secret>\S{4,})"
    ),
    Expression(
        "program-password",
        ("identified",),
        r"\bidentified\s{1,3}(?:with\s{1,3}\w{1,40}\s{1,3})?by\s{1,3}(?:password\s{1,3})?[\"'](?!<hidden)"
        r"(?P<secret>[^\s\"']{4,})",
    ),
    Expression(
        "program-password",
        ("auth ",),
        r"\bAUTH (?:\w{1,40} )?(?=\S{0,60}\d)(?=\S{0,60}[A-Za-z])(?P<secret>[A-Za-z0-9+/=_-]{8,})(?![^\s\"'])",
        re.RegexFlag(0),
    ),
    Expression(
        "named-value",
        ("key=", "sig=", "jwt=", "code="),
        r"[?&](?:key|sig|jwt|code(?=[^\s&]{16}))=(?!<hidden)(?P<secret>[^\s&\"'<>]{6,})",
    ),
    Expression(  # a line of a file of passwords for PostgreSQL
        "program-password",
        (":5432:", ":5433:", ":6432:", ":*:"),
        r"(?<![\w.:*-])[\w.*-]{1,100}:(?:5432|5433|6432|\*):[\w.*-]{1,64}:[\w.*-]{1,64}:(?!<hidden)(?P<secret>[^\s\"']{4,200})",
    ),
    Expression(
        "program-password",
        ("htpasswd",),
        r"\bhtpasswd(?:\s-\w{1,9}){0,5}?\s-\w{0,9}b\w{0,9}(?:\s{1,3}[^\s;&|\"']{1,200}){1,5}?\s{1,3}(?!<hidden)"
        r"(?P<secret>[^\s;&|\"']{4,200})(?=\s{0,3}(?:$|[\r\n;&|\"']))",
        re.RegexFlag(0),
    ),
    Expression(
        "program-password",
        ("snmp",),
        r"\bsnmp(?:get|walk|bulkwalk|set|table)\b[^\r\n]{0,200}?\s-c[ ]?(?!<hidden)(?P<secret>[^\s\"']{4,})",
        re.RegexFlag(0),
    ),
    Expression(  # a line of a file of cookies
        "cookie",
        ("\t",),
        r"\t(?:TRUE|FALSE)\t/[^\t\r\n]{0,200}\t(?:TRUE|FALSE)\t\d{1,12}\t[^\t\r\n]{1,100}\t(?!<hidden)(?P<secret>[^\s]{4,})",
        re.RegexFlag(0),
    ),
    Expression(
        "named-value",
        ("pwd={", "pwd = {"),
        r"\bpwd\s?=\s?\{(?P<secret>[^{}\r\n]{1,200})\}",
    ),
    Expression(  # names that have other meanings as well: a folder, a result, a kind of login
        "named-value",
        ("pwd", "pass", "auth", "sig", "pw", "session", "sid", "psk", "jwt", "pin", "otp", "community"),
        rf"(?:(?<![a-z])(?:pwd?|auth|sig|signature|community|session[_-]?(?:id|token)|sid|psk|(?:bind|root)pw|jwt|pin|otp)(?=[\"'\\]{{0,3}}\s{{0,3}}[=:])|(?:(?<![a-z])pass(?==)|(?<=_)pass(?=[\"'=:]))|(?-i:(?<![a-z])[Pp]ass))"
        rf"{_IS}(?!<hidden|/|{_DATE}|{_CALL})(?={_VALUE}{{0,60}}\d)(?={_VALUE}{{0,60}}[a-z])(?P<secret>{_VALUE}{{4,}})",
        sieve=r"(?:p(?:wd?|ass|sk|in)|auth|s(?:ig(?:nature)?|id|ession[_-]?(?:id|token))|jwt|otp|community)[\"'\\]{0,3}\s{0,3}(?:[=:,]|->)",
    ),
)
