"""The demo clinic's services and products: code, name, pounds with VAT inside, VAT rate in per cent.

Care by registered health professionals is exempt (Value Added Tax Act 1994, Schedule 9, Group 7), so 0; cosmetic
treatment, reports for others and goods are at the standard rate; products to stop smoking are at 5% (Schedule 7A,
Group 11).
"""

from typing import NamedTuple


class Item(NamedTuple):
    """One service or product as a person types it."""

    code: str
    name: str
    price: str
    vat: str


ITEMS = tuple(
    Item(*(part.strip() for part in line.split("|")))
    for line in """
    C30  | Consultation, 30 min               | 120.00 | 0
    C15  | Consultation, follow-up            |  80.00 | 0
    CPH  | Consultation, phone                |  45.00 | 0
    CHV  | Home visit                         | 165.00 | 0
    NUR  | Nurse appointment                  |  35.00 | 0
    PHY  | Physiotherapy, first session       |  68.00 | 0
    PHF  | Physiotherapy, follow-up           |  52.00 | 0
    OST  | Osteopathy session                 |  60.00 | 0
    POD  | Podiatry treatment                 |  55.00 | 0
    PSY  | Counselling, 50 min                |  75.00 | 0
    FLU  | Vaccine, flu                       |  18.50 | 0
    TBE  | Vaccine, tick-borne encephalitis   |  72.00 | 0
    TYP  | Vaccine, typhoid                   |  39.00 | 0
    BLD  | Blood test, full count             |  42.00 | 0
    CHO  | Blood test, cholesterol            |  29.00 | 0
    ECG  | ECG with report                    |  95.00 | 0
    ULT  | Ultrasound scan                    | 185.00 | 0
    XRA  | X-ray, one area                    |  88.00 | 0
    MOL  | Mole check                         |  98.00 | 0
    HGV  | Driver medical report              |  60.00 | 20
    LTR  | Letter for employer                |  25.00 | 20
    BTX  | Wrinkle treatment, one area        | 150.00 | 20
    PEE  | Chemical peel                      |  90.00 | 20
    LAS  | Laser hair removal, small area     |  65.00 | 20
    INS  | Insoles, pair                      |  32.00 | 20
    SUN  | Sun cream SPF 50, 200 ml           |  16.95 | 20
    VTD  | Vitamin D, 90 tablets              |   8.49 | 20
    KNE  | Knee support                       |  21.50 | 20
    NIC  | Nicotine patches, 7 days           |  14.99 | 5
    GUM  | Nicotine gum, 96 pieces            |  19.49 | 5
    """.strip().splitlines()
)
