"""How people write an e-mail address and a telephone number in free text. All of them are fictional.

The list was drawn up before the patterns were changed to find more of it; add to it, take nothing away.
"""

from __future__ import annotations

EMAILS = (
    "jo@example.org", "JO@EXAMPLE.ORG", "jo.doe@example.org", "jo+trial@example.org", "jo_doe@mail.example.org",
    "mailto:jo@example.org", "<jo@example.org>", "o'neil@example.org", "jo@example-hospital.example", "jöhn@example.org",
    "jo (at) example.org", "jo [at] example.org", "jo(at)example.org", "jo(AT)example.org", "jo {at} example.org",
    "jo{at}example.org", "jo <at> example.org", "jo -at- example.org", "jo at example dot org", "jo AT example DOT org",
    "jo @ example.org", "jo@ example.org", "jo @example.org", "jo@example(dot)org", "jo@example[dot]org",
    "jo@example dot org", "jo (at) example (dot) org", "jo[at]example[dot]org", "jo {at} example {dot} org",
    "jo&#64;example.org", "jo&#x40;example.org", "jo&commat;example.org", "jo@example&#46;org",
    "jo\uff20example.org", "jo\ufe6bexample.org", "jo\uff20example\uff0eorg", "jo@example\u3002org",
    "jo@\u200bexample.org", "jo\u00ad@example.org", "jo@exam\u00adple.org", "jo@\u2060example.org", "jo\u200d@example.org",
    "jo@\u043f\u0440\u0438\u043c\u0435\u0440.example", "jo@b\u00fccher.example", "jo@xn--bcher-kva.example",
    '"jo doe"@example.org', "jo@[192.0.2.1]", "jo_at_example.org", "jo@example.org.",
)  # fmt: skip

TELEPHONES = (
    "+1 555 010 7788", "+1-555-010-7788", "+1.555.010.7788", "+1 (555) 010-7788", "+15550107788", "(+1) 555 010 7788",
    "+1 555-010-7788 ext. 12", "1-800-555-0199", "1.800.555.0199", "555-010-7788", "555.010.7788", "(555) 010-7788",
    "(555)010-7788", "(555) 010 7788", "tel 5550107788", "tel: 5550107788", "tel:+15550107788", "Tel.: 555 0100 22",
    "tel.no. 5550107788", "Telefon 030 5550100", "Telefon: 030/5550100", "Tel. 030 555-0100", "+49 30 5550100",
    "0049 30 5550100", "T\u00e9l\u00e9phone : 01 99 00 12 34", "T\u00e9l. 01 99 00 12 34", "01 99 00 12 34", "01.99.00.12.34",
    "01-99-00-12-34", "0199001234", "+33 1 99 00 12 34", "+33 (0)1 99 00 12 34", "0033 1 99 00 12 34",
    "Telefono 06 555 0100", "Tel\u00e9fono: 91 555 01 00", "Telefone 21 5550 0100", "m\u00f3vil 600 555 010",
    "WhatsApp 5550107788", "WhatsApp: 555 010 7788", "Cell: 5550107788", "cell phone 5550107788",
    "Cellphone: 555 010 7788", "Mobile 07700 900123", "07700900123", "+44 7700 900123", "020 7946 0123",
    "+44 (0)20 7946 0123", "contact 5550107788", "Contact: 555 010 7788", "contact number 5550107788",
    "T: 5550107788", "P: 555 010 7788", "Ph: 5550107788", "phone # 5550107788", "phone number: 5550107788",
    "Telephone (24 hours): 555 010 7788", "call 5550107788", "call us at 555 010 7788", "please call: 5550107788",
    "call us: +1\u2011555\u2011010\u20117788", "+1\u2013555\u2013010\u20137788", "+1\u2012555\u2012010\u20127788",
    "555\u2212010\u22127788", "tel \uff15\uff15\uff15\uff10\uff11\uff10\uff17\uff17\uff18\uff18", "\uff0b1 555 010 7788",
    "+1\u00a0555\u00a0010\u00a07788", "+1 555\u200b 010\u200b 7788", "+1&#45;555&#45;010&#45;7788", "fax: 555.0199",
    "Fax 5550107788", "Fax-No. 555 010 77 88", "hotline 0800 555 0199", "helpline: 5550107788", "pager 5550107788",
    "voicemail: 5550107788", "SMS 5550107788", "+81-3-5550-0100", "+353-1-555-0134", "\u0442\u0435\u043b. 5550107788",
    "\u7535\u8bdd 5550107788", "reach us at 5550107788", "text 555 010 7788", "555 010 7788",
)  # fmt: skip


def addresses_missed(masked: dict[str, str]) -> list[str]:
    """The spellings of an address whose last six signs still stand in what became of them."""
    return [spelling for spelling, left in masked.items() if spelling.rstrip(".>")[-6:] in left]


def telephones_missed(masked: dict[str, str]) -> list[str]:
    """The spellings of a number of which more than three digits are left."""
    return [spelling for spelling, left in masked.items() if sum(sign.isdigit() for sign in left) > 3]
