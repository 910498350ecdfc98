"""Invented articles with false sentences about them, each one trick, and true ones: what a language model may say.

`TOLD` was written before the check that it tests; `AIMED` afterwards, at what its rules let move or go; `LATER`
against the check as it is.
"""

from typing import Final, NamedTuple


class Told(NamedTuple):
    """An article, and what a model says of it in answer to a question: false things, and true ones."""

    title: str
    question: str
    article: str
    lies: tuple[str, ...]
    truths: tuple[str, ...]


TOLD: Final = (
    Told(
        "Norlevin trial ends",
        "What did the trial of Norlevin find?",
        "Arvida Pharma tested Norlevin against placebo in 14 hospitals from March 2019 to June 2021. Of the 420"
        " patients, 35 had side effects. The drug lowered the risk of stroke by up to 18 percent in patients older"
        " than 65. Professor Ines Okafor, who led the trial, said that the results might not apply to children."
        " Arvida Pharma did not pay the doctors. Most of the doctors, but not all of the nurses, supported the trial."
        " According to the health board, Norlevin should be approved by 2026 if a second trial succeeds. Competitor"
        " Belmont Labs stopped its own trial after two deaths. Only patients with high blood pressure were admitted."
        " Side effects were less common with Norlevin than with aspirin.",
        (
            "Of the 420 patients, 420 had side effects.",
            "420 patients had side effects.",
            "The 420 patients had side effects.",
            "The drug lowered the risk of stroke by 18 percent in patients older than 65.",
            "The drug lowered the risk of stroke by up to 18 percent.",
            "The drug lowered the risk of stroke in children.",
            "Arvida Pharma tested Norlevin against placebo in 14 hospitals from June 2021 to March 2019.",
            "Arvida Pharma tested Norlevin against placebo in 14 hospitals in March 2019.",
            "Professor Ines Okafor said that the results might apply to children.",
            "The results might not apply to children.",
            "Arvida Pharma did not pay the nurses.",
            "Arvida Pharma did pay the doctors.",
            "The doctors, but not all of the nurses, supported the trial.",
            "All of the nurses supported the trial.",
            "Norlevin should be approved by 2026.",
            "According to the health board, Norlevin should be approved in 2026 if a second trial succeeds.",
            "According to the health board, Norlevin should be approved by 2026.",
            "Arvida Pharma stopped its own trial after two deaths.",
            "Patients with high blood pressure were admitted only.",
            "Patients were admitted.",
            "Side effects were less common with aspirin than with Norlevin.",
            "Side effects were less common with Norlevin.",
        ),
        (
            "Ines Okafor said that the results might not apply to children.",
            "The results might not apply to children, Professor Ines Okafor said.",
            "Of the 420 patients, 35 had side effects.",
            "Belmont Labs stopped its own trial after two deaths.",
        ),
    ),
    Told(
        "Rovaniemi Larks sell their captain",
        "To whom did the Larks sell Henrik Salo?",
        "The Larks sold captain Henrik Salo to Bergen Rovers for 3.2 million euros in January 2022. The club had"
        " bought him from Malmo United in 2018. Salo scored 21 goals in 60 matches, more than any other Lark. Coach"
        " Petra Lind, whose brother Jonas Lind owns Bergen Rovers, opposed the sale. The Larks and the Falcons share"
        " a stadium of 12,000 seats. At least three players will leave in the summer. Salo was the second captain to"
        " be sold since 2015. The fans could boycott the match against Turku, newspapers reported. No player of the"
        " Larks was injured in April.",
        (
            "Bergen Rovers sold captain Henrik Salo to the Larks for 3.2 million euros in January 2022.",
            "The Larks sold captain Henrik Salo to Malmo United for 3.2 million euros in January 2022.",
            "The Larks sold captain Henrik Salo to Bergen Rovers in 2018.",
            "The Larks had bought him from Bergen Rovers in 2018.",
            "The Larks sold coach Petra Lind to Bergen Rovers.",
            "Salo scored 60 goals in 21 matches.",
            "Salo scored more than 21 goals in 60 matches.",
            "Petra Lind owns Bergen Rovers.",
            "Jonas Lind opposed the sale.",
            "The Larks share a stadium of 12,000 seats.",
            "The Falcons share a stadium of 12,000 seats.",
            "Three players will leave in the summer.",
            "At least three players left in the summer.",
            "Salo was the captain to be sold since 2015.",
            "Salo was the first captain to be sold since 2015.",
            "The fans will boycott the match against Turku.",
            "The fans could boycott the match against Turku.",
            "A player of the Larks was injured in April.",
            "Player of the Larks was injured in April.",
            "No player of the Larks was injured.",
        ),
        (
            "The Larks sold captain Henrik Salo to Bergen Rovers.",
            "In January 2022, the Larks sold captain Henrik Salo to Bergen Rovers for 3.2 million euros.",
            "Captain Henrik Salo was sold to Bergen Rovers by the Larks for 3.2 million euros in January 2022.",
            "Coach Petra Lind opposed the sale.",
        ),
    ),
    Told(
        "Eastmoor rejects the incinerator",
        "Why did Eastmoor reject the incinerator?",
        "Eastmoor council rejected the incinerator by seven votes to five on 4 May 2023. The council of Westmoor had"
        " approved a smaller one in 2020. Councillor Ruth Adeyemi voted against the plan because residents feared"
        " smoke. The builder, Kestrel Energy, wants to appeal. Kestrel Energy spent nearly 900,000 pounds on lawyers"
        " and advertisements. Heating costs may rise by between 5 and 9 percent. Every household in Eastmoor pays 120"
        " pounds a year. Emissions fell from 40 tonnes in 2010 to 25 tonnes in 2020. Adeyemi denied that the mayor"
        " had met Kestrel Energy. The mayor has not said whether he will resign.",
        (
            "Eastmoor council rejected the incinerator by five votes to seven on 4 May 2023.",
            "Westmoor council rejected the incinerator by seven votes to five on 4 May 2023.",
            "The council of Eastmoor had approved a smaller one in 2020.",
            "Councillor Ruth Adeyemi voted against the plan.  Residents feared Councillor Ruth Adeyemi.",
            "Councillor Ruth Adeyemi voted for the plan because residents feared smoke.",
            "Because residents feared smoke, Kestrel Energy wants to appeal.",
            "Kestrel Energy appealed.",
            "Kestrel Energy spent 900,000 pounds on lawyers and advertisements.",
            "Kestrel Energy spent nearly 900,000 pounds on lawyers.",
            "Kestrel Energy spent nearly 900,000 pounds on advertisements.",
            "Heating costs may rise by 9 percent.",
            "Heating costs rise by between 5 and 9 percent.",
            "Household in Eastmoor pays 120 pounds a year.",
            "Every household pays 120 pounds a year.",
            "Every household in Eastmoor pays 120 pounds a month.",
            "Emissions fell from 25 tonnes in 2010 to 40 tonnes in 2020.",
            "Emissions fell to 25 tonnes in 2010.",
            "Emissions fell from 40 tonnes in 2020 to 25 tonnes in 2010.",
            "The mayor had met Kestrel Energy.",
            "Adeyemi said that the mayor had met Kestrel Energy.",
            "The mayor has said he will resign.",
            "The mayor will resign.",
        ),
        (
            "On 4 May 2023, Eastmoor council rejected the incinerator by seven votes to five.",
            "Because residents feared smoke, Councillor Ruth Adeyemi voted against the plan.",
            "Adeyemi denied that the mayor had met Kestrel Energy.",
            "Eastmoor council rejected the incinerator by seven votes to five.",
        ),
    ),
    Told(
        "Otters return to the Lune",
        "How many otters live on the Lune?",
        "Rangers counted 64 otters along the Lune in 2024, twice as many as in 2014. The Lune Trust, which Ada Brook"
        " founded in 1998, owns 12 ponds. About a third of its ponds dried out last summer. Otters eat eels, which"
        " mink also hunt. Mink killed fewer than ten otters in the north and more than 30 in the south. The Lune"
        " Trust may sell two ponds to Hallam Water in 2025. Biologist Leo Marsh (Hallam University) believes that the"
        " otters came from Scotland. The trust is not the only owner of the ponds. Visitors saw otters at dawn, never"
        " at noon.",
        (
            "Rangers counted 64 otters along the Lune in 2014.",
            "Rangers counted 64 otters along the Lune in 2024, twice as many as in 2024.",
            "Rangers counted 64 mink along the Lune in 2024.",
            "Ada Brook owns 12 ponds.",
            "The Lune Trust, which owns 12 ponds, founded Ada Brook in 1998.",
            "In 1998, the Lune Trust owns 12 ponds.",
            "A third of its ponds dried out last summer.",
            "About a third of Hallam Water's ponds dried out last summer.",
            "About a third of its ponds dried out.",
            "Its ponds dried out last summer.",
            "Otters eat mink.",
            "Mink eat eels.",
            "Mink killed fewer than ten otters.",
            "Mink killed fewer than ten otters in the south and more than 30 in the north.",
            "Mink killed more than ten otters in the north and fewer than 30 in the south.",
            "The Lune Trust sold two ponds to Hallam Water in 2025.",
            "Hallam Water may sell two ponds to the Lune Trust in 2025.",
            "The otters came from Scotland.",
            "Biologist Leo Marsh knows that the otters came from Scotland.",
            "The trust is the only owner of the ponds.",
            "The trust is not the owner of the ponds.",
            "Visitors saw otters at noon.",
            "Visitors saw otters at dawn and at noon.",
        ),
        (
            "The Lune Trust owns 12 ponds.",
            "Rangers counted 64 otters along the Lune in 2024.",
            "Biologist Leo Marsh believes that the otters came from Scotland.",
            "Ada Brook founded the Lune Trust in 1998.",
        ),
    ),
    Told(
        "Festival of short films",
        "Who won the festival of Castellan?",
        "Salt Roads by Noor Haddad won the Grand Prize of Castellan on 9 June 2024. The film beat Glass Harbour,"
        " which cost ten times more. Critics praised the music, though some called the plot weak. Haddad shot the"
        " film in nine days with two actors and a borrowed camera. She had sold her car to pay for it. The festival"
        " showed 212 films from 48 countries, its director Paul Verne said. Fewer than half of the films had a"
        " distributor. Verne expects 30,000 visitors next year, up from 24,000. The jury, whose chair was Amira Sen,"
        " could not agree on the best actor.",
        (
            "Glass Harbour won the Grand Prize of Castellan on 9 June 2024.",
            "Salt Roads by Noor Haddad won the Grand Prize of Castellan on 6 September 2024.",
            "Noor Haddad won the Grand Prize of Castellan on 9 June 2024.",
            "Glass Harbour beat the film, which cost ten times more.",
            "Salt Roads cost ten times more.",
            "Critics called the plot weak.",
            "Critics praised the music and the plot.",
            "Haddad shot the film in two days with nine actors and a borrowed camera.",
            "Haddad shot the film with two actors in nine countries.",
            "Amira Sen had sold her car to pay for it.",
            "The festival showed 212 films from 48 countries in 2023.",
            "The festival showed 48 films from 212 countries.",
            "The festival showed 212 films from 48 countries.",
            "Half of the films had a distributor.",
            "Fewer than half of the films had no distributor.",
            "Verne had 30,000 visitors next year.",
            "Verne expects 24,000 visitors next year, up from 30,000.",
            "Verne expects more than 30,000 visitors next year.",
            "The jury could agree on the best actor.",
            "Amira Sen could not agree on the best actor.",
            "The jury, whose chair was Paul Verne, could not agree on the best actor.",
            "Because critics praised the music, Salt Roads by Noor Haddad won the Grand Prize of Castellan.",
        ),
        (
            "On 9 June 2024, Salt Roads by Noor Haddad won the Grand Prize of Castellan.",
            "The Grand Prize of Castellan was won by Salt Roads by Noor Haddad on 9 June 2024.",
            "Verne expects 30,000 visitors next year.",
            "The jury could not agree on the best actor.",
        ),
    ),
)

