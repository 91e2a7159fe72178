"""The table from country names of ClinicalTrials.gov, present and former, to ISO 3166-1 alpha-2 codes.

A country name that is not in the table gets no code: we do not guess a code from a similar name.
"""

from __future__ import annotations

_NAMES = """
AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|AO Angola
AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AZ Azerbaijan|BA Bosnia and Herzegovina
BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BM Bermuda
BN Brunei|BN Brunei Darussalam|BO Bolivia|BR Brazil|BS Bahamas|BS The Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize
CA Canada|CD Democratic Republic of the Congo|CD Congo, The Democratic Republic of the|CF Central African Republic
CG Congo|CG Republic of the Congo|CH Switzerland|CI Côte d'Ivoire|CI Côte D'Ivoire|CI Ivory Coast|CK Cook Islands|CL Chile
CM Cameroon|CN China|CO Colombia|CR Costa Rica|CU Cuba|CV Cape Verde|CV Cabo Verde|CW Curaçao|CY Cyprus
CZ Czechia|CZ Czech Republic|DE Germany|DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador
EE Estonia|EG Egypt|ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FM Federated States of Micronesia
FM Micronesia, Federated States of|FO Faroe Islands|FR France|GA Gabon|GB United Kingdom|GD Grenada|GE Georgia
GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|GM The Gambia|GN Guinea|GP Guadeloupe
GQ Equatorial Guinea|GR Greece|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong Kong|HN Honduras|HR Croatia
HT Haiti|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|IN India|IQ Iraq|IR Iran
IR Iran, Islamic Republic of|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan
KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|KP North Korea|KP Korea, Democratic People's Republic of
KR South Korea|KR Korea, Republic of|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos
LA Lao People's Democratic Republic|LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho
LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|LY Libyan Arab Jamahiriya|MA Morocco|MC Monaco|MD Moldova
MD Moldova, Republic of|ME Montenegro|MG Madagascar|MH Marshall Islands|MK North Macedonia|MK Macedonia
MK Macedonia, The Former Yugoslav Republic of|ML Mali|MM Myanmar|MM Myanmar (Burma)|MN Mongolia|MO Macao|MO Macau
MP Northern Mariana Islands|MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi
MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NG Nigeria|NI Nicaragua|NL Netherlands
NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea
PH Philippines|PK Pakistan|PL Poland|PM Saint Pierre and Miquelon|PR Puerto Rico|PS Palestine
PS Palestinian Territories, Occupied|PS Palestinian Territory, occupied|PT Portugal|PW Palau|PY Paraguay|QA Qatar
RE Réunion|RE Reunion|RO Romania|RS Serbia|RU Russia|RU Russian Federation|RW Rwanda|SA Saudi Arabia
SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SI Slovenia|SK Slovakia|SL Sierra Leone|SM San Marino
SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and Principe|ST São Tomé and Príncipe|SV El Salvador
SX Sint Maarten|SY Syria|SY Syrian Arab Republic|SZ Eswatini|SZ Swaziland|TC Turks and Caicos Islands|TD Chad|TG Togo
TH Thailand|TJ Tajikistan|TL East Timor|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Turkey|TR Turkey (Türkiye)
TR Türkiye|TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|TZ Tanzania, United Republic of|UA Ukraine|UG Uganda
US United States|UY Uruguay|UZ Uzbekistan|VA Holy See (Vatican City State)|VA Vatican City
VC Saint Vincent and the Grenadines|VE Venezuela|VE Venezuela, Bolivarian Republic of|VG British Virgin Islands
VI U.S. Virgin Islands|VI Virgin Islands (U.S.)|VN Vietnam|VN Viet Nam|VU Vanuatu|WF Wallis and Futuna|WS Samoa
YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|ZW Zimbabwe
"""

COUNTRY_CODES: dict[str, str] = {
    name: code for code, _, name in (row.partition(" ") for row in _NAMES.replace("\n", "|").split("|") if row)
}
"""Country name of the registry → ISO 3166-1 alpha-2 code."""
