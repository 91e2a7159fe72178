"""The table of section headings that the two grammars of headings.py do not cover.

These headings are in other languages, or in the plain English of letters to patients. Each phrase is a whole heading,
up to its colon. The phrases of a language are those of its registries and ethics committees. A heading that is neither
in this table nor in a grammar is not understood (tree.py), and its criteria stay text. No list of wordings is complete,
so safety does not depend on this table; the table only reduces the number of criteria that stay text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Label

LONGEST = 90
_NO_LETTER = re.compile(r"[\W_]+")
_EXCLUSION = """
exclusiecriteria|uitsluitingscriteria|redenen voor uitsluiting|kriteria eksklusi|kriteria pengecualian|kriteria penolakan
排除标准|排除標準|排除条件|除外基準|除外条件|제외 기준|제외기준|선정 제외 기준|선정제외기준|критерии исключения|критерии невключения
критерии не включения|критерії виключення|критерії невключення|критерии за изключване|dışlama kriterleri|dışlanma kriterleri
hariç tutma kriterleri|kryteria wyłączenia|kryteria wykluczenia|kryteria niewłączenia|exklusionskriterier|eksklusionskriterier
eksklusjonskriterier|poissulkukriteerit|vylučovací kritéria|vyřazovací kritéria|kritéria vyloučení|vylučovacie kritériá
kizárási kritériumok|kizáró kritériumok|kizárási feltételek|criterii de excludere|criterii de neincludere|kriteriji isključenja
kriteriji za isključenje|kriterijumi za isključenje|kriteriji isključivanja|κριτήρια αποκλεισμού|tiêu chuẩn loại trừ|tiêu chí loại trừ
معايير الاستبعاد|معايير الإقصاء|معیارهای خروج|معیار خروج|เกณฑ์การคัดออก|קריטריוני אי הכללה|criteris d'exclusió|ausschlussgründe|ausschlußkriterien
excl criteria|exc criteria|ex criteria|excl crit|exclusion crit
criterios de no inclusión|criterios de no-inclusión|criteri di non inclusione|critérios de não inclusão|critères de non-éligibilité
criteri di esclusione|kontraindikationen|contre-indications|contraindicaciones|controindicazioni|contraindicações|contra-indicaties
contraindications|contra-indications|absolute contraindications|study contraindications|contraindications to participation
contraindications for participation|contraindications to inclusion|contraindications to enrollment|reasons for exclusion
contraindication|contra-indication|other exclusions|additional exclusions|other contraindications|relative contraindications
reasons to exclude|do not include|do not enroll|do not enrol|not suitable for|not eligible|who should not take part
"""
_INCLUSION = """
inclusiecriteria|insluitingscriteria|kriteria inklusi|kriteria penyertaan|纳入标准|入选标准|納入標準|入選標準|選択基準|適格基準
組入れ基準|선정 기준|선정기준|포함 기준|포함기준|критерии включения|критерії включення|критерии за включване|dahil edilme kriterleri
dahil etme kriterleri|alınma kriterleri|kryteria włączenia|kryteria kwalifikacji|inklusionskriterier|inklusjonskriterier
sisäänottokriteerit|mukaanottokriteerit|zařazovací kritéria|vstupní kritéria|kritéria zařazení|zaraďovacie kritériá
beválasztási kritériumok|beválogatási kritériumok|bevonási kritériumok|criterii de includere|kriteriji uključenja
kriteriji za uključenje|kriterijumi za uključenje|kriteriji uključivanja|κριτήρια ένταξης|κριτήρια εισαγωγής|κριτήρια συμπερίληψης
tiêu chuẩn lựa chọn|tiêu chuẩn chọn|tiêu chí lựa chọn|tiêu chuẩn nhận vào|معايير الاشتمال|معايير الإدراج|معیارهای ورود|معیار ورود
เกณฑ์การคัดเข้า|קריטריוני הכללה|criteris d'inclusió|einschlußkriterien|incl criteria|inc criteria|in criteria|incl crit|inclusion crit|criteri di inclusione
"""
_REFUSED = r"(?:can ?not|can'?t|may not|must not|should not|shall not|will not be able to|are not able to|are unable to|(?:is|are) not (?:allowed|permitted|eligible) to)"
_TO_JOIN = r"(?:take part|participate|join|enrol|enroll|enter|be included|be enrolled|be in)(?: (?:in )?(?:this|the|our) (?:study|trial|research|project))?"
_PLAIN = re.compile(
    rf"(?:who|you|they|(?:people|patients|persons|participants|volunteers|those|anyone) who) {_REFUSED} {_TO_JOIN}"
    r"(?: if(?: (?:you|they|any of (?:the following|these)(?: appl(?:y|ies))?))?(?: have)?)?"
    r"|(?:participants|patients|subjects|volunteers|you) must not"
)
_WELCOME = re.compile(
    rf"(?:who|you|they) (?:can|may|might be able to|are able to) {_TO_JOIN}(?: if(?: (?:you|they))?(?: have| are)?)?"
)
"""An invitation: "Who can take part", "You may join if you"."""
_OPEN = re.compile(
    r"(?:this|the|our) (?:study|trial|research) is (?P<not>not )?(?:open|suitable|meant|designed|intended) (?:to|for) (?:people|persons|individuals|patients|adults|participants|volunteers|those|you)"
    r"(?: who| if you)?(?: are| have)?"
)
"""A heading that excludes: "Who cannot participate", "You cannot join if", "Participants must not"."""


@lru_cache(maxsize=4096)
def label_of(line: str) -> tuple[Label, int] | None:
    """Return the section that a folded line opens, and the end of the heading, if the heading is in this table.

    The section is "inclusion" or "exclusion". The end includes the colon. The result is None for any other line.
    """
    colon = line.find(":")
    end = colon + 1 if colon >= 0 else len(line)
    if end > LONGEST:
        return None
    words = _bare(line[:end])
    if words in _LABELS:
        return _LABELS[words], end
    if match := _OPEN.fullmatch(words):
        return ("exclusion" if match["not"] else "inclusion"), end
    if _WELCOME.fullmatch(words):
        return "inclusion", end
    return ("exclusion", end) if _PLAIN.fullmatch(words) else None


def _bare(words: str) -> str:
    """Words without accents, case and signs, because the same heading is typed with and without them."""
    if not words.isascii():
        words = "".join(one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    return _NO_LETTER.sub(" ", words.replace("'", "")).strip().casefold().replace("ı", "i")


def _phrases(table: str) -> list[str]:
    return [_bare(phrase) for line in table.strip().split("\n") for phrase in line.split("|")]


_LABELS: dict[str, Label] = {
    **dict.fromkeys(_phrases(_EXCLUSION), "exclusion"),
    **dict.fromkeys(_phrases(_INCLUSION), "inclusion"),
}
