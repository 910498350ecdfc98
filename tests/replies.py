"""What small language models write when they are asked a question: sentences that the quote carries, and that it does not.

Models of that size restate the question with the answer put in, name what the quote only calls "the company", or give
the answer alone. All texts are invented. They were written before the check was tuned on the first part (``TUNED``);
``UNSEEN`` was run only when that was done.
"""

from typing import Final, NamedTuple


class Case(NamedTuple):
    """A question, the quote that was found, and what of the replies it carries.

    ``before`` are the sentences before the quote, ``marked`` the words of the quote that the reader takes for the
    answer, ``said`` the sentence of the answer before the replies.
    """

    question: str
    quote: str
    carried: tuple[str, ...]
    invented: tuple[str, ...]
    before: str = ""
    marked: str = ""
    title: str = "Business in brief"
    said: str = ""


_FINE: Final = "In 2022, the company became a symbol of the crackdown on cement makers, fined a record $1.9 billion for price fixing."
_CLOUDS: Final = (
    "Despite a bitter price war (with basic plans cut by up to 45%), Kelda Cloud has kept its 29% market share in "
    "Norway, ahead of Brevik Cloud (17%) and Skarvik Cloud (11%)."
)
_FOUNDERS: Final = (
    "In September 2023, Tidewater's founders—Joan Tasker and Emil Wirth—took over from Daniel Zander as chairman and "
    "chief executive, respectively."
)

