"""Sentences that a language model could write about a quote: those that the quote carries, and those that it does not.

They were written in three parts, each before the check was tuned on it; `tests/unit/test_support.py` counts how often
it errs.
"""

from typing import Final, NamedTuple


class Case(NamedTuple):
    """A quote out of an article with this title, what it carries, and what it does not."""

    title: str
    quote: str
    carried: tuple[str, ...]
    invented: tuple[str, ...]


CASES: Final = (
    Case(
        "Northwind Lines goes electric",
        "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday.",
        (
            "Northwind Lines ordered four electric ferries from the Brevik shipyard.",
            "On Monday, Northwind Lines ordered 4 electric ferries from the Brevik shipyard.",
            "Northwind ordered four electric ferries.",
            "Four electric ferries were ordered from the Brevik shipyard by Northwind Lines.",
            "According to the article, Northwind Lines ordered four electric ferries on Monday.",
        ),
        (
            "Northwind Lines ordered five electric ferries from the Brevik shipyard.",
            "Brevik ordered four electric ferries from Northwind Lines.",
            "Northwind Lines ordered four electric ferries from the Skarvik shipyard.",
            "Northwind Lines sold four electric ferries on Monday.",
            "Northwind Lines ordered four electric ferries on Tuesday.",
            "Northwind Lines did not order four electric ferries.",
            "Northwind Lines may order four electric ferries.",
            "Northwind Lines ordered at least ten electric ferries.",
            "Northwind Lines ordered four diesel ferries.",
            "Northwind Lines will order four electric ferries.",
        ),
    ),
    Case(
        "Northwind Lines goes electric",
        "The four ferries cost 92 million euros together.",
        (
            "Together, the four ferries cost 92 million euros.",
            "The four ferries cost €92 million in total.",
            "The ferries cost 92 million euros together.",
        ),
        (
            "The four ferries cost 92 million dollars together.",
            "The four ferries cost 29 million euros together.",
            "Each ferry cost 92 million euros.",
            "The four ferries cost 92 billion euros together.",
            "The three ferries cost 92 million euros together.",
        ),
    ),
    Case(
        "Northwind Lines goes electric",
        "Delivery of the first ferry is planned for the spring of 2027.",
        (
            "The delivery of the first ferry is planned for spring 2027.",
            "The first ferry is planned to be delivered in the spring of 2027.",
            "The first ferry will be delivered in spring 2027.",
            "Delivery of Northwind's first electric ferry is planned for the spring of 2027.",
        ),
        (
            "The first ferry was delivered in the spring of 2027.",
            "Delivery of the first ferry is planned for the spring of 2026.",
            "Delivery of the first ferry is planned for the autumn of 2027.",
            "Delivery of the last ferry is planned for the spring of 2027.",
        ),
    ),
    Case(
        "Northwind Lines goes electric",
        "Each crossing of a diesel ferry burns 310 litres of fuel, says chief engineer Tomas Lindqvist.",
        (
            "Each crossing of a diesel ferry burns 310 litres of fuel.",
            "Chief engineer Tomas Lindqvist says that each crossing of a diesel ferry burns 310 litres of fuel.",
            "According to Tomas Lindqvist, a diesel ferry burns 310 litres of fuel on each crossing.",
        ),
        (
            "Each crossing of a diesel ferry burns 130 litres of fuel.",
            "Each crossing of a diesel ferry burns 310 gallons of fuel.",
            "Each crossing of an electric ferry burns 310 litres of fuel.",
            "Chief executive Tomas Lindqvist says that each crossing burns 310 litres of fuel.",
            "Each crossing of a diesel ferry saves 310 litres of fuel.",
        ),
    ),
    Case(
        "Marlowe closes a third of its shops",
        "Marlowe Stores will close 46 of its 138 shops before the summer.",
        (
            "Marlowe Stores will close 46 of its 138 shops before summer.",
            "Before the summer, Marlowe will close 46 of its 138 shops.",
            "Marlowe will shut 46 shops before the summer.",
            "Marlowe Stores plans to close 46 shops.",
            "46 of Marlowe's 138 shops will be closed before the summer.",
        ),
        (
            "Marlowe Stores closed 46 of its 138 shops before the summer.",
            "Marlowe Stores will close 138 of its 46 shops.",
            "Marlowe Stores will close 46 of its 138 shops after the summer.",
            "Marlowe Stores will open 46 shops before the summer.",
            "Marlowe Stores will close all of its shops before the summer.",
            "Marlowe Stores will close 64 of its 138 shops.",
            "Marlowe Stores will not close 46 shops.",
        ),
    ),
    Case(
        "Marlowe closes a third of its shops",
        "Chief executive Priya Raman blames high rents and a warm autumn.",
        (
            "Chief executive Priya Raman blames high rents and a warm autumn for this.",
            "Priya Raman, the chief executive, blames a warm autumn and high rents.",
            "High rents and a warm autumn are blamed by chief executive Priya Raman.",
        ),
        (
            "Chief executive Priya Raman blames low rents and a warm autumn.",
            "Chief executive Priya Raman blames high rents and a cold autumn.",
            "Chief executive Tomas Lindqvist blames high rents and a warm autumn.",
            "Chief executive Priya Raman blames high wages.",
            "Priya Raman does not blame high rents.",
        ),
    ),
    Case(
        "Marlowe closes a third of its shops",
        "Marlowe lost 12 million pounds in the last quarter, after a profit of 3 million pounds a year before.",
        (
            "Marlowe lost 12 million pounds in the last quarter.",
            "In the last quarter Marlowe lost £12 million, after a profit of £3 million a year before.",
            "A year before, it made a profit of 3 million pounds.",
            "Marlowe lost 12 million pounds last quarter, after a profit of 3 million pounds a year earlier.",
        ),
        (
            "Marlowe made a profit of 12 million pounds in the last quarter.",
            "Marlowe lost 3 million pounds in the last quarter.",
            "Marlowe lost 12 million pounds in the last year.",
            "Marlowe lost 12 million euros in the last quarter.",
            "Marlowe lost 15 million pounds in the last quarter.",
        ),
    ),
    Case(
        "Marlowe closes a third of its shops",
        "The online shop grew by 18 percent and now brings in more than half of all sales.",
        (
            "The online shop grew by 18% and now brings in more than half of all sales.",
            "The online shop grew 18 percent.",
            "The online shop now brings in more than half of all sales.",
            "The online shop increased by 18 percent.",
        ),
        (
            "The online shop grew by 81 percent.",
            "The online shop shrank by 18 percent.",
            "The online shop grew by more than half.",
            "The online shop now brings in less than half of all sales.",
            "The online shop brings in 18 percent of all sales.",
            "The online shop grew by 18 percentage points.",
        ),
    ),
    Case(
        "Twin clouds",
        "Kelda Cloud holds 33% of the Norwegian market, while Brevik Cloud has 18% and Skarvik Cloud has 10%.",
        (
            "Kelda Cloud holds 33% of the Norwegian market.",
            "Brevik Cloud has 18% of the Norwegian market, and Skarvik Cloud has 10%.",
            "Kelda Cloud holds 33%, Brevik Cloud 18% and Skarvik Cloud 10% of the Norwegian market.",
            "Kelda Cloud's share of the Norwegian market is 33 percent.",
        ),
        (
            "Brevik Cloud holds 33% of the Norwegian market.",
            "Kelda Cloud holds 33% of the Swedish market.",
            "Kelda Cloud holds 18%, while Brevik Cloud has 33%.",
            "Skarvik Cloud has 18% of the Norwegian market.",
            "Kelda Cloud holds more than 50% of the Norwegian market.",
        ),
    ),
    Case(
        "A note on the coffee market",
        "Arabica prices doubled within one year because frost hit the plantations of Minas Gerais.",
        (
            "Arabica prices doubled within one year because frost hit the plantations of Minas Gerais.",
            "Because frost hit the plantations of Minas Gerais, Arabica prices doubled within a year.",
            "Arabica prices doubled within one year due to frost in the plantations of Minas Gerais.",
            "Frost hit the plantations of Minas Gerais.",
        ),
        (
            "Arabica prices tripled within one year because frost hit the plantations.",
            "Arabica prices halved within one year.",
            "Frost hit the plantations because Arabica prices doubled.",
            "Robusta prices doubled within one year.",
            "Arabica prices doubled within one year because drought hit the plantations.",
            "Arabica prices doubled within two years.",
        ),
    ),
    Case(
        "A note on the coffee market",
        "Roasters such as Café Solé pass on only half of the increase.",
        (
            "Roasters such as Café Solé pass on only half of the increase.",
            "Only half of the increase is passed on by roasters such as Café Solé.",
        ),
        (
            "Roasters such as Café Solé pass on the whole increase.",
            "Roasters such as Café Solé pass on more than half of the increase.",
            "Café Solé does not pass on the increase.",
        ),
    ),
    Case(
        "Harbour fees",
        "The council denied on 3 May 2024 that it would raise harbour fees for fishing boats.",
        (
            "The council denied that it would raise harbour fees for fishing boats.",
            "On 3 May 2024, the council denied that it would raise harbour fees.",
        ),
        (
            "The council would raise harbour fees for fishing boats.",
            "The council raised harbour fees for fishing boats on 3 May 2024.",
            "The council denied on 5 May 2024 that it would raise harbour fees.",
            "The council denied that it would lower harbour fees.",
        ),
    ),
    Case(
        "Harbour fees",
        "Lena Brandt sued the Ostmark railway in 2019, and the court ordered the railway to pay 40,000 euros.",
        (
            "Lena Brandt sued the Ostmark railway in 2019.",
            "The court ordered the railway to pay 40,000 euros.",
            "The Ostmark railway was sued by Lena Brandt in 2019.",
            "In 2019, Lena Brandt sued the Ostmark railway.",
        ),
        (
            "The Ostmark railway sued Lena Brandt in 2019.",
            "The court ordered Lena Brandt to pay 40,000 euros.",
            "Lena Brandt sued the Ostmark railway in 2018.",
            "The court ordered the railway to pay 400,000 euros.",
        ),
    ),
    Case(
        "Mills and bakers",
        "Critics say that the new mill could pollute the river, but no study has confirmed this.",
        (
            "Critics say that the new mill could pollute the river.",
            "According to critics, the new mill could pollute the river, but no study has confirmed this.",
        ),
        (
            "The new mill pollutes the river.",
            "A study has confirmed that the new mill could pollute the river.",
            "The new mill could pollute the lake.",
        ),
    ),
    Case(
        "Mills and bakers",
        "The bakery cut its prices by 15 cents in June and hired 12 people.",
        (
            "The bakery cut its prices by 15 cents in June.",
            "In June the bakery cut its prices by 15 cents and hired 12 people.",
            "The bakery hired 12 people.",
            "The bakery reduced its prices by 15 cents.",
        ),
        (
            "The bakery raised its prices by 15 cents in June.",
            "The bakery hired 15 people.",
            "The bakery dismissed 12 people.",
            "The bakery cut its prices by 15 cents in July.",
            "The bakery cut its prices by 12 cents.",
        ),
    ),
    Case(
        "青岚云发布财报",
        "青岚云第二季度收入增长了二十六个百分点。",
        ("青岚云第二季度收入增长了二十六个百分点。", "第二季度，青岚云收入增长了二十六个百分点。"),
        (
            "青岚云第二季度收入增长了三十六个百分点。",
            "青岚云第二季度收入下降了二十六个百分点。",
            "青岚云第三季度收入增长了二十六个百分点。",
            "海岸云第二季度收入增长了二十六个百分点。",
        ),
    ),
    Case(
        "青岚云发布财报",
        "青岚云计划明年在成都建设新的数据中心。",
        ("青岚云计划明年在成都建设新的数据中心。", "青岚云计划在成都建设新的数据中心。"),
        (
            "青岚云在成都建设了新的数据中心。",
            "青岚云不计划在成都建设新的数据中心。",
            "青岚云计划明年在上海建设新的数据中心。",
        ),
    ),
    Case(
        "The bridge",
        "Engineer Amara Diallo expects the bridge to open in March 2026, two years later than promised.",
        (
            "Amara Diallo expects the bridge to open in March 2026.",
            "Engineer Amara Diallo expects the bridge to open in March 2026, two years later than promised.",
            "The bridge is expected to open in March 2026, two years later than promised.",
        ),
        (
            "The bridge opened in March 2026.",
            "Amara Diallo expects the bridge to open in March 2028.",
            "Amara Diallo expects the bridge to open in May 2026.",
            "Amara Diallo expects the bridge to close in March 2026.",
            "Amara Diallo expects the bridge to open in March 2026, two years earlier than promised.",
        ),
    ),
    Case(
        "The bridge",
        "The old bridge carried up to 9,000 cars a day until it was closed in 2021.",
        (
            "The old bridge carried up to 9,000 cars a day.",
            "The old bridge was closed in 2021.",
            "Until it was closed in 2021, the old bridge carried up to 9,000 cars a day.",
        ),
        (
            "The old bridge carried more than 9,000 cars a day.",
            "The old bridge was opened in 2021.",
            "The old bridge carried up to 9,000 cars an hour.",
            "The old bridge was never closed.",
            "The new bridge carried up to 9,000 cars a day.",
        ),
    ),
    Case(
        "Solar fields",
        "Helios Energy opened its third solar park near Granada in June 2023, with a capacity of 85 megawatts.",
        (
            "Helios Energy opened its third solar park near Granada in June 2023.",
            "The park has a capacity of 85 megawatts.",
            "In June 2023, Helios Energy opened a solar park with a capacity of 85 MW near Granada.",
            "Helios opened its third solar park in June 2023.",
        ),
        (
            "Helios Energy opened its fourth solar park near Granada in June 2023.",
            "Helios Energy closed its third solar park near Granada.",
            "Helios Energy opened its third wind park near Granada.",
            "The park has a capacity of 58 megawatts.",
            "Helios Energy opened its third solar park near Seville in June 2023.",
            "Helios Energy plans to open its third solar park.",
            "The solar park has a capacity of 85 kilowatts.",
        ),
    ),
    Case(
        "School meals",
        "According to a survey of 2,400 parents, 61 percent want free school meals, but only 12 percent would pay higher taxes for them.",
        (
            "A survey of 2,400 parents found that 61 percent want free school meals.",
            "61% of parents want free school meals.",
            "Only 12 percent would pay higher taxes for them.",
            "In a survey of 2,400 parents, 61 percent wanted free school meals, but only 12 percent would pay higher taxes.",
        ),
        (
            "61 percent would pay higher taxes for them.",
            "A survey of 4,200 parents found that 61 percent want free school meals.",
            "12 percent of parents want free school meals.",
            "61 percent of teachers want free school meals.",
            "Most parents would pay higher taxes for free school meals.",
            "61 percent do not want free school meals.",
        ),
    ),
    Case(
        "Museum",
        "The Vasa Gallery bought a painting by Elin Sund for 1.2 million crowns and lent it to the museum of Uppsala.",
        (
            "The Vasa Gallery bought a painting by Elin Sund for 1.2 million crowns.",
            "The painting by Elin Sund was bought by the Vasa Gallery for 1.2 million crowns.",
            "The gallery lent it to the museum of Uppsala.",
            "The Vasa Gallery lent the painting to the museum of Uppsala.",
        ),
        (
            "Elin Sund bought a painting by the Vasa Gallery.",
            "The Vasa Gallery sold a painting by Elin Sund for 1.2 million crowns.",
            "The Vasa Gallery bought a painting by Elin Sund for 2.1 million crowns.",
            "The museum of Uppsala bought a painting for 1.2 million crowns.",
            "The Vasa Gallery gave it to the museum of Uppsala.",
        ),
    ),
    Case(
        "Rail",
        "Trains between Lund and Kalmar were delayed for two hours on Friday because a tree had fallen on the line.",
        (
            "Trains between Lund and Kalmar were delayed for two hours on Friday.",
            "A tree had fallen on the line.",
            "On Friday, trains between Lund and Kalmar were delayed for two hours because a tree fell on the line.",
            "Trains were delayed due to a fallen tree on the line.",
        ),
        (
            "Trains between Lund and Kalmar were cancelled on Friday.",
            "Trains between Lund and Kalmar were delayed for two days.",
            "Trains between Lund and Malmö were delayed for two hours on Friday.",
            "A tree had fallen because trains were delayed.",
            "Trains were delayed because of snow on the line.",
        ),
    ),
    Case(
        "Fishing",
        "The ministry lowered the quota for cod from 9,000 to 6,500 tons, while the quota for herring remains unchanged.",
        (
            "The ministry lowered the quota for cod from 9,000 to 6,500 tons.",
            "The quota for herring remains unchanged.",
            "The quota for cod was lowered to 6,500 tons.",
            "The ministry reduced the cod quota from 9,000 to 6,500 tons.",
        ),
        (
            "The ministry lowered the quota for herring from 9,000 to 6,500 tons.",
            "The ministry raised the quota for cod from 6,500 to 9,000 tons.",
            "The quota for cod remains unchanged.",
            "The ministry lowered the quota for cod from 6,500 to 9,000 tons.",
            "The ministry lowered the quota for cod to 5,600 tons.",
        ),
    ),
    Case(
        "Phones",
        "Nordlys may sell its phone business to Takara, the newspaper reported, but neither company has commented.",
        (
            "Nordlys may sell its phone business to Takara.",
            "Neither company has commented.",
            "The newspaper reported that Nordlys may sell its phone business to Takara.",
        ),
        (
            "Nordlys sold its phone business to Takara.",
            "Takara may sell its phone business to Nordlys.",
            "Nordlys will sell its phone business to Takara.",
            "Both companies have commented.",
            "Nordlys may buy Takara's phone business.",
        ),
    ),
    Case(
        "Wages",
        "The union rejected an offer of 3.5 percent more pay and demands at least 6 percent.",
        (
            "The union rejected an offer of 3.5 percent more pay.",
            "The union demands at least 6 percent.",
            "The union rejected an offer of 3.5% more pay and demands at least 6%.",
        ),
        (
            "The union accepted an offer of 3.5 percent more pay.",
            "The union demands 3.5 percent.",
            "The union rejected an offer of 6 percent more pay.",
            "The union demands at most 6 percent.",
            "The union demands exactly 5.3 percent more pay.",
        ),
    ),
    Case(
        "Wine",
        "Rain in April spoiled half of the harvest in Alsace, and growers expect prices to rise by a tenth.",
        (
            "Rain in April spoiled half of the harvest in Alsace.",
            "Growers expect prices to rise by a tenth.",
            "Half of the harvest in Alsace was spoiled by rain in April.",
        ),
        (
            "Rain in April spoiled half of the harvest in Bordeaux.",
            "Prices rose by a tenth.",
            "Growers expect prices to fall by a tenth.",
            "Rain in August spoiled half of the harvest in Alsace.",
            "Rain spoiled the whole harvest in Alsace.",
            "Growers expect prices to rise by half.",
        ),
    ),
    Case(
        "Dams",
        "Engineers repaired the Lerum dam in autumn 2022 after a crack of four metres had been found in its wall.",
        (
            "Engineers repaired the Lerum dam in autumn 2022.",
            "A crack of four metres had been found in its wall.",
            "The Lerum dam was repaired in autumn 2022 after a four-metre crack had been found in its wall.",
        ),
        (
            "Engineers repaired the Lerum dam in spring 2022.",
            "A crack of fourteen metres had been found in its wall.",
            "Engineers demolished the Lerum dam in autumn 2022.",
            "Engineers will repair the Lerum dam.",
            "The Boren dam was repaired in autumn 2022.",
        ),
    ),
    Case(
        "Beer",
        "Hopfield Brewery sells 70 percent of its beer abroad, mostly to Denmark, where it opened a second brewery last year.",
        (
            "Hopfield Brewery sells 70% of its beer abroad.",
            "Hopfield sells 70 percent of its beer abroad, mostly to Denmark.",
            "It opened a second brewery in Denmark last year.",
        ),
        (
            "Hopfield Brewery sells 70 percent of its beer to Denmark.",
            "Hopfield Brewery sells 30 percent of its beer abroad.",
            "Hopfield Brewery closed a second brewery last year.",
            "Hopfield Brewery buys 70 percent of its beer abroad.",
            "Hopfield Brewery opened a third brewery last year.",
        ),
    ),
    Case(
        "Rents",
        "Average rents in Turku rose from 640 euros in 2019 to 790 euros in 2024, although 3,000 flats were built.",
        (
            "Average rents in Turku rose from 640 euros in 2019 to 790 euros in 2024.",
            "3,000 flats were built.",
            "In Turku, average rents rose to 790 euros in 2024.",
            "Average rents in Turku increased from 640 euros in 2019 to 790 euros in 2024.",
        ),
        (
            "Average rents in Turku fell from 640 euros in 2019 to 790 euros in 2024.",
            "Average rents in Turku rose to 640 euros in 2024.",
            "Average rents in Tampere rose from 640 euros in 2019 to 790 euros in 2024.",
            "Average rents in Turku rose because 3,000 flats were built.",
            "Average rents rose from 790 euros to 640 euros.",
        ),
    ),
    Case(
        "Clinic",
        "Doctor Imani Okello said the clinic treats 300 patients a week but lacks nurses.",
        (
            "The clinic treats 300 patients a week.",
            "Doctor Imani Okello said the clinic lacks nurses.",
            "According to Doctor Imani Okello, the clinic treats 300 patients a week but lacks nurses.",
        ),
        (
            "The clinic treats 300 patients a day.",
            "The clinic has enough nurses.",
            "The clinic treats 300 nurses a week.",
            "Doctor Imani Okello lacks patients.",
            "Nurse Imani Okello said the clinic treats 300 patients a week.",
        ),
    ),
    Case(
        "Chess",
        "Grandmaster Tarek Aziz beat Olga Petrova in the final, which lasted seven hours and was watched by two million people.",
        (
            "Tarek Aziz beat Olga Petrova in the final.",
            "The final lasted seven hours.",
            "The final was watched by two million people.",
            "Olga Petrova was beaten by Grandmaster Tarek Aziz in the final.",
        ),
        (
            "Olga Petrova beat Tarek Aziz in the final.",
            "The final lasted two hours.",
            "The final was watched by seven million people.",
            "Tarek Aziz lost the final.",
            "Tarek Aziz beat Olga Petrova in the semi-final.",
        ),
    ),
    Case(
        "Trees",
        "The city intends to plant 10,000 trees by 2030, mainly oaks, and to water them with rain that is collected on roofs.",
        (
            "The city intends to plant 10,000 trees by 2030.",
            "The city plans to plant 10,000 trees by 2030, mainly oaks.",
            "The trees will be watered with rain that is collected on roofs.",
        ),
        (
            "The city planted 10,000 trees.",
            "The city intends to plant 10,000 trees by 2040.",
            "The city intends to fell 10,000 trees by 2030.",
            "The city intends to plant 10,000 oaks by 2030.",
            "The city intends to plant trees mainly in parks.",
        ),
    ),
)
