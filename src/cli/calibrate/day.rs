//! The day it is.

use std::time::{SystemTime, UNIX_EPOCH};

/// Today in UTC, as 2026-11-28.
pub(super) fn today() -> String {
    #[expect(clippy::disallowed_methods, reason = "the day is written down, never used")]
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day((seconds / 86_400) as i64)
}

/// The day so many days after 1 January 1970 (Hinnant 2013, *chrono-compatible low-level date algorithms*).
fn day(days: i64) -> String {
    // Years begin in March, so that the day that is not always there comes last.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + later)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_have_their_date() {
        assert_eq!([0, 59, 11_016, 20_785].map(day), ["1970-01-01", "1970-03-01", "2000-02-29", "2026-11-28"]);
    }
}