TUNED: Final = (
    Case(
        "How much was Corvane fined for price fixing in 2022?",
        _FINE,
        (
            "$1.9 billion",
            "Corvane was fined $1.9 billion for price fixing in 2022.",
            "Corvane was fined a record $1.9 billion.",
        ),
        (
            "Corvane was fined $1.9 billion for tax evasion in 2022.",
            "Corvane was fined $9.1 billion for price fixing in 2022.",
            "Halden was fined $1.9 billion for price fixing in 2022.",
            "Corvane was fined $1.9 billion for price fixing in 2021.",
            "$9.1 billion",
        ),
        before="Corvane, once the darling of builders, is now known for its troubles.",
        marked="$1.9 billion",
    ),
    Case(
        "How much was Halden fined for price fixing in 2022?",
        _FINE,
        (),
        ("$1.9 billion", "Halden was fined $1.9 billion for price fixing in 2022.", "Halden was fined $1.9 billion."),
        before="Corvane, once the darling of builders and a thorn in the side of Halden, is now known for its troubles.",
        marked="$1.9 billion",
    ),
    Case(
        "What was the peak daily order volume of Swift Basket?",
        "With 40 million monthly shoppers and peak daily order volumes reaching 9 million, this service has not only "
        "brought groceries to villages but also created over 300,000 jobs.",
        (
            "The peak daily order volume of Swift Basket was 9 million.",
            "Swift Basket's peak daily order volume reached 9 million.",
            "9 million",
            "Swift Basket has created over 300,000 jobs.",
        ),
        (
            "The peak daily order volume of Petrel Express was 9 million.",
            "The peak daily order volume of Swift Basket was 40 million.",
            "The average daily order volume of Swift Basket was 9 million.",
            "The peak weekly order volume of Swift Basket was 9 million.",
            "Swift Basket has created over 9 million jobs.",
        ),
        before="Swift Basket has become the heart of Marrow's retail plans, with deliveries faster than those of Petrel Express.",
        marked="9 million",
        title="Marrow at a turning point",
    ),
    Case(
        "What is Skarvik Cloud's market share in Norway?",
        _CLOUDS,
        (
            "Skarvik Cloud's market share in Norway is 11%.",
            "Skarvik Cloud has 11%.",
            "11%",
            "Brevik Cloud has a market share of 17% in Norway.",
            "Kelda Cloud has a 29% market share in Norway, ahead of Brevik Cloud (17%) and Skarvik Cloud (11%).",
        ),
        (
            "Skarvik Cloud's market share in Norway is 17%.",
            "Skarvik Cloud's market share in Sweden is 11%.",
            "Skarvik Cloud's market share in Norway is 29%.",
            "Kelda Cloud's market share in Norway is 45%.",
            "17%",
            "Skarvik Cloud's profit in Norway is 11%.",
        ),
        marked="11%",
    ),
    Case(
        "What is Atlas One described as?",
        "A striking example is Atlas One, hailed as the world's first solar-powered ice breaker, which changes how goods reach the north.",
        (
            "Atlas One is described as the world's first solar-powered ice breaker.",
            "Atlas One is hailed as the world's first solar-powered ice breaker.",
            "The world's first solar-powered ice breaker.",
        ),
        (
            "Atlas One is described as the world's second solar-powered ice breaker.",
            "Atlas One is described as the world's first wind-powered ice breaker.",
            "Atlas One is described as a failure.",
            "Atlas Two is described as the world's first solar-powered ice breaker.",
        ),
        marked="the world's first solar-powered ice breaker",
    ),
    Case(
        "When was Tidewater founded?",
        "Amid the shipping crisis, Tidewater was born in 1997 to help small exporters, developing a freight exchange called Tidewater Link.",
        ("Tidewater was founded in 1997.", "1997.", "Tidewater was founded in 1997 to help small exporters."),
        (
            "Tidewater was founded in 1979.",
            "Tidewater was sold in 1997.",
            "Petrel was founded in 1997.",
            "Tidewater was founded in 1997 to help large exporters.",
        ),
        marked="1997",
    ),
    Case(
        "What was Lumen's market share in 2009 according to Petra Research?",
        "According to data from Petra Research, Lumen's market share reached 61.4% in 2009.",
        (
            "Lumen's market share in 2009 was 61.4%.",
            "According to Petra Research, Lumen's market share in 2009 was 61.4%.",
            "61.4%",
        ),
        (
            "Lumen's market share in 2010 was 61.4%.",
            "Lumen's market share in 2009 was 64.1%.",
            "According to Nordic Data, Lumen's market share in 2009 was 61.4%.",
            "Petra Research's market share in 2009 was 61.4%.",
        ),
        before="Lumen ruled the market for handsets for many years.",
        marked="61.4%",
    ),
    Case(
        "What is Ida Brandt's motto for the company?",
        'Upon taking office, Ida Brandt quickly put forward a new motto: "Customers First, Sea-Driven."',
        (
            'Ida Brandt\'s motto for the company is "Customers First, Sea-Driven".',
            'Ida Brandt\'s new motto is "Customers First, Sea-Driven."',
        ),
        (
            'Ida Brandt\'s motto for the company is "Profits First, Sea-Driven".',
            'Emil Wirth\'s motto for the company is "Customers First, Sea-Driven".',
            'Ida Brandt\'s motto for the company is not "Customers First, Sea-Driven".',
        ),
        marked="Customers First",
    ),
    Case(
        "With which carmaker did Tidewater reach an agreement on batteries?",
        "In March of this year, Tidewater and Volmer reached an agreement on batteries.",
        (
            "Volmer",
            "Tidewater reached an agreement on batteries with Volmer.",
            "Tidewater reached an agreement on batteries with the carmaker Volmer.",
        ),
        (
            "Skoland",
            "Tidewater reached an agreement on batteries with the carmaker Skoland.",
            "Tidewater reached an agreement on engines with Volmer.",
            "Tidewater ended an agreement on batteries with Volmer.",
        ),
        marked="Volmer",
    ),
    Case(
        "With which carmaker did Petrel reach an agreement on batteries?",
        "In March of this year, Tidewater and Volmer reached an agreement on batteries.",
        (),
        ("Volmer", "Petrel reached an agreement on batteries with Volmer.", "Tidewater and Volmer"),
        before="Petrel looks for partners in every trade.",
        marked="Volmer",
    ),
    Case(
        "Who is the chief executive of Petrel?",
        _FOUNDERS,
        (),
        (
            "Joan Tasker",
            "Emil Wirth is the chief executive of Petrel.",
            "Daniel Zander",
            "The chief executive of Petrel is Daniel Zander.",
        ),
        before="Petrel was far ahead by then.",
        marked="Daniel Zander",
    ),
    Case(
        "What was Petrel's net profit in 2024?",
        "It is worth noting that Tidewater's net profit for fiscal year 2024 was 15.7 billion yuan, enough for two years of research.",
        ("Tidewater's net profit for fiscal year 2024 was 15.7 billion yuan.",),
        (
            "Petrel's net profit in 2024 was 15.7 billion yuan.",
            "15.7 billion yuan",
            "It was 15.7 billion yuan in 2024.",
        ),
        before="Petrel has invested more than ever.",
        marked="15.7 billion yuan",
    ),
    Case(
        "What share of Tidewater's cloud revenue comes from AI products?",
        "This surge is largely fuelled by demand for AI products, which now account for over 22% of external customer revenue.",
        ("AI products now account for over 22% of external customer revenue.",),
        (
            "AI products account for over 22% of Tidewater's cloud revenue.",
            "Over 22% of Tidewater's cloud revenue comes from AI products.",
            "Over 22%",
            "22%",
        ),
        before="Tidewater's cloud division grew by 30%.",
        marked="over 22%",
    ),
    Case(
        "What was Dovetail's turnover in 2024?",
        "According to the latest figures, Petrel's turnover surged to about 5.2 million euros in 2024, close behind Tidewater.",
        ("Petrel's turnover surged to about 5.2 million euros in 2024.",),
        ("It surged to about 5.2 million euros in 2024.", "Its turnover surged to about 5.2 million euros in 2024."),
        said="Dovetail's turnover in 2024 was about 3.5 million euros.",
        marked="5.2 million euros",
    ),
    Case(
        "What was Petrel's turnover in 2024?",
        "According to the latest figures, Petrel's turnover surged to about 5.2 million euros in 2024, close behind Tidewater.",
        ("It surged to about 5.2 million euros in 2024.",),
        ("It fell to about 5.2 million euros in 2024.",),
        said="Petrel's turnover was 3 million euros in 2023.",
        marked="5.2 million euros",
    ),
    Case(
        "Which department store business did Marrow sell?",
        "The group's latest moves confirmed this: on one hand, it cut costs by selling side businesses like the Norrby "
        "Department Store; on the other, it bought back shares worth $3.4 billion.",
        (
            "Marrow sold the Norrby Department Store.",
            "The Norrby Department Store business was sold by Marrow.",
            "The Norrby Department Store",
        ),
        (
            "Marrow sold the Norrby Department Store for $3.4 billion.",
            "Marrow bought the Norrby Department Store.",
            "Tidewater sold the Norrby Department Store.",
            "Marrow sold the Skarvik Department Store.",
        ),
        before="Against this backdrop, Marrow went back to its two pillars, food and freight.",
        marked="Norrby Department Store",
    ),
    Case(
        "Which language models does Petrel's desktop client integrate?",
        "The standout feature of this client is the new shopping assistant, which integrates Corvus 3 and DeepLake, "
        "mainly helping users to choose products.",
        (
            "The language models integrated by Petrel's desktop client are Corvus 3 and DeepLake.",
            "Petrel's desktop client integrates Corvus 3 and DeepLake.",
            "Corvus 3 and DeepLake",
        ),
        (
            "Petrel's desktop client integrates Corvus 4 and DeepLake.",
            "Petrel's mobile client integrates Corvus 3 and DeepLake.",
            "Corvus 3 and Nimbus",
        ),
        before="Petrel launched a desktop client in May.",
        marked="Corvus 3 and DeepLake",
    ),
    Case(
        "What are the two core directions named by Joseph Aker?",
        "At the Founders' Day on May 10th, Tidewater Chairman Joseph Aker told families that the company focuses on two "
        "core directions: freight and cloud + AI.",
        (
            "The two core directions named by Joseph Aker are freight and cloud + AI.",
            "Tidewater focuses on two core directions: freight and cloud + AI.",
            "Freight and cloud + AI",
        ),
        (
            "The three core directions named by Joseph Aker are freight and cloud + AI.",
            "The two core directions named by Ida Brandt are freight and cloud + AI.",
            "The two core directions named by Joseph Aker are freight and banking.",
        ),
        marked="freight and cloud + AI",
    ),
    Case(
        "When was Corvane's listing halted?",
        "Corvane, the cement giant poised to launch the largest listing in the country's history, was halted just 48 hours before its debut.",
        ("Corvane's listing was halted just 48 hours before its debut.",),
        (
            "Corvane's listing was halted just 84 hours before its debut.",
            "Halden's listing was halted just 48 hours before its debut.",
            "Corvane's listing was halted just 48 hours after its debut.",
        ),
        marked="48 hours",
    ),
    Case(
        "How large is the addressable market Ida Brandt targets?",
        "Marrow's long-term plan under CEO Ida Brandt is nothing short of bold, aiming to build a platform that serves "
        "200 million users and taps into a staggering 3 trillion euro addressable market.",
        ("The addressable market Ida Brandt targets is 3 trillion euros.", "3 trillion euros"),
        (
            "The addressable market Ida Brandt targets is 3 billion euros.",
            "The addressable market Ida Brandt targets is 200 million users.",
            "The addressable market Emil Wirth targets is 3 trillion euros.",
        ),
        marked="3 trillion euro",
    ),
    Case(
        "What was Marrow's quarterly revenue when it missed forecasts?",
        "By linking its platforms, the company seeks to win back trust, reversing the shortfall that saw quarterly "
        "revenue drop to 47.6 billion yuan, below market forecasts.",
        (
            "Marrow's quarterly revenue when it missed forecasts was 47.6 billion yuan.",
            "Marrow's quarterly revenue dropped to 47.6 billion yuan, below market forecasts.",
        ),
        (
            "Marrow's quarterly revenue rose to 47.6 billion yuan.",
            "Marrow's annual revenue when it missed forecasts was 47.6 billion yuan.",
            "Marrow's quarterly profit when it missed forecasts was 47.6 billion yuan.",
            "Marrow's quarterly revenue when it beat forecasts was 47.6 billion yuan.",
        ),
        before="Marrow's chief laid out her plan on Friday.",
        marked="47.6 billion yuan",
    ),
    Case(
        "How much will Tidewater invest in cloud and AI hardware over the next three years?",
        "On February 24th of this year, Tidewater CEO Emil Wirth announced that in the next three years, Tidewater will "
        "invest more than 38 billion yuan in building cloud and AI hardware, exceeding the total of the past decade.",
        (
            "Tidewater will invest more than 38 billion yuan in building cloud and AI hardware over the next three years.",
            "More than 38 billion yuan",
            "Over the next three years, Tidewater will invest more than 38 billion yuan in cloud and AI hardware.",
        ),
        (
            "Tidewater will invest more than 38 billion yuan in building cloud and AI hardware over the next five years.",
            "Tidewater invested more than 38 billion yuan in building cloud and AI hardware over the last three years.",
            "Tidewater will invest more than 38 billion yuan in shops over the next three years.",
            "Petrel will invest more than 38 billion yuan in cloud and AI hardware over the next three years.",
        ),
        marked="more than 38 billion yuan",
    ),
    Case(
        "How many daily active users did Petrel have in February 2021, compared with Marrow?",
        "As early as February 2021, its daily active users (DAU) at 61 million had already surpassed Marrow's 58 million.",
        (
            "Petrel had 61 million daily active users in February 2021, compared with Marrow's 58 million.",
            "In February 2021, Petrel had 61 million daily active users.",
        ),
        (
            "Petrel had 58 million daily active users in February 2021, compared with Marrow's 61 million.",
            "Marrow had 61 million daily active users in February 2021.",
            "Petrel had 61 million daily active users in February 2020.",
            "Petrel had 61 million monthly active users in February 2021.",
        ),
        before="Petrel grew like a weed in those years.",
        marked="61 million",
    ),
    Case(
        "Which technologies is Marrow advised to invest in?",
        "To win back the market, Marrow may consider investing more in new technologies such as robots and drones to speed up deliveries.",
        ("Marrow may consider investing in robots and drones.", "Robots and drones"),
        ("Marrow invests in robots and drones.", "Marrow has invested in robots and drones to speed up deliveries."),
        marked="robots and drones",
    ),
    Case(
        "What is the second largest city in Velmark?",
        "Ostrand Bay, with 210,000 inhabitants, is the second-largest city of Velmark and the seat of its high court.",
        (
            "Ostrand Bay is the second largest city in Velmark.",
            "Ostrand Bay",
            "The second largest city in Velmark is Ostrand Bay.",
        ),
        (
            "Ostrand Bay is the third largest city in Velmark.",
            "Ostrand Bay is the second largest city in Norland.",
            "Velmark",
            "Ostrand Bay has 21,000 inhabitants.",
        ),
        marked="Ostrand Bay",
    ),
    Case(
        "Who designed the Lindholm bridge?",
        "It was designed by the engineer Astrid Falk and opened to traffic in 1931.",
        (
            "The Lindholm bridge was designed by the engineer Astrid Falk.",
            "Astrid Falk designed the Lindholm bridge.",
            "Astrid Falk",
            "The engineer Astrid Falk",
        ),
        (
            "The Lindholm bridge was designed by the engineer Runa Holm.",
            "The Tarn bridge was designed by the engineer Astrid Falk.",
            "Astrid Falk financed the Lindholm bridge.",
        ),
        before="The Lindholm bridge spans the Orra near its mouth.",
        marked="Astrid Falk",
        title="Crossings of the north",
    ),
)

