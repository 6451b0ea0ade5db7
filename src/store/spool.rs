//! The spool: every member as soon as it is done, in member order, so that a run can be resumed.
//!
//! ```text
//! file   = MAGIC, digest of the run's identity (32 bytes), records
//! record = member number (u64), length of `rest` (u64), city, rest, checksum (16 bytes)
//! city   = per scenario the counts of the city and of the queues, i64 each: a fixed size, so that a column can be read across members
//! rest   = per scenario the counts of the wijken and age bands, mostly zeros: zigzag numbers of 1-10 bytes each
//! ```
//!
//! All numbers are little-endian. The checksum is the head of the blake3 hash of all that comes before it in the record. Whatever
//! follows the last whole record is cut off when the file is opened for writing.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::compile::Layout;

/// Name of the file.
pub const SPOOL: &str = "members.spool";

const MAGIC: &[u8; 16] = b"piramide-spool 1";
const FILE_HEADER: u64 = 16 + 32;
const HEADER: usize = 16;
const CHECKSUM: usize = 16;

/// How many numbers a record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Scenarios.
    pub scenarios: usize,
    /// Numbers of the city and of the queues per scenario.
    pub city: usize,
    /// Numbers of the wijken and age bands per scenario.
    pub rest: usize,
}

impl Shape {
    /// The shape of a layout.
    pub fn new(layout: &Layout, scenarios: usize) -> Self {
        Self { scenarios, city: layout.head_len(), rest: layout.len() - layout.head_len() }
    }

    fn city_bytes(&self) -> usize {
        8 * self.city * self.scenarios
    }

    /// A longer `rest` than this cannot be: every number takes at most ten bytes.
    fn most_rest_bytes(&self) -> usize {
        10 * self.rest * self.scenarios
    }
}

/// The record of member number `index` with these counts per scenario.
pub fn encode(index: u64, shape: Shape, counts: &[Vec<i64>]) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEADER + shape.city_bytes() + 2 * shape.rest * shape.scenarios + CHECKSUM);
    record.extend_from_slice(&index.to_le_bytes());
    record.extend_from_slice(&[0; 8]);
    for scenario in counts {
        record.extend(scenario[..shape.city].iter().flat_map(|number| number.to_le_bytes()));
    }
    let rest = record.len();
    for scenario in counts {
        for &number in &scenario[shape.city..] {
            pack(number, &mut record);
        }
    }
    let length = (record.len() - rest) as u64;
    record[8..16].copy_from_slice(&length.to_le_bytes());
    let checksum = checksum(&record);
    record.extend_from_slice(&checksum);
    record
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut head = [0; CHECKSUM];
    head.copy_from_slice(&blake3::hash(bytes).as_bytes()[..CHECKSUM]);
    head
}

/// Appends a number, sign in the lowest bit, seven bits a byte, lowest first.
fn pack(number: i64, bytes: &mut Vec<u8>) {
    let mut left = ((number << 1) ^ (number >> 63)) as u64;
    while left >= 0x80 {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
}

/// Takes a number off the front; `None`: there is none.
fn unpack(bytes: &mut &[u8]) -> Option<i64> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let (&byte, left) = bytes.split_first()?;
        *bytes = left;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some((value >> 1) as i64 ^ -((value & 1) as i64));
        }
        shift += 7;
    }
}

/// The spool of a run that is being made.
#[derive(Debug)]
pub struct SpoolWriter {
    path: PathBuf,
    file: File,
    shape: Shape,
    /// Where each record begins, and where the next will.
    offsets: Vec<u64>,
}

impl SpoolWriter {
    /// Opens or starts the spool of the run with identity `digest`. Every record is checked; what follows the last whole one is
    /// cut off.
    ///
    /// # Errors
    /// The file cannot be read or written, or is the spool of another run.
    pub fn open(folder: &Path, digest: [u8; 32], shape: Shape) -> Result<Self, StoreError> {
        let path = folder.join(SPOOL);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(StoreError::file(&path, "open"))?;
        let mut spool = Self { path, file, shape, offsets: vec![FILE_HEADER] };
        let foreign = spool.recover(digest).map_err(StoreError::file(&spool.path, "read"))?;
        if foreign {
            return Err(StoreError::Damaged { file: spool.path, what: "it belongs to another run".into() });
        }
        Ok(spool)
    }

    /// Number of whole members in it.
    pub fn members(&self) -> u64 {
        self.offsets.len() as u64 - 1
    }

    /// Appends the next member's record. After an error the spool holds the members it had.
    ///
    /// # Errors
    /// The disk refuses, for instance because it is full.
    pub fn append(&mut self, record: &[u8]) -> Result<(), StoreError> {
        let start = self.end();
        if let Err(error) = self.file.write_all(record) {
            // Best effort: a torn tail is also found when the file is opened again.
            let _ = self.file.set_len(start).and_then(|()| self.file.seek(SeekFrom::Start(start)));
            return Err(StoreError::file(&self.path, "write")(error));
        }
        self.offsets.push(start + record.len() as u64);
        Ok(())
    }

