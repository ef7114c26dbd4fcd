"""The shapes of well-known tokens, by a piece of text without which there is none.

Prefixes, alphabets and lengths of `_PREFIXED` and `_OTHER` are facts from the rule set of gitleaks
(https://github.com/gitleaks/gitleaks, config/gitleaks.toml at b58d3f102cf3, 2026-07-22), and were compared with it one
by one. Lengths are taken for the least here: a token that was cut or has grown is one too. Rules of that set that need
the vendor's name around a value without a shape of its own are left out. `_NOT_LISTED` are formats that it does not
have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_WORD = r"[A-Za-z0-9]"
_URL = r"[\w-]"
_HEX = r"[0-9A-Fa-f]"

_PREFIXED = (
    (r"(?=[\w-]{0,40}\d)[\w-]{16,}", "sk-"),
    (rf"{_WORD}{{10,}}", "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_"),
    (rf"{_WORD}{{16,}}", "sm_aat_ sm_pat_ sm_sat_"),
    (rf"{_WORD}{{20,}}", "ghp_ gho_ ghu_ ghs_ ghr_ hf_ api_org_ npm_ pnu_ rubygems_ lin_api_ ico- CLOJARS_"),
    (r"\w{20,}", "github_pat_"),
    (rf"{_URL}{{16,}}", "glpat- gldt- glcbt- glffct- glft- glimt- glagent- gloas- glptt- glrt- glsoat- GR1348941"),
    (rf"{_URL}{{10,}}", "xoxa- xoxb- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xapp-"),
    (r"[0-9A-Z]{16}", "AKIA ASIA ABIA ACCA A3T"),
    (rf"{_URL}{{30,}}", "AIza fo1_ AQVN tk-us- bedrock-api-key-"),
    (rf"{_URL}{{20,}}", "hvs. hvb. sq0atp- EAAA pypi-AgE pplx- rdme_ HRKU-AA"),
    (rf"{_URL}{{40,}}", "EAAC EAAM"),
    (rf"{_URL}{{27,}}", "NRAK- NRII- PMAK- dnkey-"),
    (r"[\w.=-]{32,}", "pscale_tkn_ pscale_oauth_ pscale_pw_ dp.pt. tfp_ duffel_live_ duffel_test_ fio-u-"),
    (rf"{_HEX}{{40,}}", "dop_v1_ doo_v1_ dor_v1_ pul- xkeysib- sntryu_ shippo_live_ shippo_test_ sgp_"),
    (rf"(?:{_HEX}{{16}}|local)_{_HEX}{{40}}", "sgp_"),
    (rf"{_HEX}{{64}}", "s-s4t2ud- s-s4t2af-"),
    (rf"{_HEX}{{32}}", "SK dapi shpat_ shpca_ shppa_ shpss_ key-"),
    (r"[A-Za-z0-9+/=_-]{32,}", "glc_ glsa_ ops_eyJ eyJrIjoi fm1a_ fm1r_ fm2_ sntrys_eyJ ABSK ATATT3"),
    (rf"{_WORD}{{20,}}", "LTAI p8e-"),
    (rf"{_WORD}{{27,}}", "ntn_ AKCp cmVmd EZAK EZTK 4b1d"),
    (r"[0-9A-Z]{26}(?![0-9A-Za-z])", "API-"),
    (r"[0-9A-Z]{40,}", "AGE-SECRET-KEY-1"),
    (r"[a-h0-9]{12,}(?:-X)?", "FLWSECK_TEST-"),
    (rf"{_WORD}{{24}}\.{_WORD}{{20,}}", "dt0c01."),
    (rf"{_HEX}{{24}}-{_HEX}{{40,}}", "v1.0-"),
    (r"[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{16,}", "pat. sat."),
    (r"[A-Za-z0-9=_-]{100,}", "sl."),
    (rf"{_WORD}{{14}}\.[a-f0-9]{{64}}", "pat"),
)

_OTHER = {
    "eyJ": r"(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,}(?:\.[\w-]*)?",
    "SG.": r"SG\.[\w-]{16,80}\.[\w-]{16,}",
    ":A": r"\d{5,16}:A[\w-]{34}",
    "Q~": r"[\w~.]{3}\dQ~[\w~.-]{31,}",
    "-us": r"[0-9a-f]{32}-us\d{1,2}",
    ".atlasv1.": r"\w{14}\.atlasv1\.[\w=-]{40,}",
    "hooks.slack.com/": r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w+/]{20,}",
    "webhook.office.com/": r"(?<=webhook\.office\.com/)webhookb2/[\w@/-]{30,}",
    "sha256~": r"sha256~[\w-]{40,}",
    "_mmk": r"\w{6}_\w{29}_mmk",
    "A3-": r"A3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){4,}",
    "_gitlab_session=": r"(?<=_gitlab_session=)[0-9a-z]{32}",
}

_NOT_LISTED = (
    (rf"{_WORD}{{10,}}", "whsec_"),
    (rf"{_WORD}{{20,}}", "r8_ gsk_ xai- FLWSECK-"),
    (rf"{_URL}{{20,}}", "ya29. GOCSPX- hvr. sq0csp- tskey- dckr_pat_"),
    (r"[\w.=-]{32,}", "dp.st. ATATT3"),
)
_OTHER_NOT_LISTED = {
    "discord": r"(?<=/api/webhooks/)\d{15,22}/[\w-]{30,}",
    "AccountKey=": r"(?<=AccountKey=)[A-Za-z0-9+/=]{20,}",
}


def _by_prefix(formats: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The expressions by prefix; of a prefix that has two, either."""
    found: dict[str, str] = {}
    for rest, prefixes in formats:
        for prefix in prefixes.split():
            literal = prefix.replace(".", r"\.")
            # The letters first, then what stands before them: so the search is one for letters.
            whole = f"{literal}(?<!{_WORD}{literal}){rest}"
            found[prefix] = f"{found[prefix]}|{whole}" if prefix in found else whole
    return found


def _not_within(formats: Mapping[str, str]) -> dict[str, str]:
    return {known: f"(?<!{_WORD})(?:{expression})" for known, expression in formats.items()}


TOKEN_FORMATS = {
    **_by_prefix(_PREFIXED),
    **_not_within(_OTHER),
    **_by_prefix(_NOT_LISTED),
    **_not_within(_OTHER_NOT_LISTED),
}
"""Expressions by what has to occur in a text for them to match in it: `SHORTEST_TOKEN` characters or more, with it and
without a blank. None stands behind a letter or a digit."""
SHORTEST_TOKEN = 15
