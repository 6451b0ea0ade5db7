//! Moments of the model's clock as days.

/// Share of a day that a moment may lie before midnight and still be of the day that begins: the clock has dates with the error of one
/// division.
const ROUNDING: f64 = 1e-6;

/// The day of a moment, in calendar years, each of length one; such as 2025-01-01.
///
/// ```
/// # use piramide::model::date;
/// assert_eq!(date(2024.0 + 59.0 / 366.0), "2024-02-29");
/// ```
pub fn date(moment: f64) -> String {
    let year = moment.floor() as i32;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let lengths = [31, 28 + u32::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let days: u32 = lengths.iter().sum();
    let mut day = ((moment - moment.floor()) * f64::from(days) + ROUNDING) as u32;
    if day >= days {
        return format!("{}-01-01", year + 1);
    }
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, day + 1)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn moments_are_days_of_the_calendar() {
        let of = |year: i32, day: f64| {
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            date(f64::from(year) + day / if leap { 366.0 } else { 365.0 })
        };
        assert_eq!(of(2025, 0.0), "2025-01-01");
        assert_eq!(of(2025, 180.0), "2025-06-30");
        assert_eq!(of(2025, 181.0), "2025-07-01");
        assert_eq!(of(2023, 364.0), "2023-12-31");
        assert_eq!(of(2023, 364.999), "2023-12-31");
        assert_eq!(of(2024, 365.0), "2024-12-31");
        assert_eq!(of(2024, 365.999_999_9), "2025-01-01");
        assert_eq!(of(2021, 59.5), "2021-03-01");
        assert_eq!(of(2020, 59.5), "2020-02-29");
        assert_eq!(of(1900, 59.5), "1900-03-01", "no leap year");
        assert_eq!(of(2000, 59.5), "2000-02-29");
    }
}
