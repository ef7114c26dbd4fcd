"""The shapes of well-known tokens, by a piece of text without which there is none.

Prefixes, alphabets and lengths are facts from the rule set of gitleaks (https://github.com/gitleaks/gitleaks,
config/gitleaks.toml, read 2026-11). Lengths are taken for the least here: a token that was cut or has grown is one too.
"""

from __future__ import annotations

_WORD = r"[A-Za-z0-9]"
_URL = r"[\w-]"
_HEX = r"[0-9A-Fa-f]"

_PREFIXED = (
    (r"(?=[\w-]{0,40}\d)[\w-]{16,}", "sk-"),
    (rf"{_WORD}{{10,}}", "sk_live_ sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ whsec_"),
    (rf"{_WORD}{{20,}}", "ghp_ gho_ ghu_ ghs_ ghr_ hf_ api_org_ npm_ pnu_ rubygems_ r8_ tfp_ gsk_ xai- lin_api_ ico-"),
    (r"\w{20,}", "github_pat_"),
    (rf"{_URL}{{16,}}", "glpat- gldt- glcbt- glffct- glft- glimt- glagent- gloas- glptt- glrt- glsoat- GR1348941"),
    (rf"{_URL}{{10,}}", "xoxa- xoxb- xoxe- xoxp- xoxr- xoxs- xapp-"),
    (r"[0-9A-Z]{16}", "AKIA ASIA ABIA ACCA"),
    (rf"{_URL}{{30,}}", "AIza fo1_ AQVN"),
    (rf"{_URL}{{20,}}", "ya29. GOCSPX- hvs. hvb. hvr. sq0atp- sq0csp- pypi-AgE pplx- rdme_ tskey- dckr_pat_ HRKU-AA"),
    (rf"{_URL}{{40,}}", "EAAA EAAC EAAM"),
    (r"[\w.=-]{32,}", "pscale_tkn_ pscale_oauth_ pscale_pw_ dp.pt. dp.st."),
    (rf"{_HEX}{{40,}}", "dop_v1_ doo_v1_ dor_v1_ pul- xkeysib- sntrys_ sntryu_ shippo_live_ shippo_test_"),
    (rf"{_HEX}{{32}}", "SK dapi shpat_ shpca_ shppa_ shpss_"),
    (r"[A-Za-z0-9+/=_-]{32,}", "glc_ glsa_ ops_eyJ eyJrIjoi fm1a_ fm1r_ fm2_ sntrys_eyJ ATATT3 ABSK"),
    (rf"{_WORD}{{27,}}", "NRAK- NRII- ntn_ AKCp cmVmd LTAI EZAK EZTK PMAK- FLWSECK-"),
    (r"[0-9A-Z]{40,}", "AGE-SECRET-KEY-1"),
)

_OTHER = {
    "eyJ": r"(?<![\w-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,}(?:\.[\w-]*)?",
    "SG.": r"SG\.[\w-]{16,80}\.[\w-]{16,}",
    ":AA": r"\d{8,10}:AA[\w-]{30,}",
    "Q~": r"[\w~.]{3}\dQ~[\w~.-]{31,}",
    "-us": r"[0-9a-f]{32}-us\d{1,2}",
    ".atlasv1.": r"\w{14}\.atlasv1\.[\w=-]{40,}",
    "hooks.slack.com/": r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[\w/]{20,}",
    "webhook.office.com/": r"(?<=webhook\.office\.com/)webhookb2/[\w@/-]{30,}",
    "discord": r"(?<=/api/webhooks/)\d{15,22}/[\w-]{30,}",
    "sha256~": r"sha256~[\w-]{40,}",
    "_mmk": r"\w{6}_\w{29}_mmk",
    "A3-": r"A3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){4,}",
    "AccountKey=": r"(?<=AccountKey=)[A-Za-z0-9+/=]{20,}",
}


def _prefixed() -> dict[str, str]:
    return {prefix: prefix.replace(".", r"\.") + rest for rest, prefixes in _PREFIXED for prefix in prefixes.split()}


TOKEN_FORMATS = {**_prefixed(), **_OTHER}
"""Expressions by what has to occur in a text for them to match in it."""