    /// Waits until all is on the disk itself, and opens it for reading.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn finish(&self) -> Result<Spool, StoreError> {
        self.file.sync_all().map_err(StoreError::file(&self.path, "write"))?;
        Ok(Spool { path: self.path.clone(), shape: self.shape, offsets: self.offsets.clone() })
    }

    fn end(&self) -> u64 {
        self.offsets.last().copied().unwrap_or(FILE_HEADER)
    }

    /// Finds the whole records and cuts off the rest; says whether the file is another run's.
    fn recover(&mut self, digest: [u8; 32]) -> io::Result<bool> {
        let length = self.file.metadata()?.len();
        if length < FILE_HEADER {
            // Never got as far as its own header: nothing to lose.
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
            self.file.write_all(&[MAGIC.as_slice(), &digest].concat())?;
            return Ok(false);
        }
        let mut reader = BufReader::with_capacity(1 << 16, &self.file);
        let mut header = [0; FILE_HEADER as usize];
        reader.read_exact(&mut header)?;
        if header[..16] != *MAGIC || header[16..] != digest {
            return Ok(true);
        }
        let (mut record, mut end) = (Vec::new(), FILE_HEADER);
        while read_record(&mut reader, self.shape, self.offsets.len() as u64 - 1, length - end, &mut record)? {
            end += record.len() as u64;
            self.offsets.push(end);
        }
        self.file.set_len(end)?;
        self.file.seek(SeekFrom::Start(end))?;
        Ok(false)
    }
}

/// Reads a whole record into `record`; `false`: there is no whole record of member `index` within the next `left` bytes.
fn read_record(reader: &mut impl Read, shape: Shape, index: u64, left: u64, record: &mut Vec<u8>) -> io::Result<bool> {
    let fixed = (HEADER + shape.city_bytes() + CHECKSUM) as u64;
    if left < fixed {
        return Ok(false);
    }
    record.resize(HEADER, 0);
    reader.read_exact(record)?;
    let (found, rest) = (read_u64(&record[..8]), read_u64(&record[8..]));
    if found != index || rest > shape.most_rest_bytes() as u64 || left - fixed < rest {
        return Ok(false);
    }
    record.resize((fixed + rest) as usize, 0);
    reader.read_exact(&mut record[HEADER..])?;
    let body = record.len() - CHECKSUM;
    Ok(record[body..] == checksum(&record[..body]))
}

fn read_u64(bytes: &[u8]) -> u64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(bytes);
    u64::from_le_bytes(eight)
}

/// All members of a run, for reading.
#[derive(Debug, Clone)]
pub struct Spool {
    path: PathBuf,
    shape: Shape,
    offsets: Vec<u64>,
}

impl Spool {
    /// Number of members.
    pub fn members(&self) -> u64 {
        self.offsets.len() as u64 - 1
    }

    /// What a record holds.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// A reader of its own, so that several threads can read at once.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn reader(&self) -> Result<SpoolReader<'_>, StoreError> {
        let file = File::open(&self.path).map_err(StoreError::file(&self.path, "read"))?;
        Ok(SpoolReader { spool: self, file, bytes: Vec::new() })
    }
}

/// Reads members.
#[derive(Debug)]
pub struct SpoolReader<'a> {
    spool: &'a Spool,
    file: File,
    bytes: Vec<u8>,
}

