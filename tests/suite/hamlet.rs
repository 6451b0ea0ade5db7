//! Random valid models: a hamlet per seed, written as the files that people would write.
//!
//! Every construct of the language is drawn now and then, alone and beside the others. What is written here must read and
//! compile without a fault; a fault is a mistake of this file. Hamlets are small, so that hundreds can be simulated.

use piramide::model::Files;
use std::fmt::Write;

/// The files of the hamlet of a seed: path and text.
pub(crate) fn files(seed: u64) -> Vec<(String, String)> {
    Author::new(seed).write()
}

/// The same, as the model is read.
pub(crate) fn folder(seed: u64) -> Files {
    Files::from_memory(files(seed))
}

/// Source and grade of every figure.
const ORIGIN: &str = "source = { ref = \"test\" }\ngrade = \"D\"\n";

/// Persons in a line of the population file are fewer than this and five.
const MOST_PERSONS: usize = 40;

/// First calendar year of every hamlet.
const FIRST: i32 = 2020;

/// `SplitMix64` (Steele, Lea & Flood 2014): enough for choosing.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number with three decimals.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        let u = self.below(1_001) as f64 / 1_000.0;
        ((low + u * (high - low)) * 1_000.0).round() / 1_000.0
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

/// What a number stands for: decides its unit, size and which priors suit.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Rate,
    Share,
    /// A share so small that a few of them sum to less than one.
    Part,
    Time,
    Cost,
    Euro,
    Hours,
    Factor,
    Arrivals,
}

impl Kind {
    fn unit(self) -> &'static str {
        match self {
            Self::Rate => "per_year",
            Self::Share | Self::Part => "share",
            Self::Time => "years",
            Self::Cost => "euro_per_person_year",
            Self::Euro => "euro",
            Self::Hours => "hours_per_week",
            Self::Factor => "factor",
            Self::Arrivals => "persons_per_year",
        }
    }

    fn range(self) -> (f64, f64) {
        match self {
            Self::Rate => (0.05, 0.9),
            Self::Share => (0.1, 0.9),
            Self::Part => (0.02, 0.2),
            Self::Time => (0.2, 3.0),
            Self::Cost => (500.0, 20_000.0),
            Self::Euro => (50.0, 900.0),
            Self::Hours => (1.0, 20.0),
            Self::Factor => (0.3, 2.5),
            Self::Arrivals => (2.0, 20.0),
        }
    }
}

/// A state as it was drawn.
struct State {
    name: String,
    sink: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "what it has drawn")]
struct Author {
    dice: Dice,
    /// For what runs out; its own, so that it changes nothing else of a hamlet.
    scarce: Dice,
    /// For informal overload; its own for the same reason.
    heavy: Dice,
    /// For factors of calendar years and dates of birth; its own for the same reason.
    calendar: Dice,
    /// For costs that follow states or years, and for hazards that are off but in some states; its own for the same reason.
    money: Dice,
    /// For labels of needs; its own for the same reason.
    named: Dice,
    /// Whether a state was written that needs informal help.
    hours: bool,
    resources: String,
    last: i32,
    has_age: bool,
    attributes: Vec<(&'static str, Vec<&'static str>)>,
    /// Tables that multiply a rate.
    factors: Vec<String>,
    trend: bool,
    frailty: bool,
    shock: bool,
    households: bool,
    /// The state of the track being written that has a gate before it.
    gated: Option<String>,
    parameters: String,
    count: usize,
    /// Parameters with an uncertain prior.
    uncertain: Vec<String>,
    /// Parameters that a measure may change: those of rates, splits, times and costs of tracks.
    movable: Vec<(String, Kind)>,
    files: Vec<(String, String)>,
}