AIMED: Final = (
    Told(
        "Halden Yards in court",
        "When did Halden Yards deliver late?",
        "Halden Yards sued Orbis Lines in 2021. The company had delivered two ferries late. It took three years to"
        " build the first ferry. Halden Yards sold ships damaged by fire in 2019. The museum shows engines damaged by"
        " fire in 2018. Orbis Lines raised fares in May and cut them in June. The daughter of Ada Voss, who founded"
        " Halden Yards, died in 2020. Perhaps finance chief Karl Munk warned the board. Orbis Lines published a"
        " report on sales in 2022. The captain was arrested at the bar owned by Karl Munk. Halden Yards did not pay a"
        " dividend until 2020. Halden Yards makes money only in Norway. Halden Yards plans to open a dock in 2027."
        " Revenue rose 5 percent, Karl Munk said, and costs fell. Sales in 2020 rose 3 percent. Analysts expect a"
        " loss.",
        (
            "Halden Yards had delivered two ferries late.",
            "Orbis Lines had delivered two ferries late.",
            "Halden Yards took three years to build the first ferry.",
            "In 2019, Halden Yards sold ships damaged by fire.",
            "In 2018, the museum shows engines damaged by fire.",
            "Orbis Lines raised fares in May and cut them.",
            "Orbis Lines raised fares and cut them in June.",
            "In June, Orbis Lines raised fares in May and cut them.",
            "The daughter of Ada Voss founded Halden Yards.",
            "Ada Voss died in 2020.",
            "Karl Munk warned the board.",
            "Finance chief Karl Munk warned the board.",
            "In 2022, Orbis Lines published a report on sales.",
            "Karl Munk arrested the captain at the bar.",
            "Karl Munk arrested the captain at the bar owned.",
            "The captain was arrested by Karl Munk.",
            "Halden Yards did not pay a dividend.",
            "Until 2020, Halden Yards did not pay a dividend, and sales in 2020 rose 3 percent, Karl Munk said.",
            "In Norway, Halden Yards makes money only.",
            "Halden Yards makes money in Norway.",
            "In 2027, Halden Yards plans to open a dock.",
            "Halden Yards plans to open a dock.",
            "Revenue rose 5 percent.",
            "Revenue rose 5 percent, and costs fell.",
            "Sales rose 3 percent.",
            "In 2020, Halden Yards' sales rose 3 percent.",
            "Halden Yards' analysts expect a loss.",
            "Yes, Halden Yards delivered late.",
        ),
        ("Halden Yards sued Orbis Lines in 2021.", "In 2021, Halden Yards sued Orbis Lines."),
    ),
    Told(
        "Corvin and the bank",
        "What is Corvin's profit?",
        "Corvin Bank denied a loan to Mayor Elsa Thorne. Her brother, who was never charged, sold Corvin shares to"
        " Delmar for 5 million euros each. Corvin Bank (not Delmar) owns the tower. Neither Thorne nor Delmar"
        " replied. Profits could double if rates fall. Delmar rejected the offer. Corvin Bank spent 4 million euros"
        " on towers, mills, and farms. The regulator said Corvin had broken no law, but Delmar had. Corvin and Delmar"
        " together own 51 percent of the port. Thorne said that Delmar lied and that Corvin paid. Delmar hired Ann"
        " Lee, Corvin's former lawyer. Some 300 of the 900 branches may close by 2030. Corvin Bank opened in 1901 and"
        " closed in 1931. More than 40 clerks left Corvin after Delmar bought it.",
        (
            "Corvin Bank denied a loan to Elsa Thorne, and her brother sold Corvin"
            " shares to Delmar for 5 million euros.",
            "Her brother sold Corvin shares to Delmar for 5 million euros.",
            "Her brother was charged.",
            "Corvin Bank owns Delmar.",
            "Delmar owns the tower.",
            "Thorne replied.",
            "Neither Thorne replied.",
            "Profits could double.",
            "If rates fall, profits double.",
            "Profits could double, and Delmar rejected the offer.",
            "The offer rejected Delmar.",
            "Delmar was rejected by the offer.",
            "Corvin Bank spent 4 million euros on towers.",
            "Corvin Bank spent 4 million euros on towers and farms.",
            "Corvin Bank spent 4 million euros on mills.",
            "Corvin had broken no law.",
            "The regulator said Delmar had broken no law, but Corvin had.",
            "The regulator said Corvin had broken law.",
            "Corvin owns 51 percent of the port.",
            "Corvin and Delmar own 51 percent of the port.",
            "Delmar lied.",
            "Thorne said that Delmar lied.",
            "Thorne said that Corvin lied and that Delmar paid.",
            "Delmar hired Corvin's former lawyer Ann Lee to sue Corvin.",
            "Some 300 branches may close by 2030.",
            "The 900 branches may close by 2030.",
            "Some 300 of the 900 branches may close.",
            "Corvin Bank opened in 1901 and closed.",
            "Corvin Bank closed in 1901.",
            "40 clerks left Corvin after Delmar bought it.",
            "Clerks left Corvin.",
            "After Delmar bought it, more than 40 clerks left.",
            "According to Thorne, Delmar lied.",
            "Corvin's profits could double if rates fall.",
        ),
        (
            "If rates fall, profits could double.",
            "The offer was rejected by Delmar.",
        ),
    ),
)