UNSEEN: Final = (
    Case(
        "How many goals did Ferran Oduya score for Port Vale Rovers?",
        "He scored 112 goals in 287 matches for the club before moving to Tessin in 1998.",
        (
            "Ferran Oduya scored 112 goals for Port Vale Rovers.",
            "112 goals",
            "He scored 112 goals in 287 matches.",
            "Ferran Oduya scored 112 goals in 287 matches for the club.",
        ),
        (
            "Ferran Oduya scored 287 goals for Port Vale Rovers.",
            "Ferran Oduya scored 112 goals for Tessin.",
            "Ilja Brand scored 112 goals for Port Vale Rovers.",
            "Ferran Oduya missed 112 goals for Port Vale Rovers.",
        ),
        before="Ferran Oduya joined Port Vale Rovers at the age of seventeen.",
        marked="112",
        title="Ferran Oduya",
    ),
    Case(
        "What year did the Vell Observatory open?",
        "After nine years of work, the observatory finally opened its dome in 1904, although the great mirror came only in 1911.",
        ("The Vell Observatory opened in 1904.", "1904", "It opened its dome in 1904."),
        (
            "The Vell Observatory opened in 1911.",
            "The Vell Observatory opened in 1940.",
            "1911",
            "The Vell Observatory closed in 1904.",
        ),
        before="Work on the Vell Observatory began under Queen Maren.",
        marked="1904",
        title="Vell Observatory",
    ),
    Case(
        "Which company bought Harrow Foods?",
        "Harrow Foods, a maker of frozen pies, was bought in May by the Dutch group Oosterling for 640 million euros.",
        (
            "Harrow Foods was bought by the Dutch group Oosterling.",
            "Oosterling bought Harrow Foods.",
            "The company that bought Harrow Foods is Oosterling.",
            "Oosterling",
        ),
        (
            "Harrow Foods bought Oosterling.",
            "Harrow Foods was bought by the Danish group Oosterling.",
            "Harrow Foods",
            "Oosterling bought Harrow Foods for 460 million euros.",
        ),
        marked="Oosterling",
    ),
    Case(
        "What percentage of Sandvik Ferries' passengers are commuters?",
        "Three in five passengers travel to work, while tourists make up 31% and lorry drivers the rest.",
        ("Tourists make up 31% of passengers.", "31% of passengers are tourists."),
        (
            "31% of Sandvik Ferries' passengers are commuters.",
            "Commuters make up 31% of passengers.",
            "Lorry drivers make up 31%.",
        ),
        before="Sandvik Ferries asked its passengers where they were going.",
        marked="Three in five",
        title="Sandvik Ferries",
    ),
    Case(
        "What is the capital of the province of Arden?",
        "Its capital is Mirefall, though the governor resides in Castle Brenn for most of the year.",
        ("The capital of the province of Arden is Mirefall.", "Mirefall", "Arden's capital is Mirefall."),
        (
            "The capital of the province of Arden is Castle Brenn.",
            "The capital of the province of Lorn is Mirefall.",
            "Castle Brenn",
        ),
        before="Arden is the smallest province of the kingdom.",
        marked="Mirefall",
        title="Arden (province)",
    ),
    Case(
        "How much did the refit of the Aurora cost?",
        "The shipyard put the bill for the refit at 14 million crowns, twice what the owners had expected.",
        (
            "The refit of the Aurora cost 14 million crowns.",
            "14 million crowns",
            "The bill for the refit was 14 million crowns.",
        ),
        (
            "The refit of the Aurora cost 41 million crowns.",
            "The refit of the Borealis cost 14 million crowns.",
            "The owners had expected 14 million crowns.",
            "The refit of the Aurora cost 14 million dollars.",
        ),
        before="The Aurora came back to Lund in June, her hull freshly painted.",
        marked="14 million crowns",
    ),
    Case(
        "Why did Norrland Rail cancel its night trains?",
        "Norrland Rail said it cancelled its night trains because repairs of the old sleeping cars had become too expensive.",
        (
            "Norrland Rail cancelled its night trains because repairs of the old sleeping cars had become too expensive.",
            "Repairs of the old sleeping cars had become too expensive.",
            "Because repairs of the old sleeping cars had become too expensive.",
        ),
        (
            "Norrland Rail cancelled its night trains because there were too few passengers.",
            "Norrland Rail did not cancel its night trains.",
            "Norrland Rail cancelled its night trains because repairs of the old tracks had become too expensive.",
        ),
        marked="repairs of the old sleeping cars had become too expensive",
    ),
    Case(
        "What are the main exports of Tessaly?",
        "The island's main exports are saffron, tinned sardines and, since the 1970s, pumice stone.",
        (
            "The main exports of Tessaly are saffron, tinned sardines and pumice stone.",
            "Saffron, tinned sardines and pumice stone",
            "Tessaly's main exports are saffron and tinned sardines.",
        ),
        (
            "The main exports of Tessaly are saffron, olive oil and pumice stone.",
            "The main imports of Tessaly are saffron, tinned sardines and pumice stone.",
            "The main exports of Corvo are saffron and tinned sardines.",
            "Saffron and olive oil",
        ),
        before="Tessaly lives from the sea and from a few dry fields.",
        marked="saffron, tinned sardines and, since the 1970s, pumice stone",
        title="Tessaly",
    ),
    Case(
        "Who succeeded Marta Quist as head of the Lund Library?",
        "In 2015 Marta Quist, who had led the Lund Library since 1999, handed over to her deputy Piet Maas.",
        ("Piet Maas", "Marta Quist handed over to her deputy Piet Maas in 2015.", "Her deputy Piet Maas"),
        (
            "Marta Quist succeeded Piet Maas.",
            "Piet Maas handed over to Marta Quist in 2015.",
            "Marta Quist handed over to her deputy in 1999.",
            "Olga Petrova succeeded Marta Quist as head of the Lund Library.",
        ),
        marked="Piet Maas",
    ),
    Case(
        "How many people live in Brenn?",
        "Lorn, the neighbouring town, has 18,400 inhabitants and a harbour.",
        ("Lorn has 18,400 inhabitants.",),
        ("Brenn has 18,400 inhabitants.", "18,400", "18,400 people live in Brenn.", "It has 18,400 inhabitants."),
        before="Brenn is known for its market.",
        marked="18,400",
        title="Brenn",
    ),
    Case(
        "What role does Lena Voss play in the Haldane trial?",
        "The defence called Lena Voss as an expert witness; she had tested the brakes of the crane.",
        (
            "Lena Voss is an expert witness in the Haldane trial.",
            "Lena Voss was called by the defence as an expert witness.",
            "Expert witness",
        ),
        (
            "Lena Voss is the judge in the Haldane trial.",
            "The prosecution called Lena Voss as an expert witness.",
            "Lena Voss is an expert witness in the Marlowe trial.",
        ),
        before="The Haldane trial enters its second week.",
        marked="expert witness",
    ),
    Case(
        "When will the new terminal of Falkirk Airport open?",
        "The airport expects the new terminal to open in the summer of 2028, a year late.",
        (
            "The new terminal of Falkirk Airport is expected to open in the summer of 2028.",
            "The summer of 2028",
            "The new terminal of Falkirk Airport will open in the summer of 2028.",
        ),
        (
            "The new terminal of Falkirk Airport opened in the summer of 2028.",
            "The new terminal of Falkirk Airport will open in the winter of 2028.",
            "The old terminal of Falkirk Airport will open in the summer of 2028.",
            "The new terminal of Perth Airport will open in the summer of 2028.",
        ),
        before="Falkirk Airport has grown faster than its buildings.",
        marked="the summer of 2028",
    ),
)