impl SpoolReader<'_> {
    /// All counts of a member, per scenario.
    ///
    /// # Errors
    /// The file cannot be read, or was changed since it was opened.
    pub fn member(&mut self, index: u64, counts: &mut Vec<Vec<i64>>) -> Result<(), StoreError> {
        let shape = self.spool.shape;
        let start = self.spool.offsets[index as usize];
        let length = self.spool.offsets[index as usize + 1] - start;
        self.file.seek(SeekFrom::Start(start)).map_err(StoreError::file(&self.spool.path, "read"))?;
        let whole = read_record(&mut self.file, shape, index, length, &mut self.bytes);
        if !whole.map_err(StoreError::file(&self.spool.path, "read"))? {
            return Err(self.damaged(index));
        }
        let (city, mut rest) = self.bytes[HEADER..self.bytes.len() - CHECKSUM].split_at(shape.city_bytes());
        let mut numbers = city.chunks_exact(8).map(|bytes| read_u64(bytes) as i64);
        counts.resize_with(shape.scenarios, Vec::new);
        for scenario in counts.iter_mut() {
            scenario.clear();
            scenario.extend(numbers.by_ref().take(shape.city));
            scenario.resize(shape.city + shape.rest, 0);
            for number in &mut scenario[shape.city..] {
                *number = match rest {
                    // Nearly all are: zero is the byte 0.
                    [0, left @ ..] => {
                        rest = left;
                        continue;
                    }
                    _ => unpack(&mut rest).ok_or_else(|| self.damaged(index))?,
                }
            }
        }
        Ok(())
    }

    /// A part of the city's numbers of one member: `range` within the scenarios' city counts laid end to end.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn city(&mut self, index: u64, range: Range<usize>, numbers: &mut Vec<i64>) -> Result<(), StoreError> {
        let start = self.spool.offsets[index as usize] + (HEADER + 8 * range.start) as u64;
        self.bytes.resize(8 * range.len(), 0);
        let read = self.file.seek(SeekFrom::Start(start)).and_then(|_| self.file.read_exact(&mut self.bytes));
        read.map_err(StoreError::file(&self.spool.path, "read"))?;
        numbers.clear();
        numbers.extend(self.bytes.chunks_exact(8).map(|bytes| read_u64(bytes) as i64));
        Ok(())
    }

    fn damaged(&self, index: u64) -> StoreError {
        StoreError::Damaged { file: self.spool.path.clone(), what: format!("the record of member {index} has changed") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_packing() {
        let numbers = [0, 1, -1, 63, 64, -64, -65, 1 << 32, i64::MAX, i64::MIN, -1_234_567_890_123];
        let mut bytes = Vec::new();
        for number in numbers {
            pack(number, &mut bytes);
        }
        let mut left = bytes.as_slice();
        assert_eq!(numbers.map(|_| unpack(&mut left).unwrap()), numbers);
        assert!(left.is_empty());
        assert_eq!(unpack(&mut left), None);
        assert_eq!(unpack(&mut [0xff; 11].as_slice()), None, "longer than any number");
    }

    #[test]
    fn a_torn_or_altered_tail_is_cut_off_and_the_rest_kept() {
        let folder = tempfile::tempdir().unwrap();
        let shape = Shape { scenarios: 2, city: 3, rest: 5 };
        let counts = |member: i64| vec![(0..8).map(|cell| member * 100 + cell).collect(), vec![-member; 8]];
        let mut spool = SpoolWriter::open(folder.path(), [7; 32], shape).unwrap();
        (0..4).for_each(|member| spool.append(&encode(member, shape, &counts(member as i64))).unwrap());
        let whole = std::fs::read(folder.path().join(SPOOL)).unwrap();
        let ends: Vec<usize> = spool.offsets[1..].iter().map(|&end| end as usize).collect();
        let (third, last) = (ends[1], ends[2]);

        for cut in [0, 10, FILE_HEADER as usize, third, third + 1, last - 1, last, whole.len() - 1, whole.len()] {
            std::fs::write(folder.path().join(SPOOL), &whole[..cut]).unwrap();
            let mut spool = SpoolWriter::open(folder.path(), [7; 32], shape).unwrap();
            let kept = spool.members();
            assert_eq!(kept, ends.iter().filter(|&&end| end <= cut).count() as u64, "cut at {cut}");
            (kept..4).for_each(|member| spool.append(&encode(member, shape, &counts(member as i64))).unwrap());
            assert_eq!(std::fs::read(folder.path().join(SPOOL)).unwrap(), whole, "resumed from {cut}");
        }
        for bit in [last, last + 9, last + 20, whole.len() - 1] {
            let mut altered = whole.clone();
            altered[bit] ^= 4;
            std::fs::write(folder.path().join(SPOOL), altered).unwrap();
            assert_eq!(SpoolWriter::open(folder.path(), [7; 32], shape).unwrap().members(), 3, "altered at {bit}");
        }
        assert!(matches!(SpoolWriter::open(folder.path(), [8; 32], shape), Err(StoreError::Damaged { .. })));
    }

    #[test]
    fn members_and_columns_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let shape = Shape { scenarios: 2, city: 2, rest: 1 };
        let counts = |member: i64| vec![vec![member, 10 * member, -1], vec![7, -member, 1 << 40]];
        let mut writer = SpoolWriter::open(folder.path(), [0; 32], shape).unwrap();
        (0..3).for_each(|member| writer.append(&encode(member, shape, &counts(member as i64))).unwrap());
        let spool = writer.finish().unwrap();
        let (mut reader, mut found, mut part) = (spool.reader().unwrap(), Vec::new(), Vec::new());
        for member in [2, 0, 1] {
            reader.member(member, &mut found).unwrap();
            assert_eq!(found, counts(member as i64));
            reader.city(member, 1..3, &mut part).unwrap();
            assert_eq!(part, [10 * member as i64, 7]);
        }
    }
}