LATER: Final = (
    Told(
        "Corvane in spring",
        "What is known of Corvane?",
        "Corvane Cement sold 3.1 million bags of cement in 2023, 12% fewer than in 2022. The firm bought four"
        " kilns from Halle Works in May 2023 for nearly 80 million euros. Chairman Otto Frey said that the"
        " kilns would cut emissions at the Lund plant. The minister Ines Aalto warned that 200 workers might"
        " lose their jobs in Lund. Corvane bought Dale Gravel in April 2022. Profit fell 9% to 310 million"
        " euros. The quarry in Moss, which Corvane leased to Stone Brothers in 2021, covers 60 hectares."
        " Corvane has not paid a dividend since 2019. Less than a third of its trucks are electric. Investors"
        " fear a loss of up to 40 million euros in 2024. The kilns must not run while the wind blows from the"
        " north. A flood in July 2021 destroyed three silos at the Lund plant. Corvane employs 5,200 people in"
        " nine countries. The first kiln will be delivered in October 2024, according to Otto Frey. Lawyers"
        " accused Corvane of fixing prices between 2016 and 2018. Corvane and Dale Gravel share a port in"
        " Moss.",
        (
            "In 2022, Corvane sold 3.1 million bags of cement.",
            "Corvane sold 3.1 million bags of cement, 12% fewer than in 2023.",
            "Halle Works bought four kilns from the firm in May 2023.",
            "The firm bought four kilns from Halle Works in May 2023 for 80 million euros.",
            "The kilns would cut emissions at the Lund plant.",
            "Chairman Otto Frey said that the kilns cut emissions at the Lund plant.",
            "Chairman Otto Frey said that the kilns would cut emissions.",
            "Corvane leased the quarry in Moss from Stone Brothers in 2021.",
            "Stone Brothers leased the quarry in Moss to Corvane in 2021.",
            "Corvane covers 60 hectares.",
            "Stone Brothers covers 60 hectares.",
            "In 2021, the quarry in Moss covers 60 hectares.",
            "In 2019, Corvane has not paid a dividend.",
            "Corvane has paid a dividend since 2019.",
            "Corvane has not paid a dividend.",
            "A third of Corvane's trucks are electric.",
            "Less than a third of Dale Gravel's trucks are electric.",
            "Corvane's trucks are electric.",
            "Investors fear a loss of 40 million euros in 2024.",
            "Investors had a loss of up to 40 million euros in 2024.",
            "In 2024, investors fear a loss of up to 40 million euros.",
            "The kilns must not run.",
            "While the wind blows from the north, the kilns must run.",
            "The kilns must not run while the wind blows.",
            "The Lund plant was destroyed by a flood in July 2021.",
            "In July 2021, three silos destroyed a flood at the Lund plant.",
            "A flood destroyed silos at the Lund plant.",
            "Corvane fixed prices between 2016 and 2018.",
            "Lawyers accused Corvane of fixing prices in 2016.",
            "In 2016, lawyers accused Corvane of fixing prices.",
            "Dale Gravel shares a port in Moss.",
            "Corvane shares a port in Moss.",
            "The first kiln was delivered in October 2024.",
            "The first kiln will be delivered in October 2024.",
            "In October 2024, Otto Frey said the first kiln will be delivered.",
            "In April 2022, Dale Gravel bought Corvane.",
            "Corvane was bought by Dale Gravel in April 2022.",
            "Corvane's investors fear a loss of up to 40 million euros in 2024.",
            "Dale Gravel's profit fell 9% to 310 million euros.",
            "Profit fell 310 million euros to 9%.",
            "Profit fell to 310 million euros in 2023.",
            "Ines Aalto warned that 200 workers might lose their jobs.",
            "200 workers might lose their jobs in Lund.",
            "The minister Otto Frey warned that 200 workers might lose their jobs in Lund.",
            "Corvane employs 5,200 people.",
            "Corvane bought four kilns from Halle Works and Dale Gravel in April 2022.",
        ),
        (
            "Corvane sold 3.1 million bags of cement in 2023.",
            "In 2023, Corvane Cement sold 3.1 million bags of cement, 12% fewer than in 2022.",
            "Corvane bought four kilns from Halle Works in May 2023 for nearly 80 million euros.",
            "The firm bought four kilns from Halle Works.",
            "Four kilns were bought from Halle Works by the firm in May 2023.",
            "In May 2023, the firm bought four kilns from Halle Works for nearly 80 million euros.",
            "According to Otto Frey, the kilns would cut emissions at the Lund plant.",
            "The kilns would cut emissions at the Lund plant, said Otto Frey.",
            "Ines Aalto warned that 200 workers might lose their jobs in Lund.",
            "200 workers might lose their jobs in Lund, the minister Ines Aalto warned.",
            "Dale Gravel was bought by Corvane in April 2022.",
            "In April 2022, Corvane bought Dale Gravel.",
            "Corvane leased the quarry in Moss to Stone Brothers in 2021.",
            "The quarry in Moss was leased to Stone Brothers by Corvane in 2021.",
            "The quarry in Moss covers 60 hectares.",
            "Since 2019, Corvane has not paid a dividend.",
            "Less than a third of Corvane's trucks are electric.",
            "A loss of up to 40 million euros in 2024 is feared by investors.",
            "While the wind blows from the north, the kilns must not run.",
            "A flood destroyed three silos at the Lund plant in July 2021.",
            "In July 2021, a flood destroyed three silos at the Lund plant.",
            "Three silos at the Lund plant were destroyed by a flood in July 2021.",
            "A flood destroyed three silos at the Lund plant.",
            "Corvane employs 5200 people in nine countries.",
            "According to Otto Frey, the first kiln will be delivered in October 2024.",
            "Otto Frey said the first kiln will be delivered in October 2024.",
            "Corvane was accused of fixing prices between 2016 and 2018 by lawyers.",
            "A port in Moss is shared by Corvane and Dale Gravel.",
        ),
    ),
    Told(
        "Hallam museum reopens",
        "What is known of Hallam?",
        "The Hallam Museum reopened on 3 March 2024 after a fire. Director Lena Orth thanked the city and 400"
        " volunteers. The fire destroyed 26 paintings in August 2022. Insurers paid 14 million pounds for the"
        " paintings in 2023. The museum showed 9,000 objects in 2021, twice as many as in 2011. Guards were"
        " not on duty when the fire broke out. Police (led by Rolf Beck) questioned two electricians. The"
        " roof, which Karst Builders repaired in 2023, had leaked for years. Beck told reporters that the"
        " cause could not be found. A visitor in May 2024 complained about the heat. Fewer than one in ten"
        " visitors pays the full price. The museum may lend ten masks to Lagos in 2026. Ticket sales rose 30"
        " percent to 2.2 million pounds. Museums in Dale and Hallam share a director. The city will pay for"
        " new sprinklers, Lena Orth said.",
        (
            "In August 2022, director Lena Orth thanked the city and 400 volunteers.",
            "Insurers paid 14 million pounds for the paintings in August 2022.",
            "The fire destroyed 26 paintings in 2023.",
            "The museum showed 9,000 objects in 2011.",
            "The museum showed 9,000 objects in 2021, twice as many as in 2024.",
            "The museum showed twice as many as in 2011.",
            "Guards were on duty when the fire broke out.",
            "Guards were not on duty.",
            "When guards were not on duty, the fire broke out.",
            "Rolf Beck questioned two electricians.",
            "Police led by two electricians questioned Rolf Beck.",
            "Two electricians questioned police.",
            "Karst Builders had leaked for years.",
            "The roof leaked for years.",
            "In 2023, the roof had leaked for years.",
            "Karst Builders in 2023 had leaked.",
            "The cause could not be found.",
            "Beck told reporters that the cause could be found.",
            "Beck found the cause.",
            "One in ten visitors pays the full price.",
            "Ten visitors pay the full price.",
            "Fewer visitors pay the full price.",
            "The museum will lend ten masks to Lagos in 2026.",
            "The museum lent ten masks to Lagos in 2026.",
            "Lagos may lend ten masks to the museum in 2026.",
            "The museum may lend ten masks in 2026.",
            "Museums in Dale share a director.",
            "Museums share a director.",
            "Lena Orth will pay for new sprinklers.",
            "The city will pay for new sprinklers.",
            "The city said that Lena Orth will pay for new sprinklers.",
            "In May 2024, the museum complained about the heat.",
            "A visitor complained about the museum in May 2024.",
            "Director Lena Orth thanked 400 volunteers.",
            "Director Lena Orth thanked the city.",
            "400 volunteers thanked director Lena Orth.",
            "The Hallam Museum closed on 3 March 2024 after a fire.",
            "On 3 March 2024, a fire reopened the Hallam Museum.",
            "Ticket sales rose 2.2 percent to 30 million pounds.",
            "Ticket sales rose 30 percent.",
            "Guards' ticket sales rose 30 percent to 2.2 million pounds.",
            "Yes, guards were on duty when the fire broke out.",
            "Insurers paid for the paintings.",
            "The fire destroyed the museum in August 2022.",
        ),
        (
            "On 3 March 2024, the Hallam Museum reopened after a fire.",
            "Lena Orth thanked the city and 400 volunteers.",
            "The city and 400 volunteers were thanked by director Lena Orth.",
            "The fire destroyed 26 paintings.",
            "In August 2022, the fire destroyed 26 paintings.",
            "26 paintings were destroyed by the fire in August 2022.",
            "The museum showed 9,000 objects in 2021.",
            "When the fire broke out, guards were not on duty.",
            "Police questioned two electricians.",
            "Karst Builders repaired the roof in 2023.",
            "The roof was repaired by Karst Builders in 2023.",
            "The roof had leaked for years.",
            "Beck told reporters that the cause could not be found.",
            "In May 2024, a visitor complained about the heat.",
            "Fewer than one in ten visitors pays the full price.",
            "In 2026, the museum may lend ten masks to Lagos.",
            "Ticket sales rose 30% to 2.2 million pounds.",
            "Lena Orth said that the city will pay for new sprinklers.",
            "According to Lena Orth, the city will pay for new sprinklers.",
            "The Hallam Museum reopened on 3 March 2024 after a fire, and police questioned two electricians.",
        ),
    ),
)
