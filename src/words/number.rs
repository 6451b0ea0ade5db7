//! How numbers are written: no digit that chance decides, and separators as the language has them.

use super::language::Language;

/// The power of ten of the last digit worth showing of an estimate: 3 shows whole thousands, -1 tenths.
///
/// Digits stop at the leading digit of the Monte Carlo standard error `mcse`: what lies beyond it would change with
/// another seed. What is counted comes in whole units, so from 10 up nothing is shown below the unit, and one decimal
/// under 10. An error of zero, or one that is not known (NaN), hides no digit.
pub fn significant(mean: f64, mcse: f64) -> i32 {
    let finest = if mean.abs() < 10.0 { -1 } else { 0 };
    if mcse > 0.0 && mcse.is_finite() { magnitude(mcse).max(finest) } else { finest }
}

/// The power of ten of the leading digit of a positive number.
fn magnitude(number: f64) -> i32 {
    // Compared with exact powers, because a logarithm can land just below a whole number.
    let mut place = 0;
    while power_of_ten(place + 1) <= number {
        place += 1;
    }
    while power_of_ten(place) > number {
        place -= 1;
    }
    place
}

/// Ten to a whole power; correctly rounded as far as it is used here (-22 to 22).
fn power_of_ten(exponent: i32) -> f64 {
    let positive = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
    if exponent < 0 { 1.0 / positive } else { positive }
}

/// `value` rounded at the power of ten `place`, with as many decimals as that asks for.
pub fn written(value: f64, place: i32, language: Language) -> String {
    let step = power_of_ten(place.abs());
    let rounded = if place > 0 { (value / step).round() * step } else { value };
    let plain = format!("{rounded:.*}", place.min(0).unsigned_abs() as usize);
    let (thousands, point) = match language {
        Language::Nl => ('.', ','),
        Language::En => (',', '.'),
    };
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    if !plain.contains(|c: char| ('1'..='9').contains(&c)) {
        return "0".to_owned();
    }
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if !decimals.is_empty() {
        text.push(point);
        text.push_str(decimals);
    }
    text
}

/// A number of three significant digits, or all digits of a whole number from a hundred up; nothing beyond.
pub fn figures(value: f64, language: Language) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    let place = (magnitude(value.abs()) - 2).clamp(-9, 0);
    let mut text = written(value, place, language);
    if place < 0 {
        text.truncate(text.trim_end_matches('0').trim_end_matches(['.', ',']).len());
    }
    text
}

/// A number of two significant digits.
pub fn rough(value: f64, language: Language) -> String {
    if value == 0.0 || !value.is_finite() {
        return figures(value, language);
    }
    let place = (magnitude(value.abs()) - 1).clamp(-9, 22);
    figures((value / power_of_ten(place)).round() * power_of_ten(place), language)
}

/// A positive number of which only the size is known: two significant digits, rounded up.
pub fn about(value: f64, language: Language) -> String {
    let step = power_of_ten((magnitude(value) - 1).clamp(-9, 22));
    figures((value / step).ceil() * step, language)
}

/// A whole number with separators.
pub fn whole(value: usize, language: Language) -> String {
    written(value as f64, 0, language)
}

/// The unit in which a column of amounts is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amounts {
    /// Euros.
    Euro,
    /// Thousands of euros.
    Thousand,
    /// Millions of euros.
    Million,
}

impl Amounts {
    /// The unit that suits a column whose largest amount is `largest` euros.
    pub fn of(largest: f64) -> Self {
        match largest {
            x if x >= 1e6 => Self::Million,
            x if x >= 1e5 => Self::Thousand,
            _ => Self::Euro,
        }
    }

    /// An amount in euros, rounded at the power of ten `place` of a euro, but no finer than a thousand euros in millions and a
    /// hundred euros in thousands.
    pub fn written(self, euros: f64, place: i32, language: Language) -> String {
        let (shift, decimals) = match self {
            Self::Euro => (0, 0),
            Self::Thousand => (3, 1),
            Self::Million => (6, 3),
        };
        let rounded = if place > 0 { (euros / power_of_ten(place)).round() * power_of_ten(place) } else { euros };
        written(rounded / power_of_ten(shift), (place - shift).clamp(-decimals, 0), language)
    }
}

/// Futures in which a chance is told.
pub const FUTURES: f64 = 50.0;

/// A chance in fiftieths. None and all are said only of what never and what always is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fiftieths {
    /// Less than one, but more than none.
    Below,
    /// So many, whole.
    Just(f64),
    /// More than forty-nine, but not all.
    Above,
}

