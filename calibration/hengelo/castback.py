"""Cast the population of Hengelo back from 2021-01-01 to 2019-01-01.

Writes models/hengelo/population.csv and vestiging.csv. Needs only Python's standard library and gives the same bytes each time:

    python3 calibration/hengelo/castback.py

Figures. postcode_2021.csv and age_sex_2021.csv: Centraal Bureau voor de Statistiek, Bevolking; geslacht, leeftijd en
viercijferige postcode (83502NED), 1 January 2021, postcodes 7551-7559, each cell rounded to five.

Method. The official five-year bands of 2021 are spread smoothly over single years of age; within an age, sexes and wijken
are independent (what iterative proportional fitting gives for these two margins). Then the expected history of the model
(model.toml: its own deaths, births, departures and arrivals at the prior medians) is run forward from a guess of 2019, and
every cohort of the guess is corrected until it lands on its target of 2021. The two youngest ages of 2021 are births; the
script prints by what factor `fertility_level` misses them.

Households. Inwoners and arrivals of a wijk are joined in couples of a man and a woman: by age and sex the share of PARTNERED,
paired in order of age, which leaves the number of every age, sex and wijk as it was. The elder comes first: the referent.
The model knows no marriage or divorce, so the young are joined with whom they will live with later: then the share with a
partner at an age stays what it is while cohorts grow older, and only deaths take couples apart.

Income. A household has one class of income for good: laag, midden or hoog, about the lowest two fifths, the middle two fifths and
the highest fifth of all. income.csv gives the share of each by the age of the elder, income_wijk.csv moves the odds of laag up and
those of hoog down by wijk. Both are our assumption: no table of Hengelo by age and wijk was found.
"""

import csv
import math
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODEL, HERE = ROOT / "models/hengelo", Path(__file__).resolve().parent
OLDEST = 105  # nobody is older at the start
STEPS = 20  # cells per year of age and steps per calendar year of the expected history
AGES = OLDEST + 5
CLASSES = ("laag", "midden", "hoog")

# Share that lives with a partner by age; below 35 that will. Our assumption: about the Dutch pattern, no count of Hengelo.
PARTNERED = {
    "man": [(0, 34, 0.73), (35, 49, 0.73), (50, 59, 0.75), (60, 69, 0.77), (70, 74, 0.79), (75, 79, 0.77), (80, 84, 0.71), (85, 89, 0.60), (90, AGES, 0.40)],
    "vrouw": [(0, 34, 0.74), (35, 49, 0.74), (50, 59, 0.73), (60, 64, 0.71), (65, 69, 0.69), (70, 74, 0.64), (75, 79, 0.54), (80, 84, 0.39), (85, 89, 0.23), (90, AGES, 0.08)],
}


def bounds(band):
    """First and last age of `40`, `40-44` or `95+`."""
    if band.endswith("+"):
        return int(band[:-1]), AGES
    first, _, last = band.partition("-")
    return int(first), int(last or first)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_age(path, **where):
    """Values of a table per single year of age, of the rows that match `where`."""
    values = [0.0] * (AGES + 1)
    for row in read(path):
        if all(row[key] == value for key, value in where.items()):
            first, last = bounds(row["age"])
            values[first : last + 1] = [float(row["value"])] * (last - first + 1)
    return values


def smooth(bands):
    """Spread totals per band over single years: as smooth as the totals allow (Tobler 1979). The last band is open and
    falls by a third a year, about as fast as people of that age die."""
    closed, (oldest, open_total) = bands[:-1], bands[-1]
    ages = [total / (last - first + 1) for (first, last), total in closed for _ in range(first, last + 1)]
    for _ in range(400):
        ages = [(ages[max(a - 1, 0)] + ages[a] + ages[min(a + 1, len(ages) - 1)]) / 3 for a in range(len(ages))]
        for (first, last), total in closed:
            gap = (total - sum(ages[first : last + 1])) / (last - first + 1)
            ages[first : last + 1] = [max(value + gap, 0.0) for value in ages[first : last + 1]]
    weights = [(2 / 3) ** k for k in range(OLDEST - oldest[0] + 1)]
    return ages + [open_total * weight / sum(weights) for weight in weights]


