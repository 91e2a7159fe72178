"""Headings as hospital pages, translations and pasted protocols have them: those that open an exclusion, and others."""

from __future__ import annotations

OPEN_AN_EXCLUSION = """
Contraindications:
Contra-indications
CONTRAINDICATIONS:
Absolute contraindications:
__Exclusion Criteria__
**Exclusion Criteria**
## Exclusion criteria
=== EXCLUSION CRITERIA ===
[Exclusion Criteria]
EXCLUSION CRITERIA -
Exclusion criteria (any of):
2. Exclusion criteria
B) Exclusion Criteria:
<b>Exclusion Criteria</b>
<h3>Exclusion criteria</h3>
<strong>Exclusion Criteria:</strong>
<p><b>Exclusion</b></p>
&lt;b&gt;Exclusion criteria&lt;/b&gt;
~~Exclusion Criteria~~
Exclusion   Criteria
Exclusion Criteria;
Exclusion Criteria.
Exclusion:
Excluded:
Excl. criteria:
Excl. crit.:
Ex. criteria:
Exlusion Criteria:
Exclussion criterias
Exclution criteria:
Key Exclusion Criteria
Criteria for exclusion
Exclusion Criteria*
• EXCLUSION CRITERIA
EXCLUSION CRITERIA：
Ineligible:
Not eligible:
Do not include:
Who cannot participate:
Who can't join
You cannot join if:
Participants must not:
This study is not suitable for people who:
Ausschlusskriterien
Ausschlußkriterien:
Ausschlussgründe:
Critères d'exclusion
Critères de non-inclusion :
Criterios de exclusión
Criterios de no inclusión:
Criteri di esclusione
Criteri di non inclusione:
Critérios de exclusão:
Critérios de não inclusão
Exclusiecriteria:
Uitsluitingscriteria:
Exklusionskriterier
Eksklusionskriterier:
Eksklusjonskriterier
Poissulkukriteerit
Vylučovací kritéria:
Kizárási kritériumok
Criterii de excludere:
Критерии исключения
Критерии невключения
Критерії виключення
Κριτήρια αποκλεισμού
제외 기준
排除标准
排除标准：
除外基準
Tiêu chuẩn loại trừ
معايير الاستبعاد
Dışlama kriterleri
DIŞLAMA KRİTERLERİ
Dışlanma kriterleri:
Kriteria Eksklusi:
Kryteria wyłączenia
Kryteria wykluczenia
""".strip().split("\n")  # fmt: skip
"""What stands under one of these excludes."""

NOT_UNDERSTOOD = """
Reject criteria:
Rejection criteria
Elimination criteria:
Criterios de eliminación:
剔除标准
Exclusion_Criteria:
Motifs d'exclusion
Nicht teilnehmen können:
Ne peuvent pas participer :
No pueden participar:
Nie mogą uczestniczyć:
Не могут участвовать:
以下の方は参加できません
不能参加者：
People who should stay away:
Who should stay away
Unsuitable participants:
Patients to be turned away:
We will not accept:
Not for you if:
Red flags:
Barriers to participation:
Reasons you may not qualify:
Patients who will be refused:
Participants we cannot take:
The study is not open to:
You may not be able to join if you have any of these:
Volunteers are turned down for:
Permitted:
Allowed:
Not excluded:
Acceptable conditions:
The following are allowed:
Prohibited conditions:
Forbidden:
Comorbidities:
Infections:
Exceptions:
Precautions:
Caution
Do not apply if
Keep out:
When you cannot take part
Criteria that rule out participation:
Rule-outs
Kontraindikationer
Kontrendikasyonlar:
Противопоказания:
禁忌
Αντενδείξεις
Przeciwwskazania:
Kizáró okok:
Inclusion and exclusion criteria
""".strip().split("\n")  # fmt: skip
"""These words alone do not say which section begins, or no grammar has them."""
