use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::*;
use crate::compile::CompileError;

/// Counts are the member's own number; draw `bad` makes no model; `pause` is how long a member takes.
struct Fake {
    layout: Layout,
    bad: u32,
    pause: fn(Member) -> Duration,
    prepared: AtomicU64,
    begun: AtomicU64,
}

impl Fake {
    fn new() -> Self {
        let layout = Layout { first_year: 2020, years: 0, groups: vec![], units: vec![], queues: vec![] };
        Self { layout, bad: u32::MAX, pause: |_| Duration::ZERO, prepared: AtomicU64::new(0), begun: AtomicU64::new(0) }
    }
}

impl Members for Fake {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn parameters(&self, _: u32) -> Vec<f64> {
        vec![]
    }

    fn run(
        &self,
        draw: u32,
        replications: Range<u32>,
        each: &mut dyn FnMut(u32, Vec<Vec<i64>>) -> bool,
    ) -> Result<(), EnsembleError> {
        self.prepared.fetch_add(1, Ordering::Relaxed);
        if draw >= self.bad {
            let reason = CompileError { place: "track".into(), problem: "negative".into(), remedy: "narrow it".into() };
            return Err(EnsembleError::Compile { draw, reason });
        }
        for replication in replications {
            self.begun.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep((self.pause)(Member { draw, replication }));
            if !each(replication, vec![vec![i64::from(draw), i64::from(replication)]]) {
                break;
            }
        }
        Ok(())
    }
}

type Delivered = Vec<(Member, Vec<Vec<i64>>)>;

fn deliveries(fake: &Fake, design: Design, done: u64, threads: usize) -> Result<Delivered, EnsembleError> {
    let (pool, stop, mut seen) = (pool(threads).unwrap(), AtomicBool::new(false), Vec::new());
    let kept = run(
        &pool,
        fake,
        design,
        done,
        &stop,
        |_, counts| counts,
        |member, counts| {
            seen.push((member, counts));
            Ok::<_, EnsembleError>(())
        },
    )?;
    assert_eq!(kept, done + seen.len() as u64);
    Ok(seen)
}

#[test]
fn every_member_comes_once_and_in_order() {
    let uneven = |member: Member| Duration::from_micros(u64::from(member.draw * 7 + member.replication * 13) % 50);
    for (draws, replications) in [(1, 1), (40, 1), (1, 40), (9, 3), (3, 17)] {
        let design = Design { draws, replications };
        for threads in [1, 2, 7] {
            for done in [0, 1, design.members() / 2, design.members()] {
                let seen = deliveries(&Fake { pause: uneven, ..Fake::new() }, design, done, threads).unwrap();
                let expected: Vec<_> = (done..design.members())
                    .map(|index| design.member(index))
                    .map(|member| (member, vec![vec![i64::from(member.draw), i64::from(member.replication)]]))
                    .collect();
                assert_eq!(seen, expected, "{draws} × {replications} from {done} on {threads} threads");
            }
        }
    }
}

#[test]
fn a_draw_is_prepared_once_for_its_replications() {
    let fake = Fake::new();
    deliveries(&fake, Design { draws: 50, replications: 6 }, 0, 2).unwrap();
    assert_eq!(fake.prepared.into_inner(), 50);
}

#[test]
fn the_first_bad_draw_is_reported_and_all_members_before_it_delivered() {
    for threads in [1, 2, 7] {
        let fake = Fake { bad: 6, ..Fake::new() };
        let (pool, stop, mut seen) = (pool(threads).unwrap(), AtomicBool::new(false), 0);
        let error = run(
            &pool,
            &fake,
            Design { draws: 30, replications: 3 },
            0,
            &stop,
            |_, counts| counts,
            |_, _| {
                seen += 1;
                Ok::<_, EnsembleError>(())
            },
        );
        let message = error.unwrap_err().to_string();
        assert_eq!(message, "parameter draw 6 makes no valid model: track: negative; narrow it");
        assert_eq!(seen, 18, "{threads} threads");
    }
}

#[test]
fn a_refused_delivery_ends_the_run() {
    for threads in [1, 2, 7] {
        let (fake, stop) = (Fake::new(), AtomicBool::new(false));
        let outcome = run(
            &pool(threads).unwrap(),
            &fake,
            Design { draws: 500, replications: 2 },
            0,
            &stop,
            |_, _| (),
            |member, ()| {
                if member.draw == 3 { Err(EnsembleError::Threads { threads: 0, reason: "full".into() }) } else { Ok(()) }
            },
        );
        assert!(matches!(outcome, Err(EnsembleError::Threads { .. })));
        assert!(fake.begun.into_inner() < 100, "nobody goes on for long");
    }
}

#[test]
fn a_panic_ends_the_run_instead_of_hanging_it() {
    for threads in [1, 2, 7] {
        let fake = Fake { pause: |member| if member.draw == 5 { panic!("planted") } else { Duration::ZERO }, ..Fake::new() };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            deliveries(&fake, Design { draws: 400, replications: 2 }, 0, threads).map(drop)
        }));
        assert!(outcome.is_err());
    }
}

/// While the first member takes long, the other threads may not fill the memory with those that wait for it.
#[test]
fn nobody_runs_further_ahead_than_the_window() {
    let slow = |member: Member| Duration::from_millis(if member.draw == 0 { 300 } else { 0 });
    let fake = Fake { pause: slow, ..Fake::new() };
    let (pool, stop, mut most) = (pool(3).unwrap(), AtomicBool::new(false), 0);
    let design = Design { draws: 2_000, replications: 1 };
    run(
        &pool,
        &fake,
        design,
        0,
        &stop,
        |_, _| (),
        |member, ()| {
            most = most.max(fake.begun.load(Ordering::Relaxed) - u64::from(member.draw));
            Ok::<_, EnsembleError>(())
        },
    )
    .unwrap();
    assert!((2..=5).contains(&most), "{most} members at once on 3 threads");
}

#[test]
fn a_stop_keeps_what_is_delivered() {
    let (pool, stop, mut seen) = (pool(2).unwrap(), AtomicBool::new(false), 0);
    let kept = run(
        &pool,
        &Fake::new(),
        Design { draws: 10_000, replications: 1 },
        0,
        &stop,
        |_, _| (),
        |_, ()| {
            seen += 1;
            if seen == 10 {
                stop.store(true, Ordering::Relaxed);
            }
            Ok::<_, EnsembleError>(())
        },
    );
    let kept = kept.unwrap();
    assert!(kept == seen && (10..10_000).contains(&kept), "{kept}");
}

#[test]
fn members_have_names() {
    let member = Member { draw: 17, replication: 2 };
    assert_eq!(member.to_string().parse(), Ok(member));
    for bad in ["17", "17.", "-1.0", "1.2.3", "a.b", ""] {
        assert!(bad.parse::<Member>().unwrap_err().contains("draw.replication"), "{bad}");
    }
    let design = Design { draws: 3, replications: 4 };
    assert!((0..12).all(|index| design.index(design.member(index)) == index));
}