def official():
    """Persons of 2021 per sex and age, and per age the share of every wijk."""
    rows, areas = read(HERE / "age_sex_2021.csv"), read(HERE / "postcode_2021.csv")
    sexes = {}
    for sex in ("man", "vrouw"):  # counts are rounded to five: sexes are scaled to the total of the band
        bands = [(bounds(r["age"]), float(r["persons"]) * float(r[sex]) / (float(r["man"]) + float(r["vrouw"]))) for r in rows]
        sexes[sex] = smooth(bands)
    codes = [code for code in areas[0] if code != "age"]
    spread = [smooth([(bounds(r["age"]), float(r[code])) for r in areas]) for code in codes]
    shares = [[wijk[a] / sum(w[a] for w in spread) for wijk in spread] for a in range(OLDEST + 1)]
    return sexes, shares


def departures(model):
    level = median(model, "departure_level")
    return [level * value for value in by_age(MODEL / "tables/departure.csv")]


def median(model, name):
    prior = model["parameter"][name]["prior"]
    kind, value = next(iter(prior.items()))
    return value if kind == "fixed" else value["median" if kind == "lognormal" else "mean"]


def value(model, expression):
    """A sum of products of numbers and parameters at their medians, such as `arrivals * 0.96`."""
    factor = lambda word: median(model, word) if word in model["parameter"] else float(word)
    return sum(math.prod(factor(word.strip()) for word in term.split("*")) for term in expression.split("+"))


def arrivals(model, sexes):
    """Weight of arrivals per sex and age: the departures of 2021, with more young families and fewer old people."""
    more = [(0, 9, 1.30), (10, 17, 1.15), (18, 24, 0.98), (25, 39, 1.14), (40, 64, 1.04), (65, AGES, 0.90)]
    rate = departures(model)
    return {
        sex: [ages[a] * rate[a] * next(f for first, last, f in more if first <= a <= last) for a in range(OLDEST + 1)]
        for sex, ages in sexes.items()
    }


