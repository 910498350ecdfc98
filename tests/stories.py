"""An invented story as an agency might send it out, and another reporter's own story on the same matter."""

STORY = (
    "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday. The ferries cost 92 million "
    "euros together, and the first one is to be delivered in the spring of 2027. Diesel ferries have crossed the Kelda "
    "strait since 1968, and each crossing burns 310 litres of fuel. The harbour of Skarvik must build a charging "
    "station first, which the town council wants to pay out of a loan. Chief engineer Tomas Lindqvist expects fewer "
    "delays in winter, because electric engines start at once. Two of the old ferries will be sold to an island in the "
    "south, and a third one becomes a museum. The crew will be trained from next autumn on.\n"
)
OTHER = (
    "The Brevik shipyard has won its largest order in a decade: four electric ferries for the Kelda strait. Northwind "
    "Lines pays 92 million euros for them. For the yard the order means work for two years and sixty new jobs, its "
    "director says. Unions welcome the news but ask for apprenticeships. The batteries come from a factory in Lund, "
    "whose owner had been looking for customers. Whether the town of Skarvik can pay for the charging station is "
    "uncertain; the opposition calls the loan a gamble on tourism that may never come.\n"
)
