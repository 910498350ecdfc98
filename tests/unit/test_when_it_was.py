"""When what a sentence says was so: dates that only bound or measure it are not when it occurred."""

from datetime import date

import pytest

from aliqa.text.dates import occurred, when

PUBLISHED = date(2024, 6, 10)

SENTENCES = {
    "Exports fell in May 2023, the steepest drop since March 2020.": "2023-05",
    "It was the largest loss since 2008.": None,
    "Sales rose 4% in 2022 compared with 2021.": "2022",
    "In 2022 the harbour handled more tea than in 2019.": "2022",
    "The yard hired fewer people than it announced in September 2021.": None,
    "The line wants to run on wind alone by 2030.": None,
    "By the end of 2027 the tunnel shall be ready.": None,
    "The bridge was closed until April 2022.": None,
    "Before 2015 nobody lived on the island.": None,
    "On 3 March 2024 the ferry sank.": "2024-03-03",
    "The ferry sank on 3 March.": "2024-03-03",
    "Since 2019 the shop has been run by his daughter.": None,
    "She bought the farm in June 2016 instead of 2018.": "2016-06",
    "In the first quarter of 2023 the mill made a profit.": "2023 Q1",
    "Prices went up in 2021, and again last year.": "2021",
    "The mayor resigned in November 2019 after a quarrel about the budget of 2018.": "2019-11",
    "The law has been in force since 1 July 2020.": None,
    "Turnover in 2023 was 12 million, up from 10 million in 2022.": "2023",
    "Ahead of the vote in October 2021 both sides were calm.": None,
    "The choir sang in 2014 and 2015.": "2014",
    "Compared with 2019, traffic has halved.": None,
    "Rather than in 2020, the museum opened in 2022.": "2022",
    "The quarry will close in 2026.": "2026",
    "Prior to March 2018 the road was gravel.": None,
    "The strike of 1984 lasted a year.": "1984",
    "From 2015 to 2019 the club had no ground.": "2015 to 2019",
    "Until 2012 the brewery was family owned.": None,
    "In 2012 the brewery was sold.": "2012",
    "The number of storks was higher than at any time since 1960.": None,
    "In the summer of 2017 the well ran dry.": "2017",
    "The tower was finished in 1931, before the war.": "1931",
    "It was finished two years earlier than planned, in 1931.": "1931",
    "The poll of 12 May put her ahead.": "2024-05-12",
    "He has been mayor since May 2022.": None,
    "No winter was as cold as that of 1963.": None,
    "The council approved the plan on 9 February 2023 by 23 votes to 16.": "2023-02-09",
    "Rents are 12% higher than last year.": None,
    "Last year rents rose by 12%.": "2023",
    "Up to 2016 the ferry ran hourly.": None,
    "The dairy now has 54 cows, up from 31 when the barn at Green Hollow Farm opened in 2021.": None,
    "Turnover is 12 million, down from 14.5 million in 2022.": None,
    "The club has twice as many members as in 2019.": None,
    "The yard sold 40 boats in 2023, against 31 in 2022.": "2023",
    "The dairy had 31 cows when the barn opened in 2021.": "2021",
    "When the barn opened in 2021, the dairy had 31 cows.": "2021",
    "His time as mayor was marred by the flood of 2019, the fire of last summer and a rise in rents.": None,
    "Nine people died in the fire of 1911.": "1911",
    "She won the election of 2021.": "2021",
    "After the flood of 2019 the mill closed in 2021.": "2021",
    "The orchard was planted in 1988 and felled in 2021.": "1988",
}