def forward(model, start, stream, years):
    """Expected persons per sex and age on 1 January after each of `years`, from `start`; ages in cells of 1/STEPS year."""
    level, trend = median(model, "mortality_level"), median(model, "mortality_factor")
    leave = departures(model)
    fertility = [median(model, "fertility_level") * v for v in by_age(MODEL / "tables/fertility.csv")]
    boys = model["demography"]["birth"]["newborn"]["sex"]["man"]
    total_weight = sum(map(sum, stream.values()))
    cells = {sex: [n / STEPS for n in ages for _ in range(STEPS)] + [0.0] * ((AGES - OLDEST) * STEPS) for sex, ages in start.items()}
    history = []
    for year in years:
        excess = 1 + median(model, "excess_deaths") * (year in (2020, 2021))
        coming = value(model, model["stream"]["vestiging"]["rate"]["by_year"][str(year)])
        keep, come = {}, {}
        for sex in cells:
            deaths = by_age(MODEL / "tables/mortality.csv", sex=sex)
            hazard = [level * deaths[a] * excess * trend ** (year - 2019) + leave[a] for a in range(AGES + 1)]
            # Within one step a cell's persons cross from cell c to c + 1: half of the time in either.
            keep[sex] = [math.exp(-(hazard[c // STEPS] + hazard[(c + 1) // STEPS]) / (2 * STEPS)) for c in range(AGES * STEPS)]
            come[sex] = [coming * weight / total_weight / STEPS**2 for weight in stream[sex] for _ in range(STEPS)]
        for _ in range(STEPS):
            women = cells["vrouw"]
            births = sum(fertility[c // STEPS] * n for c, n in enumerate(women)) / STEPS
            for sex, share in (("man", boys), ("vrouw", 1 - boys)):
                there = cells[sex]
                for c, n in enumerate(come[sex]):
                    there[c] += n / 2  # half of a step's arrivals before the birthday shift, half after
                moved = [births * share] + [n * k for n, k in zip(there[:-1], keep[sex])]
                for c, n in enumerate(come[sex]):
                    moved[c] += n / 2
                cells[sex] = moved
        history.append({sex: [sum(c[a * STEPS : (a + 1) * STEPS]) for a in range(OLDEST + 1)] for sex, c in cells.items()})
    return history


def castback(model, target, stream):
    """Persons of 2019 per sex and age whose expectation meets the target of 2021 at ages 2 and over."""
    guess = {sex: ages[2:] + [0.0, 0.0] for sex, ages in target.items()}
    for _ in range(4):
        reached = forward(model, guess, stream, (2019, 2020))[-1]
        for sex, ages in guess.items():
            for a in range(OLDEST - 1):
                if reached[sex][a + 2] > 0.0:
                    ages[a] *= target[sex][a + 2] / reached[sex][a + 2]
    return guess


def whole(rows):
    """Integers for rows (ages) of parts (wijken), such that the running totals of all rows stay within a half of the exact ones,
    and those of every part within about one: what a part misses now it is the first to get later."""
    exact, given, owed, out = 0.0, 0, [0.0] * len(rows[0]), []
    for row in rows:
        exact += sum(row)
        owed = [debt + value for debt, value in zip(owed, row)]
        counts = [max(math.floor(debt), 0) for debt in owed]
        total = round(exact) - given
        while sum(counts) < total:
            counts[max(range(len(row)), key=lambda part: owed[part] - counts[part])] += 1
        while sum(counts) > total:
            counts[min((part for part in range(len(row)) if counts[part]), key=lambda part: owed[part] - counts[part])] -= 1
        owed = [debt - count for debt, count in zip(owed, counts)]
        given += total
        out.append(counts)
    return out


def couples(persons, digits):
    """Couples of one wijk, as (age of the man, age of the woman, number), and who is left per sex and age. `persons` holds the
    numbers per sex and age; what comes out is rounded to `digits`, in running totals, so that nobody gets lost."""
    wanted = {
        sex: [n * next(share for first, last, share in PARTNERED[sex] if first <= age <= last) for age, n in enumerate(ages)]
        for sex, ages in persons.items()
    }
    number = sum(map(sum, wanted.values())) / 2  # men and women in couples are equally many
    left, queue = {}, {}
    for sex, ages in wanted.items():
        exact, given, left[sex], queue[sex] = 0.0, 0.0, [], []
        for age, share in enumerate(ages):
            exact += share * number / sum(ages)
            joined = min(round(exact - given, digits), persons[sex][age])
            given += joined
            queue[sex].append(joined)
            left[sex].append(round(persons[sex][age] - joined, digits))
    pairs, (men, women) = [], (queue["man"], queue["vrouw"])
    man = woman = 0
    while man < len(men) and woman < len(women):
        together = round(min(men[man], women[woman]), digits)
        if together > 0:
            pairs.append((man, woman, together))
        men[man], women[woman] = round(men[man] - together, digits), round(women[woman] - together, digits)
        man, woman = man + (men[man] <= 0), woman + (women[woman] <= 0)
    for sex in queue:  # a last one whom rounding left without a partner
        left[sex] = [round(alone + without, digits) for alone, without in zip(left[sex], queue[sex])]
    return pairs, left


def incomes():
    """Share of every class of income, per wijk and age of the elder."""
    bands, wijken = read(HERE / "income.csv"), read(HERE / "income_wijk.csv")
    shares = {}
    for row in wijken:
        tilt = math.exp(float(row["log_odds"]))
        shares[row["wijk"]] = [()] * (AGES + 1)
        for band in bands:
            weights = [float(band["laag"]) * tilt, float(band["midden"]), float(band["hoog"]) / tilt]
            first, last = bounds(band["age"])
            shares[row["wijk"]][first : last + 1] = [tuple(w / sum(weights) for w in weights)] * (last - first + 1)
    return shares


def households(persons, wijken, digits):
    """Rows age, sex, wijk, income, number and household: couples, the elder first, then those who live alone. `persons` holds the
    numbers per wijk, sex and age. Classes of income are rounded in running totals, so that those of a wijk are as many as they should."""
    rows, label, shares = [], 0, incomes()
    for wijk, number in zip(wijken, persons):
        pairs, left = couples(number, digits)
        homes = [(together, sorted([(man, "man"), (woman, "vrouw")], key=lambda one: -one[0])) for man, woman, together in pairs]
        homes += [(alone, [(age, sex)]) for sex, ages in left.items() for age, alone in enumerate(ages) if alone > 0]
        owed = [0.0] * len(CLASSES)
        for count, members in homes:
            owed = [debt + count * share for debt, share in zip(owed, shares[wijk][members[0][0]])]
            rest, order = count, sorted(range(len(CLASSES)), key=lambda one: -owed[one])
            for one in order:  # the last takes what is left
                name, given = CLASSES[one], rest if one == order[-1] else min(max(round(owed[one], digits), 0), rest)
                rest = round(rest - given, digits)
                owed[one] -= given
                if given > 0:
                    label += len(members) > 1
                    home = label if len(members) > 1 else ""
                    rows += [(age, sex, wijk, name, f"{given:.{digits}f}", home) for age, sex in members]
    return rows


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    model = tomllib.loads((MODEL / "model.toml").read_text(encoding="utf-8"))
    wijken = model["attribute"]["wijk"]["values"]
    target, shares = official()
    stream = arrivals(model, target)
    start = castback(model, target, stream)

    # Nobody moves between wijken, so a cohort has the wijken it will have two years on.
    counts = {sex: whole([[n * share for share in shares[min(a + 2, OLDEST)]] for a, n in enumerate(ages)]) for sex, ages in start.items()}
    persons = [{sex: [counts[sex][a][w] for a in range(OLDEST + 1)] for sex in counts} for w in range(len(wijken))]
    rows = households(persons, wijken, 0)
    write(MODEL / "population.csv", ("age", "sex", "wijk", "inkomen", "persons", "household"), rows)
    coming = [{sex: [n * shares[a][w] for a, n in enumerate(ages)] for sex, ages in stream.items()} for w in range(len(wijken))]
    write(MODEL / "vestiging.csv", ("age", "sex", "wijk", "inkomen", "weight", "household"), households(coming, wijken, 3))

    start = {sex: [float(sum(row)) for row in rows] for sex, rows in counts.items()}
    history = forward(model, start, stream, (2019, 2020, 2021, 2022))
    total = [sum(map(sum, state.values())) for state in (start, *history)]
    bands, seen = [[0, 0] for _ in range(OLDEST // 5 + 1)], set()
    for age, *_, number, household in rows:
        bands[age // 5][0] += int(number)
        bands[age // 5][1] += 0 if household in seen else int(number)
        seen.update([household] if household else [])
    print("referents per person, by five years of age:", *(f"{led / all:.3f}" for all, led in bands if all))
    print("persons on 1 January 2019-2023:", *(f"{n:.0f}" for n in total))
    for first in range(0, 100, 10):
        last = first + 9 if first < 90 else OLDEST
        for sex in target:
            reached, official_count = (sum(state[sex][first : last + 1]) for state in (history[1], target))
            gap = 100 * (reached / official_count - 1)
            print(f"2021, {sex}, ages {first}-{last}: expected {reached:.1f}, official {official_count:.1f}, {gap:+.2f} %")
    born = [sum(sum(state[sex][:2]) for sex in state) for state in (history[1], target)]
    print(f"ages 0 and 1 in 2021: expected {born[0]:.0f}, target {born[1]:.0f}; fertility_level x {born[1] / born[0]:.3f}")


if __name__ == "__main__":
    main()
