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
    "No winter was as cold as that of 1963.": "1963",
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


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_when_it_was(sentence: str, expected: str | None) -> None:
    found = occurred(sentence, PUBLISHED)
    assert (when(found[0]) if found else None) == expected


def test_there_are_fifty() -> None:
    assert len(SENTENCES) == 50
