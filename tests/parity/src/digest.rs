use piramide::compile::layout::{METRICS, metric};

/// A fingerprint of what the engine counts for Hengelo: two draws of all scenarios, every number of every table.
///
/// FNV-1a over the little-endian bytes, so that it needs no library and is the same on every target.
pub fn digest() -> u64 {
    let model = piramide::model::read(&piramide::model::embedded::hengelo()).expect("the embedded model is sound");
    let options = piramide::compile::Options { last_year: model.first_year + 5, scale: 0.25 };
    let plan = piramide::compile::Plan::new(&model, &options).expect("the options are sound");
    let mut tally = piramide::engine::Tally::new(plan.layout());
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for draw in 0..2 {
        let compiled = plan.compile(&piramide::compile::draw(&model, 7, draw)).expect("the draw is sound");
        let luck = piramide::engine::Luck::new(7, draw, 0);
        let compiled = compiled.shocked(luck);
        for scenario in 0..model.scenarios.len() {
            tally.reset();
            piramide::engine::simulate(&compiled, scenario, luck, &mut tally, &mut piramide::engine::Silent);
            for row in tally.counts(&compiled, scenario).chunks_exact(METRICS.len()) {
                // The requests of gates, last in a row, count where there are any.
                let length = if row[metric::REACHED] == 0 { metric::REACHED } else { METRICS.len() };
                for byte in row[..length].iter().flat_map(|count| count.to_le_bytes()) {
                    hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
            }
        }
    }
    hash
}
