"""The demo clinic's clients. Mobiles are Ofcom's numbers for drama, addresses are at example.com: nobody's."""

from typing import NamedTuple


class Person(NamedTuple):
    """One client; an empty address or mobile means that the clinic has none."""

    name: str
    email: str
    mobile: str


PEOPLE = tuple(
    Person(*(part.strip() for part in line.split("|")))
    for line in """
    Jane Smith            | jane.smith@example.com        | 07700 900123
    Amir Hussain          | amir.hussain@example.com      | 07700 900104
    Siân Llewellyn        | sian.llewellyn@example.com    | 07700 900118
    Oluwaseun Adeyemi     | seun.adeyemi@example.com      | 07700 900127
    Margaret Thornton     |                               | 07700 900131
    Łukasz Nowak          | lukasz.nowak@example.com      | 07700 900146
    Priya Raghunathan     | priya.r@example.com           | 07700 900152
    Callum MacLeod        | callum.macleod@example.com    | 07700 900160
    Zoë O'Connor          | zoe.oconnor@example.com       | 07700 900175
    Chen Wei              | chen.wei@example.com          | 07700 900183
    Thomas Ashworth       | t.ashworth@example.com        |
    Fatima Al-Rashid      | fatima.alrashid@example.com   | 07700 900197
    Eleanor Pemberton     | eleanor.p@example.com         | 07700 900205
    Kwame Boateng         | kwame.boateng@example.com     | 07700 900214
    Rhiannon Price        | rhiannon.price@example.com    | 07700 900228
    George Papadopoulos   | g.papadopoulos@example.com    | 07700 900236
    Aoife Byrne           | aoife.byrne@example.com       | 07700 900241
    Harpreet Kaur Gill    | harpreet.gill@example.com     | 07700 900259
    Dorothy Winterbottom  |                               | 07700 900263
    Mateus Ferreira       | mateus.ferreira@example.com   | 07700 900278
    Grace Okonkwo         | grace.okonkwo@example.com     | 07700 900284
    Ewan Fraser           | ewan.fraser@example.com       | 07700 900290
    Yasmin Begum          | yasmin.begum@example.com      | 07700 900307
    Nathaniel Clarke      | nat.clarke@example.com        | 07700 900312
    Ingrid Sørensen       | ingrid.sorensen@example.com   | 07700 900325
    Bronwen Hughes        | bronwen.hughes@example.com    | 07700 900339
    Tunde Bakare          | tunde.bakare@example.com      | 07700 900344
    Sophie Beaumont       | sophie.beaumont@example.com   | 07700 900358
    Ravi Patel            | ravi.patel@example.com        | 07700 900361
    Charlotte Fairweather | c.fairweather@example.com     | 07700 900376
    Mehmet Yılmaz         | mehmet.yilmaz@example.com     | 07700 900382
    Alice Greenwood       | alice.greenwood@example.com   | 07700 900399
    Desmond Campbell      | des.campbell@example.com      | 07700 900403
    Niamh Gallagher       | niamh.gallagher@example.com   | 07700 900417
    Oliver Hartley        | oliver.hartley@example.com    |
    Mei-Ling Tan          | meiling.tan@example.com       | 07700 900422
    Samuel Goldberg       | sam.goldberg@example.com      | 07700 900438
    Isla Drummond         | isla.drummond@example.com     | 07700 900449
    Tomasz Wiśniewski     | tomasz.w@example.com          | 07700 900455
    Victoria Ellison      | v.ellison@example.com         | 07700 900460
    """.strip().splitlines()
)