TRAPS = {
    "Tarvik opened its brewery in Ostholm in 2016.": "2016",
    "Tarvik bought the brewery that Ellen Moe had founded in 1978.": None,
    "Three years after the 2015 fire, the mill reopened.": "2018",
    "In March 2023, the council approved the plan it had rejected in 2019.": "2023-03",
    "Although the bridge was damaged in 2020, it remains open.": None,
    "The minister said that the tunnel would be finished in 2028.": "2028",
    "Sales rose to 40 million in 2022 from 35 million in 2021.": "2022",
    "The 2019 World Cup winners visited the town on 4 May 2024.": "2024-05-04",
    "Visitor numbers have not recovered since the pandemic of 2020.": None,
    "The museum, which closed in 2011, will reopen on 12 June 2025.": "2025-06-12",
    "Had the dam not failed in 1998, the village would still exist.": None,
    "Like the storm of 1987, this one came from the west.": None,
    "On 14 February 2025 the union rejected the offer.": "2025-02-14",
    "The court will decide in May whether the licence of 2014 is valid.": "2025-05",
    "Nora Lind, who won the prize in 2017, has died.": None,
    "Workers who were hired before 2010 keep their pensions.": None,
    "The ferry sank in 1994, killing 12 people.": "1994",
    "It took until October 2021 before the road was repaired.": "2021-10",
    "The report, published in January 2024, criticises the harbour office.": "2024-01",
    "The company expects sales of 50 million in 2026.": "2026",
    "When the mine closed in 2003, 400 people lost their jobs.": "2003",
    "Prices are twice as high as they were in 2018.": None,
    "The town has been without a doctor since January 2022.": "2022-01",
    "A 1962 treaty gives the island the right to fish.": None,
    "The station was renamed in 2009 after Karl Brandt, who was born in 1921.": "2009",
    "Between 2014 and 2018, the river flooded five times.": "2014 to 2018",
    "The choir will sing the mass that Holt wrote in 1850 on 3 April 2025.": "2025-04-03",
    "The factory would have closed in 2020 without the state's help.": None,
    "He denied having met the banker in Zurich in August 2019.": None,
    "The Agenda 2030 programme pays for new wells.": None,
    "The library moved to Quay Street in 2013.": "2013",
    "The parish sold the organ that it had bought in 1999.": None,
    "Two months after the January 2024 landslide, trains ran again.": "2024-03",
    "In August 2022 the board withdrew the offer it had made in 2021.": "2022-08",
    "While output halved in 2009, it grew in 2010.": "2010",
    "Ministers promised in 2017 that the line would be electrified by 2024.": "2017",
    "Rents fell by 3% in 2024 after rising by 9% in 2023.": "2024",
    "The 2023 harvest was sold in February 2024.": "2024-02",
    "It was the worst drought in the valley since 1976.": None,
    "The theatre, destroyed in 1944, was rebuilt in 1956.": "1956",
    "If the vote of 2016 had gone otherwise, the border would be open.": None,
    "As in 2012, the final was decided on penalties.": None,
    "The chess club won its first title on 2 November 2019.": "2019-11-02",
    "Investigators want to know why the alarm was switched off in December 2023.": None,
    "Peter Valk, mayor from 2002 to 2014, opened the fair.": None,
    "Houses built after 1990 are exempt from the levy.": None,
    "In 1971, a gas explosion destroyed the town hall.": "1971",
    "It was not before April 2020 that the school reopened.": "2020-04",
    "According to a survey from 2021, most residents want a bypass.": "2021",
    "The airline plans to fly to Oslo from June 2025.": "2025-06",
    "The pier burned down while it was being painted in 1983.": "1983",
    "The lake is shallower than in 2005.": None,
    "The clinic has had no director since 1 September 2024.": "2024-09-01",
    "The 1988 law forbids fishing in the bay.": None,
    "The square is named after Ida Wolff, who died in 1932.": None,
    "From 2006 to 2011 the castle was a hotel.": "2006 to 2011",
    "The tower, modelled on one of 1720, was finished in July 2018.": "2018-07",
    "The team could have won the league in 2015.": None,
    "She regrets that she sold the farm in 2012.": None,
    "The Vision 2040 plan foresees 300 new homes.": None,
}
"""Dates of clauses, comparisons, appositions and nouns, and plain ones among them; in doubt none is right, too."""


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_when_it_was(sentence: str, expected: str | None) -> None:
    found = occurred(sentence, PUBLISHED)
    assert (when(found[0]) if found else None) == expected


def test_there_are_fifty() -> None:
    assert len(SENTENCES) == 50


@pytest.mark.parametrize(("sentence", "expected"), TRAPS.items())
def test_no_date_of_something_else_is_taken(sentence: str, expected: str | None) -> None:
    found = occurred(sentence, date(2025, 3, 20))
    assert not found or when(found[0]) == expected


def test_most_of_the_dates_are_still_told() -> None:
    dated = [one for one, expected in TRAPS.items() if expected]
    told = [one for one in dated if occurred(one, date(2025, 3, 20))]
    assert len(told) >= 24, [one for one in dated if one not in told]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("To pay its debts, the yard sold two ships last March.", "2024-03"),
        ("In the year 2008 three friends set up the firm.", "2008"),
        ("In 2023 the loss had been 68 million.", "2023"),
        ("The yard had closed in 2019 before it was sold.", "2019"),
        ("The yard had closed in 2019 for good and was sold in 2020.", "2020"),
        ("The town sold a yard Ada Moss had built in 1990.", None),
        ("The yard Ada Moss had built in 1990 was sold.", None),
        ("She left in tears; she had joined the yard in 2015.", None),
        ("The yard hired more than 300 welders in May 2024.", "2024-05"),
        ("The fare was cut from 6 to 4 crowns at the end of March 2024.", "2024-03"),
        ("Erk, 74, had a fall in January 2025.", "2025-01"),
        ("It has been open since 10 June 2024, a year later than planned.", None),
        ("它于2024年3月上市。", "2024-03"),
        ("The pond, dug in 1810 (and drained in 1850), is dry.", None),
        ("x" * 2000 + " sank in 2019.", None),
    ],
)
def test_an_adverbial_of_the_main_clause_is_when_it_was(sentence: str, expected: str | None) -> None:
    found = occurred(sentence, date(2025, 3, 20))
    assert (when(found[0]) if found else None) == expected