impl Author {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x6861_6d6c_6574);
        let last = FIRST + 1 + dice.below(3) as i32;
        let has_age = dice.chance(75);
        let mut attributes = Vec::new();
        if dice.chance(60) {
            attributes.push(("sex", vec!["man", "vrouw"]));
        }
        if dice.chance(60) {
            attributes.push(("wijk", vec!["noord", "zuid", "west"]));
        }
        let [frailty, shock, households] = [35, 35, 30].map(|percent| dice.chance(percent));
        Self {
            dice,
            scarce: Dice(seed ^ 0x706c_656b_6b65_6e00),
            heavy: Dice(seed ^ 0x7a77_6161_7200_0000),
            calendar: Dice(seed ^ 0x6a61_6172_7461_6c00),
            money: Dice(seed ^ 0x7665_7276_6f65_7200),
            named: Dice(seed ^ 0x6c61_6265_6c73_0000),
            hours: false,
            resources: String::new(),
            last,
            has_age,
            attributes,
            factors: Vec::new(),
            trend: false,
            frailty,
            shock,
            households,
            gated: None,
            parameters: String::new(),
            count: 0,
            uncertain: Vec::new(),
            movable: Vec::new(),
            files: Vec::new(),
        }
    }

    fn write(mut self) -> Vec<(String, String)> {
        let mut model = self.header();
        self.tables(&mut model);
        self.luck(&mut model);
        let tracks: Vec<(String, Vec<State>)> = (0..=self.dice.below(3))
            .map(|track| {
                let states = self.states();
                (format!("spoor{track}"), states)
            })
            .collect();
        let columns: Vec<bool> = tracks.iter().map(|_| self.dice.chance(30)).collect();
        let mut single_dwell = None;
        for (index, column) in columns.iter().enumerate() {
            let (text, entry) = self.track(index, &tracks, *column);
            self.files.push((format!("tracks/spoor{index}.toml"), text));
            if tracks.len() == 1 {
                single_dwell = entry;
            }
        }
        self.population(&tracks, &columns);
        if self.dice.chance(60) {
            self.demography(&mut model);
        }
        if self.dice.chance(if single_dwell.is_some() { 90 } else { 50 }) {
            self.stream(&mut model, &tracks, single_dwell);
        }
        model += &self.parameters;
        model += &self.resources;
        // A pair at most: with others beside it not every correlation can hold.
        if let [first, .., last] = self.uncertain.as_slice()
            && self.dice.chance(40)
        {
            let rho = self.dice.between(-0.95, 0.95);
            writeln!(model, "[[correlation]]\nbetween = [\"{first}\", \"{last}\"]\nrho = {rho:.3}\n{ORIGIN}").unwrap();
        }
        self.files.push(("model.toml".into(), model));
        self.files.push((
            "sources.toml".into(),
            "[source.test]\nauthor = \"Piramide\"\nyear = 2026\ntitle = \"Random model\"\n".into(),
        ));
        self.scenarios();
        self.files
    }

    /// Everything of `model.toml` that comes before tables.
    fn header(&mut self) -> String {
        let last = self.last;
        let ages = if self.has_age && self.dice.chance(60) { "report_ages = [0, 18, 65]\n" } else { "" };
        let mut text = format!(
            "[model]\nname = \"gehucht\"\nlabel = {{ nl = \"Gehucht\", en = \"Hamlet\" }}\nfirst_year = {FIRST}\nlast_year = \
             {last}\n{ages}\n[population]\nfile = \"persons.csv\"\n{ORIGIN}\n[prices]\nconstant_year = 2021\nindex = {{ 2020 = \
             100.0, 2021 = 102.5 }}\ngrowth_after = 0.03\n{ORIGIN}\n[domain.wmo]\nlabel = {{ nl = \"Wmo\", en = \"Wmo\" \
             }}\n[domain.jeugd]\nlabel = {{ nl = \"Jeugd\", en = \"Youth\" }}\n"
        );
        for (name, values) in &self.attributes {
            writeln!(text, "[attribute.{name}]\nvalues = {values:?}").unwrap();
        }
        text
    }

    /// Tables by age, year, attribute and all together, and a trend.
    fn tables(&mut self, text: &mut String) {
        let mut inline = vec![("by_year", "year", vec![FIRST.to_string(), format!("\"{}+\"", FIRST + 1)])];
        if self.has_age {
            inline.push(("by_age", "age", vec!["0-17".into(), "18-64".into(), "\"65+\"".into()]));
        }
        for (name, values) in &self.attributes {
            let cells = values.iter().map(|&value| value.to_owned()).collect();
            inline.push((if *name == "sex" { "by_sex" } else { "by_wijk" }, name, cells));
        }
        for (name, dimension, cells) in inline {
            let cells: Vec<String> = cells.iter().map(|cell| format!("{cell} = {:.3}", self.dice.between(0.2, 1.5))).collect();
            let cells = cells.join(", ");
            writeln!(text, "[table.{name}]\nvalues = {{ {dimension} = {{ {cells} }} }}\nunit = \"factor\"\n{ORIGIN}").unwrap();
            self.factors.push(name.into());
        }
        if self.has_age && !self.attributes.is_empty() {
            let (attribute, values) = self.attributes[0].clone();
            let mut csv = format!("{attribute},age,year,value\n");
            for value in values {
                for age in ["0-39", "40+"] {
                    for year in [FIRST.to_string(), format!("{}+", FIRST + 1)] {
                        writeln!(csv, "{value},{age},{year},{:.3}", self.dice.between(0.0, 1.4)).unwrap();
                    }
                }
            }
            self.files.push(("tables/all.csv".into(), csv));
            writeln!(text, "[table.by_all]\nfile = \"tables/all.csv\"\nunit = \"factor\"\n{ORIGIN}").unwrap();
            self.factors.push("by_all".into());
        }
        self.trend = self.dice.chance(50);
        if self.trend {
            let factor = self.dice.between(0.9, 1.15);
            if self.calendar.chance(50) {
                let (first, later) = (self.calendar.between(0.0, 1.5), self.calendar.between(0.7, 1.3));
                writeln!(text, "[trend.growth]\nby_year = {{ {FIRST} = {first:.3}, \"{}+\" = {later:.3} }}", FIRST + 1).unwrap();
            } else {
                writeln!(text, "[trend.growth]\nfactor_per_year = {factor:.3}\nreference_year = {FIRST}").unwrap();
            }
        }
    }

    /// What persons and years have of their own.
    fn luck(&mut self, text: &mut String) {
        if self.frailty {
            let law = if self.dice.chance(50) {
                format!("gamma = {{ variance = {:.3} }}", self.dice.between(0.2, 1.0))
            } else {
                format!("lognormal = {{ sigma = {:.3} }}", self.dice.between(0.3, 0.8))
            };
            writeln!(text, "[frailty]\nlaw = {{ {law} }}\nhousehold_share = {:.3}\n{ORIGIN}", self.dice.between(0.0, 1.0))
                .unwrap();
        }
        if self.shock {
            let (sigma, persistence) = (self.dice.between(0.02, 0.3), self.dice.between(0.0, 0.9));
            writeln!(text, "[shock.jaar]\nsigma = {sigma:.3}\npersistence = {persistence:.3}\n{ORIGIN}").unwrap();
        }
    }

    /// A number of a kind: plain, or a new parameter.
    fn number(&mut self, kind: Kind, movable: bool) -> String {
        let (low, high) = kind.range();
        if self.dice.chance(45) {
            return format!("{:.3}", self.dice.between(low, high));
        }
        let name = format!("p{}", self.count);
        self.count += 1;
        let (a, c) = (self.dice.between(low, 0.5 * (low + high)), self.dice.between(0.6 * high + 0.4 * low, high));
        let b = 0.5 * (a + c);
        // A share must stay in 0 to 1 wherever its prior reaches, so only bounded priors suit it.
        let prior = match (self.dice.below(if matches!(kind, Kind::Share | Kind::Part) { 5 } else { 8 }), kind) {
            (0, _) => format!("fixed = {b:.4}"),
            (1, _) => format!("uniform = {{ min = {a:.3}, max = {c:.3} }}"),
            (2, _) => format!("triangular = {{ min = {a:.3}, mode = {b:.4}, max = {c:.3} }}"),
            (3, _) => format!("pert = {{ min = {a:.3}, mode = {b:.4}, max = {c:.3} }}"),
            (4, Kind::Share) => format!("beta = {{ alpha = {:.3}, beta = {:.3} }}", 1.0 + 9.0 * a, 1.0 + 9.0 * c),
            (4, _) => format!("empirical = [{a:.3}, {b:.4}, {c:.3}]"),
            (5, _) => format!("lognormal = {{ median = {b:.4}, sigma = {:.3} }}", self.dice.between(0.05, 0.25)),
            (6, _) => format!("gamma = {{ mean = {b:.4}, shape = {:.3} }}", self.dice.between(20.0, 60.0)),
            _ => format!("normal = {{ mean = {b:.4}, sd = {:.5} }}", 0.1 * b),
        };
        let unit = kind.unit();
        writeln!(self.parameters, "[parameter.{name}]\nunit = \"{unit}\"\nprior = {{ {prior} }}\n{ORIGIN}").unwrap();
        if !prior.starts_with("fixed") {
            self.uncertain.push(name.clone());
        }
        if movable {
            self.movable.push((name.clone(), kind));
        }
        format!("\"{name}\"")
    }

    /// One to five states, the first of them free more often than not, the last perhaps a sink.
    fn states(&mut self) -> Vec<State> {
        let (count, free) = (1 + self.dice.below(5), self.dice.chance(65));
        (0..count)
            .map(|index| State {
                name: if index == 0 && free { "geen_hulpvraag".into() } else { format!("staat{index}") },
                sink: index > 0 && index + 1 == count && self.dice.chance(30),
            })
            .collect()
    }

    fn state(&mut self, state: &State, household: bool) -> String {
        let mut keys = Vec::new();
        let layer = self.dice.pick(&["informeel", "formeel", "wacht", "basis", "maatwerk", "maatwerk", ""]);
        if state.name != "geen_hulpvraag" && !layer.is_empty() {
            keys.push(format!("layer = \"{layer}\""));
        }
        if state.sink {
            keys.push("sink = true".into());
        }
        if household && self.dice.chance(25) {
            keys.push("personal = true".into());
        }
        let mut amounts = Vec::new();
        for (key, kind) in
            [("euro_per_person_year", Kind::Cost), ("euro_per_start", Kind::Euro), ("euro_per_indicatie", Kind::Euro)]
        {
            if self.dice.chance(35) {
                amounts.push(format!("{key} = {}", self.number(kind, true)));
            }
        }
        if !amounts.is_empty() {
            let shocked = self.shock && self.dice.chance(40);
            let times = self.year_factors(shocked);
            keys.push(format!("cost = {{ {}, price_year = 2020, times = {times:?} }}", amounts.join(", ")));
        }
        if self.dice.chance(20) {
            keys.push(format!("indicaties_per_person = {}", 1 + self.dice.below(2)));
        }
        if self.dice.chance(20) {
            keys.push(format!("informal_hours_per_week = {}", self.number(Kind::Hours, false)));
            self.hours = true;
        }
        format!("{} = {{ {} }}\n", state.name, keys.join(", "))
    }

    /// Names of factors that a cost may have.
    fn year_factors(&mut self, shocked: bool) -> Vec<&'static str> {
        let drawn =
            [(shocked, "shock.jaar"), (self.money.chance(20), "by_year"), (self.trend && self.money.chance(20), "growth")];
        drawn.into_iter().filter(|one| one.0).map(|one| one.1).collect()
    }

    /// Costs and income that follow one or two of the states written so far.
    fn attached(&mut self, text: &mut String, track: &str) {
        let inside = text.lines().filter(|line| line.contains("layer = \"")).filter_map(|line| line.split_once(" = "));
        let inside: Vec<String> = inside.map(|(name, _)| name.to_owned()).collect();
        if inside.is_empty() {
            return;
        }
        for number in 0..self.money.below(3) {
            let first = self.money.below(inside.len());
            let mut of = vec![format!("{} = {}", inside[first], self.money.between(0.0, 2.0))];
            if inside.len() > 1 && self.money.chance(40) {
                of.push(format!("{} = {}", inside[(first + 1) % inside.len()], self.money.between(0.1, 1.0)));
            }
            let (amount, shocked) = (self.money.between(10.0, 9_000.0), self.shock && self.money.chance(40));
            let (times, kind) = (self.year_factors(shocked), self.money.pick(&["cost", "income"]));
            let fixed = if kind == "income" && self.money.chance(50) { ", indexed = false" } else { "" };
            let label = "label = { nl = \"Volgt\", en = \"Follows\" }";
            let amount = format!("{{ euro_per_person_year = {amount}, price_year = 2021, times = {times:?}{fixed} }}");
            let of = of.join(", ");
            writeln!(text, "[track.{track}.attached.volgt{number}]\n{label}\nof = {{ {of} }}\n{kind} = {amount}").unwrap();
        }
    }

    /// A track as text, and a state left by a single dwell time, if it has one.
    fn track(&mut self, own: usize, tracks: &[(String, Vec<State>)], column: bool) -> (String, Option<String>) {
        let (name, states) = &tracks[own];
        let mut text = format!("[track.{name}]\nlabel = {{ nl = \"Spoor {own}\", en = \"Track {own}\" }}\n");
        if self.dice.chance(60) {
            writeln!(text, "domain = \"{}\"", self.dice.pick(&["wmo", "jeugd"])).unwrap();
        }
        let household = self.households && self.dice.chance(50);
        if household {
            writeln!(text, "unit = \"household\"").unwrap();
        }
        writeln!(text, "[track.{name}.state]").unwrap();
        let taken = 1 + self.scarce.below(4);
        let scarce = self.scarce.chance(40) && states.get(taken).is_some_and(|state| !state.sink);
        let lists = scarce && self.scarce.chance(75);
        for (index, state) in states.iter().enumerate() {
            text += &self.state(state, household);
            if scarce && index == taken {
                self.place(&mut text, own, if lists { "rij" } else { &states[0].name });
            }
        }
        if lists {
            let priority = self.scarce.below(3);
            let wait = format!("waits_for = {{ state = \"{}\", priority = {priority} }}", states[taken].name);
            writeln!(text, "rij = {{ layer = \"wacht\", {wait} }}").unwrap();
        }
        self.attached(&mut text, name);
        self.gate(&mut text, name, states);
        let mut exits = vec![(0, 0); states.len()];
        // One move per state leads on, so that every state is reached.
        for (index, state) in states.iter().enumerate().filter(|(_, state)| !state.sink) {
            let next = if index + 1 < states.len() { index + 1 } else { 0 };
            if next == index {
                continue;
            }
            let dwell = self.dice.chance(if state.name == "geen_hulpvraag" { 10 } else { 55 });
            let to = self.targets(next, states, (!dwell && state.name == "geen_hulpvraag").then_some(index));
            self.transition(&mut text, own, tracks, &format!("\"{}\"", state.name), dwell, &to);
            exits[index] = (exits[index].0 + 1, exits[index].1 + usize::from(dwell));
        }
        for _ in 0..self.dice.below(3) {
            let open: Vec<usize> = (0..states.len()).filter(|&index| !states[index].sink).collect();
            let (any, dwell) = (self.dice.chance(30), self.dice.chance(30));
            let first = self.dice.below(open.len());
            let from: Vec<usize> = if any { open } else { open[first..(first + 2).min(open.len())].to_vec() };
            let free = from.iter().copied().find(|&index| states[index].name == "geen_hulpvraag");
            let Some(target) = (0..states.len()).rev().find(|&index| Some(index) != free) else { continue };
            let words: Vec<String> = from.iter().map(|&index| format!("\"{}\"", states[index].name)).collect();
            let words = if any { "\"*\"".into() } else { format!("[{}]", words.join(", ")) };
            let to = self.targets(target, states, free);
            self.transition(&mut text, own, tracks, &words, dwell, &to);
            for &index in &from {
                exits[index] = (exits[index].0 + 1, exits[index].1 + usize::from(dwell));
            }
        }
        if self.has_age && self.dice.chance(25) {
            // Who finds no place on a birthday must not come to the same birthday again.
            let from = if self.dice.chance(50) && !scarce { "*" } else { &states[0].name };
            let (to, years, months) = (&states[states.len() - 1].name, 20 + self.dice.below(60), self.dice.below(12));
            let mut at = format!("years = {years}, months = {months}");
            if self.calendar.chance(40) {
                // Those who are that old in the first year or two, some of one year of birth at another age.
                let (born, month) = (FIRST - years as i32 + self.calendar.below(2) as i32, 1 + self.calendar.below(12));
                let (sooner, months) = (self.calendar.below(2), self.calendar.below(12));
                let before = format!("{{ date = {born}-{month:02}-01, years = {}, months = {months} }}", years - sooner);
                write!(at, ", born_before = [{before}]").unwrap();
            }
            let at = format!("at_age = {{ {at} }}");
            writeln!(text, "[[track.{name}.transition]]\nfrom = \"{from}\"\n{at}\nto = \"{to}\"").unwrap();
            for exit in &mut exits {
                exit.0 += 1;
            }
        }
        if !column && states.len() > 1 && self.dice.chance(60) {
            self.initial(&mut text, name, states);
        }
        if lists {
            let rate = self.scarce.between(0.2, 3.0);
            let (first, last) = (&states[0].name, &states[states.len() - 1].name);
            let to = if taken + 1 < states.len() { format!("{{ {first} = 0.6, {last} = 0.4 }}") } else { format!("\"{first}\"") };
            writeln!(text, "[[track.{name}.transition]]\nfrom = \"rij\"\nhazard = {{ per_year = {rate} }}\nto = {to}").unwrap();
        }
        let entry = exits.iter().position(|exit| *exit == (1, 1)).map(|index| states[index].name.clone());
        // Whoever starts in a layer has a need, and would have no label.
        let outside = text.lines().any(|line| line.starts_with(&format!("{} = {{", states[0].name)) && !line.contains("layer"));
        (if outside && self.named.chance(40) { self.labelled(&text) } else { text }, entry)
    }

    /// A track as text, with up to three labels of its needs.
    fn labelled(&mut self, text: &str) -> String {
        let names = &["gemeente", "arts", "rechter"][..=self.named.below(3)];
        let labels: Vec<String> = names.iter().map(|name| format!("{name} = {{ nl = \"{name}\", en = \"{name}\" }}")).collect();
        let (free, mut labelled) = (text.contains("geen_hulpvraag"), String::new());
        for line in text.lines() {
            writeln!(labelled, "{line}").unwrap();
            if line.starts_with("label = { nl = \"Spoor") {
                writeln!(labelled, "labels = {{ {} }}", labels.join(", ")).unwrap();
            } else if line.starts_with("from = ") && (line.contains("geen_hulpvraag") || free && line.contains('*')) {
                writeln!(labelled, "label = \"{}\"", self.named.pick(names)).unwrap();
            } else if line.starts_with("share = ") {
                let parts: Vec<f64> = names.iter().map(|_| self.named.between(0.1, 1.0)).collect();
                let shares =
                    names.iter().zip(&parts).map(|(name, part)| format!("{name} = {}", part / parts.iter().sum::<f64>()));
                writeln!(labelled, "label = {{ {} }}", shares.collect::<Vec<_>>().join(", ")).unwrap();
            }
        }
        labelled
    }

    /// Lets the state that was written last take a place of a new resource.
    fn place(&mut self, text: &mut String, own: usize, full: &str) {
        let wijk = self.attributes.iter().any(|(name, _)| *name == "wijk") && self.scarce.chance(50);
        let (places, amount) = (self.scarce.below(12), self.scarce.pick(&["1", "2", "0.5"]));
        let per = if wijk { "wijk" } else { "city" };
        let times = if self.scarce.chance(40) { "times = [\"by_year\"]\n" } else { "" };
        let label = "label = { nl = \"Plekken\", en = \"Places\" }";
        writeln!(self.resources, "[resource.plek{own}]\n{label}\nplaces = {places}\nper = \"{per}\"\n{times}{ORIGIN}").unwrap();
        text.truncate(text.len() - " }\n".len());
        if !text.ends_with("{ ") {
            text.push_str(", ");
        }
        writeln!(text, "place = {{ of = \"plek{own}\", amount = {amount}, full = \"{full}\" }} }}").unwrap();
    }

    /// A gate before the second state, which the first leads to.
    fn gate(&mut self, text: &mut String, track: &str, states: &[State]) {
        self.gated = None;
        let holds = |state: &&State| !state.sink && state.name != "geen_hulpvraag" && state.name != states[1].name;
        if states.len() < 3 || !self.dice.chance(45) {
            return;
        }
        let elsewhere: Vec<&str> = states.iter().filter(holds).map(|state| state.name.as_str()).collect();
        if elsewhere.is_empty() {
            return;
        }
        let to = self.dice.pick(&elsewhere);
        let mut applies = vec!["new"];
        if self.dice.chance(50) {
            applies.push("renewal");
        }
        let gate = format!("track.{track}.gate.poort");
        if self.dice.chance(25) {
            applies.push("running");
            let window = format!("from = {FIRST}-{:02}-01, until = {}-07-01", 1 + self.dice.below(12), FIRST + 1);
            writeln!(text, "[{gate}]\nto = \"{to}\"\napplies_to = {applies:?}\nrunning = {{ {window} }}").unwrap();
        } else {
            writeln!(text, "[{gate}]\nto = \"{to}\"\napplies_to = {applies:?}").unwrap();
        }
        for variant in 0..=self.dice.below(2) {
            let (reach, success) = (self.number(Kind::Part, true), self.number(Kind::Share, true));
            writeln!(text, "[{gate}.variant.vorm{variant}]\nreach = {reach}\nsuccess = {success}").unwrap();
            if self.dice.chance(60) {
                let knots = format!("\"0.5\" = {}, 2 = {}", self.number(Kind::Share, false), self.number(Kind::Share, false));
                let then =
                    ["plateau", "hazard", "onset"][self.dice.below(if states[0].name == "geen_hulpvraag" { 3 } else { 2 })];
                writeln!(text, "relapse = {{ still_without_service_after_years = {{ {knots} }}, then = \"{then}\" }}").unwrap();
            }
            if self.dice.chance(40) {
                let (state, years) = (self.dice.pick(&elsewhere), self.number(Kind::Time, true));
                writeln!(text, "delay = {{ state = \"{state}\", years = {years} }}").unwrap();
            }
            if self.dice.chance(50) {
                let (reached, diverted) = (self.number(Kind::Euro, true), self.number(Kind::Euro, true));
                writeln!(text, "cost = {{ euro_per_reached = {reached}, euro_per_diverted = {diverted}, price_year = 2021 }}")
                    .unwrap();
            }
        }
        self.gated = Some(states[1].name.clone());
    }

    /// A target with its share, through the gate if it has one before it.
    fn aim(&self, state: &str, share: &str) -> String {
        if self.gated.as_deref() == Some(state) {
            format!("{state} = {{ share = {share}, gate = \"poort\" }}")
        } else {
            format!("{state} = {share}")
        }
    }

    /// A target that is sure to be among them and perhaps others, with their shares; never `without`.
    fn targets(&mut self, sure: usize, states: &[State], without: Option<usize>) -> String {
        let name = |index: usize| &states[index].name;
        let others: Vec<usize> = (0..states.len()).filter(|&index| index != sure && Some(index) != without).collect();
        match (self.dice.below(3), others.len()) {
            (1, 1..) => {
                let (other, share) = (others[self.dice.below(others.len())], self.number(Kind::Share, true));
                let rest = format!("\"1 - {}\"", share.trim_matches('"'));
                format!("{{ {}, {} }}", self.aim(name(sure), &share), self.aim(name(other), &rest))
            }
            (2, 2..) => {
                let share = self.number(Kind::Share, true);
                let (first, p) = (self.dice.below(others.len()), share.trim_matches('"'));
                let second = (first + 1) % others.len();
                let [a, b] = [(0.25, first), (0.75, second)]
                    .map(|(part, index)| self.aim(name(others[index]), &format!("\"{part} * (1 - {p})\"")));
                format!("{{ {}, {a}, {b} }}", self.aim(name(sure), &format!("\"{p}\"")))
            }
            _ => format!("{{ {} }}", self.aim(name(sure), "1")),
        }
    }

    fn transition(&mut self, text: &mut String, own: usize, tracks: &[(String, Vec<State>)], from: &str, dwell: bool, to: &str) {
        let clock = if dwell { self.dwell() } else { self.hazard(own, tracks) };
        writeln!(text, "[[track.{}.transition]]\nfrom = {from}\n{clock}\nto = {to}", tracks[own].0).unwrap();
    }

    fn hazard(&mut self, own: usize, tracks: &[(String, Vec<State>)]) -> String {
        let mut keys = vec![format!("per_year = {}", self.number(Kind::Rate, true))];
        let mut times = Vec::new();
        for factor in self.factors.clone() {
            if self.dice.chance(20) {
                times.push(format!("\"{factor}\""));
            }
        }
        let others = [(self.trend, 30, "growth"), (self.frailty, 40, "frailty"), (self.shock, 30, "shock.jaar")];
        for (_, percent, name) in others.into_iter().filter(|other| other.0) {
            if self.dice.chance(percent) {
                times.push(format!("\"{name}\""));
            }
        }
        if !times.is_empty() {
            keys.push(format!("times = [{}]", times.join(", ")));
        }
        if tracks.len() > 1 && self.dice.chance(30) {
            let (other, states) = &tracks[(own + 1 + self.dice.below(tracks.len() - 1)) % tracks.len()];
            let state = &states[self.dice.below(states.len())].name;
            let factor = self.number(Kind::Factor, false);
            let others = self.money.chance(40).then(|| format!(", otherwise = {}", self.money.pick(&["0", "0.4", "1.7"])));
            keys.push(format!("while_in = {{ {other} = {{ {state} = {factor}{} }} }}", others.unwrap_or_default()));
        }
        if self.hours && self.heavy.chance(20) {
            let (hours, factor) = (self.heavy.below(8), self.heavy.between(0.2, 4.0));
            keys.push(format!("overload = {{ above_hours_per_week = {hours}, factor = {factor} }}"));
        }
        format!("hazard = {{ {} }}", keys.join(", "))
    }

    fn dwell(&mut self) -> String {
        let law = match self.dice.below(7) {
            0 => format!("exponential = {{ mean_years = {} }}", self.number(Kind::Time, true)),
            1 => {
                let scale = self.number(Kind::Time, true);
                format!("weibull = {{ scale_years = {scale}, shape = {:.3} }}", self.dice.between(0.6, 2.5))
            }
            2 => {
                let mean = self.number(Kind::Time, true);
                format!("gamma = {{ mean_years = {mean}, shape = {:.3} }}", self.dice.between(0.5, 4.0))
            }
            3 => {
                let median = self.number(Kind::Time, true);
                format!("lognormal = {{ median_years = {median}, sigma = {:.3} }}", self.dice.between(0.2, 0.9))
            }
            4 => {
                let min = self.dice.between(0.0, 1.0);
                format!("uniform = {{ min_years = {min:.3}, max_years = {:.3} }}", min + self.dice.between(0.1, 2.0))
            }
            5 => format!("fixed = {{ years = {} }}", self.number(Kind::Time, true)),
            _ => {
                let middle = self.dice.between(0.3, 1.5);
                format!("empirical = {{ edges_years = [0, {middle:.3}, 2, 4], shares = [0.25, 0.5, 0.25] }}")
            }
        };
        format!("dwell = {{ {law} }}")
    }

    fn initial(&mut self, text: &mut String, track: &str, states: &[State]) {
        for state in states.iter().skip(1).take(2) {
            let share = self.number(Kind::Part, false);
            writeln!(text, "[track.{track}.initial.{}]\nshare = {share}", state.name).unwrap();
            let mut times = Vec::new();
            if self.dice.chance(40) {
                times.push(self.factors[self.dice.below(self.factors.len())].clone());
            }
            if self.frailty && self.dice.chance(30) {
                times.push("frailty".into());
            }
            writeln!(text, "times = {times:?}").unwrap();
            match self.dice.below(3) {
                0 => writeln!(text, "elapsed = \"stationary\"").unwrap(),
                1 => writeln!(text, "elapsed = {{ years = {:.3} }}", self.dice.between(0.0, 2.0)).unwrap(),
                _ => {}
            }
        }
    }

    /// Columns of age and attributes, and some lines of them, each line once.
    fn kinds(&mut self, lines: usize) -> (String, Vec<String>) {
        let age = self.has_age.then(|| "age".to_owned());
        let head: Vec<String> = age.into_iter().chain(self.attributes.iter().map(|(name, _)| (*name).to_owned())).collect();
        let mut rows = Vec::new();
        for line in 0..lines {
            let mut cells = Vec::new();
            if self.has_age {
                cells.push((line * 18 + self.dice.below(18)).to_string());
            }
            for (place, (_, values)) in self.attributes.iter().enumerate() {
                cells.push(values[(line + place) % values.len()].to_owned());
            }
            let row = cells.join(",");
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        (head.join(","), rows)
    }

    fn population(&mut self, tracks: &[(String, Vec<State>)], columns: &[bool]) {
        let lines = 2 + self.dice.below(4);
        let (head, rows) = self.kinds(lines);
        let comma = |text: &str| if text.is_empty() { String::new() } else { format!("{text},") };
        let elapsed = self.dice.chance(50);
        let mut csv = format!("{}persons{}", comma(&head), if self.households { ",household" } else { "" });
        for ((name, _), _) in tracks.iter().zip(columns).filter(|(_, column)| **column) {
            csv += &format!(",{name}");
            if elapsed {
                csv += &format!(",{name}.elapsed_years");
            }
        }
        csv.push('\n');
        for (number, row) in rows.iter().enumerate() {
            let persons = 5 + self.dice.below(MOST_PERSONS);
            // Some live in couples, of which the first is the referent.
            let couple = self.households && self.dice.chance(60);
            for member in 0..if couple { 2 } else { 1 } {
                csv += &format!("{}{persons}", comma(row));
                if self.households {
                    csv += &if couple { format!(",paar{number}") } else { ",".into() };
                }
                for ((_, states), _) in tracks.iter().zip(columns).filter(|(_, column)| **column) {
                    let state = if member == 0 { self.dice.below(states.len()) } else { 0 };
                    csv += &format!(",{}", states[state].name);
                    if elapsed {
                        csv += if member == 0 { self.dice.pick(&[",stationary", ",0.75", ",0", ","]) } else { "," };
                    }
                }
                csv.push('\n');
            }
        }
        self.files.push(("persons.csv".into(), csv));
    }

    fn demography(&mut self, text: &mut String) {
        if self.dice.chance(70) {
            let cells = if self.has_age { "age = { 0-64 = 0.01, \"65+\" = 0.12 }" } else { "year = { \"2020+\" = 0.03 }" };
            writeln!(text, "[table.death]\nvalues = {{ {cells} }}\nunit = \"per_year\"\n{ORIGIN}").unwrap();
            writeln!(text, "[demography.death]\nper_year = 1\ntimes = [\"death\"]").unwrap();
        }
        if self.dice.chance(60) {
            let rate = self.number(Kind::Rate, false);
            let frail = if self.frailty && self.dice.chance(30) { ", \"frailty\"" } else { "" };
            writeln!(text, "[demography.leave]\nper_year = {rate}\ntimes = [\"by_year\"{frail}]").unwrap();
        }
        if self.dice.chance(60) {
            let times = if self.has_age { ", times = [\"by_age\"]" } else { "" };
            writeln!(text, "[demography.birth]\nhazard = {{ per_year = {:.3}{times} }}", self.dice.between(0.02, 0.2)).unwrap();
            if self.attributes.iter().any(|(name, _)| *name == "sex") {
                text.push_str("mothers = { sex = \"vrouw\" }\nnewborn = { sex = { man = 0.51, vrouw = 0.49 } }\n");
            }
        }
    }

    fn stream(&mut self, text: &mut String, tracks: &[(String, Vec<State>)], single_dwell: Option<String>) {
        let (mean, yes) = (self.number(Kind::Arrivals, false), self.dice.chance(70));
        let settled = single_dwell.is_some() && self.dice.chance(85);
        let rate = match if settled { 2 } else { self.dice.below(3) } {
            0 => format!("sinusoidal = {{ mean_per_year = {mean}, amplitude = 0.5, peak = {:.2} }}", self.dice.between(0.0, 1.0)),
            1 => {
                let years: Vec<String> =
                    (FIRST..=self.last).map(|year| format!("{year} = {:.3}", self.dice.between(0.0, 20.0))).collect();
                format!("by_year = {{ {} }}", years.join(", "))
            }
            _ => format!("per_year = {mean}"),
        };
        let stationary = settled;
        let closed = stationary && self.dice.chance(25);
        writeln!(text, "[stream.nieuw]\nrate = {{ {rate} }}\nstationary = {stationary}\nclosed = {closed}").unwrap();
        if stationary || yes {
            let lines = 1 + self.dice.below(3);
            let (head, rows) = self.kinds(lines);
            let entered = single_dwell.filter(|_| stationary);
            let mut csv = if head.is_empty() { "weight".into() } else { format!("{head},weight") };
            if entered.is_some() {
                csv += &format!(",{}", tracks[0].0);
            }
            csv.push('\n');
            for row in rows {
                let weight = format!("{:.3}", self.dice.between(0.5, 3.0));
                let cells: Vec<&str> =
                    [row.as_str(), &weight].into_iter().chain(entered.as_deref()).filter(|cell| !cell.is_empty()).collect();
                writeln!(csv, "{}", cells.join(",")).unwrap();
            }
            self.files.push(("nieuw.csv".into(), csv));
            text.push_str("persons = \"nieuw.csv\"\n");
        }
    }

    /// Up to three scenarios, each on top of the one before or of none. A parameter is set at most once in all of them.
    fn scenarios(&mut self) {
        let mut unset: Vec<bool> = vec![true; self.movable.len()];
        for number in 0..self.dice.below(4) {
            if self.movable.is_empty() {
                break;
            }
            let mut text = format!("label = {{ nl = \"Plan {number}\", en = \"Plan {number}\" }}\n");
            if number > 0 && self.dice.chance(50) {
                writeln!(text, "base = \"plan{}\"", number - 1).unwrap();
            }
            for measure in 0..=self.dice.below(2) {
                let at = self.dice.below(self.movable.len());
                let (name, kind) = self.movable[at].clone();
                let (low, high) = kind.range();
                let effect = match self.dice.below(3) {
                    0 if unset[at] => {
                        unset[at] = false;
                        format!("set = {{ {name} = {:.3} }}", self.dice.between(low, high))
                    }
                    1 if kind != Kind::Share => format!("shift = {{ {name} = {:.3} }}", self.dice.between(0.0, 0.3 * high)),
                    _ => {
                        let most = if kind == Kind::Share { 1.0 } else { 1.8 };
                        format!("scale = {{ {name} = {:.3} }}", self.dice.between(0.3, most))
                    }
                };
                writeln!(text, "[measure.maatregel{number}_{measure}]").unwrap();
                if self.dice.chance(80) {
                    let year = FIRST + self.dice.below((self.last - FIRST + 1) as usize) as i32;
                    writeln!(text, "start = {year}-{:02}-{:02}", 1 + self.dice.below(12), 1 + self.dice.below(28)).unwrap();
                }
                if self.dice.chance(50) {
                    writeln!(text, "ramp = {{ linear_months = {} }}", 1 + self.dice.below(18)).unwrap();
                }
                writeln!(text, "{effect}\n{ORIGIN}").unwrap();
            }
            self.files.push((format!("scenarios/plan{number}.toml"), text));
        }
    }
}
