//! Parameters that are given on the command line.

use clap::Args;

/// What commands take that draw parameters.
#[derive(Debug, Args)]
pub(in crate::cli) struct SetArgs {
    /// What if? Give a parameter this value in every draw, whatever its prior or the design say; repeatable
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = assignment)]
    pub(in crate::cli) values: Vec<(String, f64)>,
}

fn assignment(text: &str) -> Result<(String, f64), String> {
    let parts = text.split_once('=').map(|(name, value)| (name.trim(), value.trim().parse::<f64>()));
    match parts {
        Some((name, Ok(value))) if !name.is_empty() && value.is_finite() => Ok((name.to_owned(), value)),
        _ => Err("expected the name of a parameter and a number in its unit, such as growth=1.02".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::assignment;

    #[test]
    fn assignments_read_as_written() {
        assert_eq!(assignment("covid=0"), Ok(("covid".to_owned(), 0.0)));
        assert_eq!(assignment("a = -1.5e3"), Ok(("a".to_owned(), -1500.0)));
        for wrong in ["covid", "covid=", "=1", "covid=none", "covid=NaN", "covid=inf", "a=b=1", ""] {
            assert!(assignment(wrong).is_err(), "{wrong}");
        }
    }
}
