"""Two invented collections of articles on different matters, as somebody finds them who opens them first."""

BREAD = {
    "bakery-buys-mill.md": """---
title: Olmberg Group buys the Tarn Mill
author: Livia Brandt
source: Trade Weekly
published: 2024-02-12
---

Olmberg Group, a family company from Westrum that runs 214 shops, has bought the Tarn Mill for 38 million euros. \
Founder Henrik Olmberg, who opened his first shop in 1987, called the purchase "the end of a long walk". The mill \
grinds 90,000 tonnes of rye and wheat a year.

The seller, Graincorp Nord, wants to concentrate on animal feed. Olmberg will keep all 140 workers of the mill, \
said Sofia Renner, the chief executive of Olmberg Group. Renner, 44, joined the company in 2019 from the \
supermarket chain Hallo Markt.

Rivals such as Brotfabrik and Kornblum buy their flour abroad. Analyst Jonas Weil of Meridian Bank expects flour \
prices to fall next year.
""",
    "sourdough-line.md": """---
title: A robot learns sourdough
author: Piet Dekker
source: Baking Today
published: 2024-06-03
---

In a hall outside Westrum a robot called Lina folds sourdough every forty minutes. Lina is a two-armed machine built \
by the start-up Teigwerk, and Olmberg Group has ordered eleven of them. Each robot costs 210,000 euros.

Sourdough is a dough that rises through wild yeast and lactic acid bacteria instead of baker's yeast. It has to rest \
for up to 48 hours, which makes it expensive. Teigwerk was founded in 2021 by two engineers, Mara Lindt and Oskar \
Feld. The start-up has 35 employees and made a loss of 2.1 million euros in 2023.

Trade unions fear for jobs on night shifts. Sofia Renner says that nobody will be dismissed.
""",
    "olmberg-results.md": """---
title: Olmberg earns less despite record sales
author: Livia Brandt
source: Trade Weekly
published: 2025-03-20
---

Sales of Olmberg Group rose by 7 percent to 612 million euros in 2024. Profit fell to 9 million euros, after 14 \
million euros the year before. Ms Renner blames the price of butter, which doubled within eighteen months, \
and the cost \
of integrating the Tarn Mill.

The company closed twelve shops and opened five. It now has 207 shops in four countries. In 2020 it had 180 shops.

Hallo Markt, which sells Olmberg's bread in 900 supermarkets, has renewed its contract until 2028. The contract is \
worth 75 million euros a year.
""",
    "mill-fire.md": """---
title: Fire stops the Tarn Mill
source: Westrum Courier
published: 2025-08-09
---

A fire in a grain silo stopped the Tarn Mill on Thursday night. Nobody was hurt. The fire brigade of Westrum needed \
six hours to put it out, because rye dust kept catching fire again.

The mill, which belongs to Olmberg Group, will stand still for at least five weeks. Until then its shops buy \
flour from Kornblum, a competitor that owns three mills on the coast. The damage is put at 6 million euros.

Renner told the Courier that a hot bearing was the likely cause. The insurer Alba Mutual has sent two experts.
""",
    "renner-leaves.md": """---
title: Sofia Renner steps down
author: Livia Brandt
source: Trade Weekly
published: 2025-11-04
---

Sofia Renner leaves Olmberg Group at the end of the year. Her successor is Oskar Feld, co-founder \
of the robot maker \
Teigwerk. Henrik Olmberg's daughter Clara Olmberg becomes chair of the supervisory board.

Under Renner the company bought the Tarn Mill and grew from 180 to 207 shops. Profit, however, fell for two years in a \
row. "I leave a house with a new roof," she said.
""",
}

SEA = {
    "seagrass-comeback.txt": """Seagrass returns to the Bay of Lune

Source: Marine Letters
By Amara Diallo
14 May 2023

Seagrass meadows in the Bay of Lune have grown from 12 to 31 square kilometres since 2015. The count was made by \
divers of the Lune Marine Institute (LMI), a research station at Port Varr. Seagrass stores carbon in its roots and \
shelters young cod.

Biologist Tamsin Oyelaran, who leads the project, credits a ban on bottom trawling. "We did nothing but stop," \
Oyelaran said. The ban has been in force since 2014.

The fishing cooperative Blue Net opposed the ban at first. Its chairman, Rolf Steen, now calls it a gift, \
because catches of cod \
outside the bay rose by a quarter.
""",
    "heatwave.txt": """Hot water kills mussels

Source: Coast Chronicle
By Jun Hayashi
2 September 2024

A marine heatwave killed half of all mussels on the banks off Port Varr this August. The water reached 26.4 degrees, \
the highest value since measurements began in 1961. Blue Net lost an estimated 4 million dollars.

A marine heatwave is a period of at least five days in which the sea is warmer than in nine of ten years. \
Dr Oyelaran of the LMI \
warns that such weeks will come every third summer by 2040.

The Ministry of Fisheries promised help of 1.5 million dollars. Rolf Steen called the sum "a bandage for a broken leg".
""",
    "carbon-credits.txt": """Who owns the carbon in the meadow?

Source: Marine Letters
By Amara Diallo
21 January 2025

Verdanta, a company that trades in carbon credits, wants to sell the carbon stored by the seagrass of the Bay of Lune. \
It offers the town of Port Varr 600,000 dollars a year. Mayor Ilse Koop is in favour, \
the Lune Marine Institute is against.

Blue carbon is carbon that is kept in seagrass, mangroves and salt marshes. Tamsin Oyelaran doubts the sums: \
one storm can \
tear out a meadow in a night. Verdanta says that its buyers, among them the airline Aeromar, know the risk.

The seagrass of the bay covers 29 square kilometres, according to Verdanta.
""",
    "oyster-reef.txt": """Oysters as breakwaters

Source: Coast Chronicle
By Jun Hayashi
8 July 2025

Port Varr will build a reef of 200,000 oysters to protect its harbour from waves. \
The reef costs 3.2 million dollars and \
will be 400 metres long. A breakwater of concrete would have cost 9 million dollars.

Engineer Paulo Nunes of the harbour office designed the reef together with the LMI. Work begins in October. Mayor Koop \
hopes for visitors, too. Blue Net will raise the young oysters in its tanks.
""",
}