/// A chance, 0 to 1, in fiftieths.
pub fn in_fiftieths(chance: f64) -> Fiftieths {
    // A share of members such as 0.29 is a little less than it stands for; a half still goes up.
    let futures = (FUTURES * chance + 1e-9).round();
    match () {
        () if futures == 0.0 && chance > 0.0 => Fiftieths::Below,
        () if futures == FUTURES && chance < 1.0 => Fiftieths::Above,
        () => Fiftieths::Just(futures),
    }
}

/// The same as it is written in a table.
pub fn fiftieths(chance: f64, language: Language) -> String {
    match in_fiftieths(chance) {
        Fiftieths::Below => "<1".to_owned(),
        Fiftieths::Above => ">49".to_owned(),
        Fiftieths::Just(futures) => written(futures, 0, language),
    }
}

/// The largest of some errors of chances in fiftieths, rounded up.
pub fn error_in_fiftieths(errors: impl Iterator<Item = f64>, language: Language) -> String {
    written((FUTURES * errors.fold(0.0, f64::max)).ceil().max(1.0), 0, language)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Nl};

    #[test]
    fn digits_stop_at_the_monte_carlo_error() {
        assert_eq!(significant(9_648_123.0, 42_000.0), 4);
        assert_eq!(significant(9_648_123.0, 9_999.9), 3);
        assert_eq!(significant(9_648_123.0, 10_000.0), 4);
        assert_eq!(significant(2_050.4, 3.2), 0);
        assert_eq!(significant(2_050.4, 0.032), 0, "from ten up whole persons");
        assert_eq!(significant(4.25, 0.032), -1);
        assert_eq!(significant(4.25, 1.5), 0);
        assert_eq!(significant(3.0, 700.0), 2, "less than its own error: nothing is known but that");
        assert_eq!(significant(81_000.0, 0.0), 0, "the same in every member");
        assert_eq!(significant(81_000.0, f64::NAN), 0, "one member has no error to show");
        assert_eq!(significant(-9_648_123.0, 42_000.0), 4);
    }

    #[test]
    fn every_power_of_ten_is_its_own_magnitude() {
        for place in -15..=15 {
            assert_eq!(magnitude(power_of_ten(place)), place);
            assert_eq!(magnitude(power_of_ten(place) * 9.99), place);
        }
    }

    #[test]
    fn figures_are_three_at_least() {
        for (value, text) in
            [(0.0, "0"), (0.044, "0,044"), (0.123_45, "0,123"), (1.5, "1,5"), (2.0, "2"), (20.0, "20"), (99.96, "100")]
        {
            assert_eq!(figures(value, Nl), text);
        }
        assert_eq!(figures(15_456.4, Nl), "15.456");
        assert_eq!(figures(-1_500.0, En), "-1,500");
        assert_eq!(figures(0.000_012_34, En), "0.0000123");
    }

    #[test]
    fn about_is_enough() {
        for (value, text) in [(1.0, "1"), (1.23, "1.3"), (12.3, "13"), (448.0, "450"), (12_345.0, "13,000"), (0.041_2, "0.042")] {
            assert_eq!(about(value, En), text);
        }
    }

    #[test]
    fn rough_is_two_digits() {
        for (value, text) in [(0.0, "0"), (5.234, "5.2"), (99.6, "100"), (0.0459, "0.046"), (-12_345.0, "-12,000"), (20.7, "21")]
        {
            assert_eq!(rough(value, En), text);
        }
    }

    #[test]
    fn separators_follow_the_language() {
        assert_eq!(written(1_234.5, -1, Nl), "1.234,5");
        assert_eq!(written(1_234.5, -1, En), "1,234.5");
        assert_eq!(written(1_234_567.0, 4, En), "1,230,000");
        assert_eq!(written(-1_234_567.0, 0, Nl), "-1.234.567");
        assert_eq!(written(999.0, 0, En), "999");
        assert_eq!(written(999.6, 0, En), "1,000");
        assert_eq!(written(-0.04, -1, En), "0", "no sign and no decimals on nothing");
        assert_eq!(written(12.0, 3, En), "0");
        assert_eq!(whole(81_000, Nl), "81.000");
    }

    #[test]
    fn amounts_keep_the_digits_of_the_euro() {
        let million = Amounts::of(9_648_123.0);
        assert_eq!(million, Amounts::Million);
        assert_eq!(million.written(9_648_123.0, 4, En), "9.65");
        assert_eq!(million.written(9_648_123.0, 3, Nl), "9,648");
        assert_eq!(million.written(9_648_123.0, 0, Nl), "9,648", "thousands of a euro are enough in a table of millions");
        assert_eq!(million.written(34_220_000.0, 6, En), "34");
        assert_eq!(million.written(34_220_000.0, 7, En), "30");
        assert_eq!(Amounts::of(250_000.0).written(250_000.0, 2, En), "250.0");
        assert_eq!(Amounts::of(99_999.0).written(99_999.0, 0, En), "99,999");
    }
}
